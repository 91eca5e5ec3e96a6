"""Dagster's record of a run is held open while it runs, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from orchestration.defs.quick_record import quick_record


def _engine(path: Path) -> sa.Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    return sa.create_engine(f"sqlite:///{path}", poolclass=NullPool)


def _write(path: Path, number: int) -> int:
    """Open, write, close, as Dagster does; returns SQLite's `synchronous` of that connection."""
    with _engine(path).begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS t (number INTEGER)"))
        connection.execute(sa.text(f"INSERT INTO t VALUES ({number})"))
        return connection.execute(sa.text("PRAGMA synchronous")).scalar_one()


def _begin_log(path: Path) -> None:
    with _engine(path).connect() as connection:
        connection.execute(sa.text("PRAGMA journal_mode=WAL"))


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def test_a_file_is_held_open_until_the_end_and_then_is_whole(tmp_path: Path) -> None:
    record = tmp_path / "dagster" / "history" / "runs" / "index.db"
    with quick_record(tmp_path / "dagster"):
        _begin_log(record)
        assert [_write(record, number) for number in range(3)] == [1, 1, 1]
        assert _log_of(record).exists(), "the log was moved although the record is in use"
    assert not _log_of(record).exists()
    with _engine(record).connect() as connection:
        rows = connection.execute(sa.text("SELECT number FROM t ORDER BY 1")).scalars().all()
    assert rows == [0, 1, 2]
    _write(record, 3)
    assert not _log_of(record).exists(), "files are held open after the end"


def test_other_files_are_left_as_they_are(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    _begin_log(state)
    as_ever = _write(state, 0)
    with quick_record(tmp_path / "dagster"):
        assert _write(state, 1) == as_ever != 1
        assert not _log_of(state).exists()


def _look_six_times(folder: Path) -> int:
    """Open Dagster's record of two runs so often; returns how many engines it took."""
    storage = SqliteEventLogStorage(str(folder))
    engines: set[Engine] = set()
    for run_id in ("a", "b") * 3:
        with storage.run_connection(run_id) as connection:
            engines.add(connection.engine)
            assert connection.execute(sa.text("SELECT count(*) FROM event_logs")).scalar_one() == 0
    return len(engines)


def test_the_record_of_a_run_takes_one_engine_however_often_it_is_opened(tmp_path: Path) -> None:
    with quick_record(tmp_path):
        assert _look_six_times(tmp_path / "in") == 2
    assert _look_six_times(tmp_path / "after") == 6


def test_what_was_recorded_quickly_is_read_like_any_other_record(tmp_path: Path) -> None:
    @dg.op
    def step() -> None: ...

    @dg.job
    def one_step() -> None:
        step()

    with quick_record(tmp_path), dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        run_id = one_step.execute_in_process(instance=instance).run_id
        within = [entry.to_json() for entry in instance.all_logs(run_id)]
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert [entry.to_json() for entry in instance.all_logs(run_id)] == within != []
