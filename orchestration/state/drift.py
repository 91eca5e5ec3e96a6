"""Headers that no layout knows: what is remembered of them, so that each is told once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from orchestration.state.models import Drift


class Drifts:
    """Headers that no layout knows, as far as one session has met them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        rows = session.execute(select(Drift.source, Drift.header))
        self._known = {(source, header) for source, header in rows}

    def record(
        self, source: str, headers: Iterable[str], file_sha256: str, seen_at: datetime
    ) -> list[str]:
        """Remember headers; gives those that were not known before."""
        fresh = [header for header in headers if (source, header) not in self._known]
        self._known |= {(source, header) for header in fresh}
        self._session.add_all(
            Drift(
                source=source, header=header, first_file_sha256=file_sha256, first_seen_at=seen_at
            )
            for header in fresh
        )
        return fresh
