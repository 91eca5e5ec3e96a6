"""A home: where everything of one installation lies, by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HOME_VERSION = 1
PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """Where everything of one installation lies (design: one home, all state)."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / "seedbed.toml"

    @property
    def register_file(self) -> Path:
        return self.root / "merchants.yml"

    @property
    def rulebook(self) -> Path:
        return self.root / "rulebook"

    @property
    def layouts(self) -> Path:
        return self.root / "layouts"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def opened(self) -> Path:
        """Decrypted exports, each as long as it is read."""
        return self.root / ".opened"

    @property
    def staged(self) -> Path:
        return self.root / "staged"

    @property
    def held(self) -> Path:
        return self.root / "held"

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def handover(self) -> Path:
        return self.root / "handover"

    @property
    def packed(self) -> Path:
        return self.handover / "packed"

    @property
    def issued(self) -> Path:
        return self.root / "issued"

    @property
    def warehouse_db(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def marts_db(self) -> Path:
        return self.root / "marts.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current_build(self) -> Path:
        return self.published / "current.duckdb"

    @property
    def digests(self) -> Path:
        return self.root / "digests"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def state_file(self) -> Path:
        return self.root / "state.db"

    @property
    def identity_key(self) -> Path:
        return self.root / "identity.key"

    @property
    def links_key(self) -> Path:
        return self.root / "links.key"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def run_logs(self) -> Path:
        """What runs have said, a file a month."""
        return self.dagster / "log"

    @property
    def dbt_target(self) -> Path:
        return self.dagster / "dbt_target"

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def data_docs(self) -> Path:
        """What Great Expectations found, a page per week and suite."""
        return self.docs / "data_docs"

    @property
    def lock_file(self) -> Path:
        return self.root / ".lock"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that `seedbed init` makes."""
        return (
            self.rulebook,
            self.layouts,
            self.inbox,
            self.landing,
            self.staged,
            self.held,
            self.raw,
            self.quarantine,
            self.handover,
            self.issued,
            self.published,
            self.digests,
            self.outbox,
            self.dagster,
            self.docs,
        )
