"""Open state.db, bring it to the current shape, and hand out short sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from orchestration.home import Home
from orchestration.settings import Settings, state_url

# Their tables belong to the metadata.
from orchestration.state import reader_models, week_models  # noqa: F401
from orchestration.state.models import HomeFact

_MIGRATIONS = Path(__file__).parent / "migrations"


class StateError(Exception):
    """The state cannot be used; the message says why and how to mend it."""


class StateBusyError(StateError):
    """The state is locked or its connection was lost: the same may work a moment later."""


class Store:
    """The state of one home. Sessions are short: opened, used and closed at the edge."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            StateBusyError: it is locked by another, or its connection was lost.
            StateError: the database cannot be reached or written, as on a full disk.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            kind = StateBusyError if _may_pass(error) else StateError
            raise kind(
                f"The state cannot be read or written: {error.orig}; make sure that its disk is "
                "not full and nobody else holds it, then run the command again."
            ) from error

    def fact(self, name: str) -> str | None:
        """A fact about this home, or None when it was never written."""
        with self.session() as session:
            row = session.get(HomeFact, name)
            return row.value if row else None

    def facts(self, beginning: str) -> dict[str, str]:
        """The facts whose names begin so, in the order of their names."""
        query = (
            select(HomeFact)
            .where(HomeFact.name.startswith(beginning, autoescape=True))
            .order_by(HomeFact.name)
        )
        with self.session() as session:
            return {row.name: row.value for row in session.scalars(query)}

    def remember(self, name: str, value: str) -> None:
        """Write a fact about this home."""
        with self.session() as session:
            session.merge(HomeFact(name=name, value=value))

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def _may_pass(error: OperationalError) -> bool:
    return error.connection_invalidated or "locked" in str(error.orig)


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@cache
def _migrations() -> ScriptDirectory:
    """Read once in a process: a run opens its state many times."""
    return ScriptDirectory.from_config(_alembic_config())


def _migrate(engine: Engine) -> None:
    script = _migrations()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found == script.get_current_head():
        return
    if found is not None and found not in {r.revision for r in script.walk_revisions()}:
        raise StateError(
            f"The state is at revision {found}, made by a newer Seedbed; update Seedbed."
        )
    config = _alembic_config()
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def open_store(home: Home, settings: Settings) -> Store:
    """Open the state of a home, migrated to the current revision.

    Raises:
        StateError: the database cannot be reached, its driver is not installed, or it was made by
            a newer version.
    """
    try:
        engine = create_engine(state_url(home, settings))
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StateError(
            f"The state cannot be opened: {error}; for PostgreSQL write the URL as "
            "postgresql://… and `pip install 'seedbed[postgres]'`."
        ) from error
    try:
        _migrate(engine)
    except OperationalError as error:
        raise StateError(f"The state cannot be opened: {error.orig}.") from error
    return Store(engine)
