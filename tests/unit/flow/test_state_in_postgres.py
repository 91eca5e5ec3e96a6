"""A home whose state lies in PostgreSQL: files are read once, the doctor is content."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_kit import drop, loaded_rows, make_home, run_ingest, week_of_orders

from orchestration.flow.doctor.examine import examine
from tests.postgres_server import NoPostgresError, new_database, postgres

pytestmark = pytest.mark.slow


def test_an_ingest_with_its_state_in_postgres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make_home(tmp_path / "plain", "m001")
    drop(plain, "m001", week_of_orders())
    run_ingest(plain)
    try:
        with postgres(tmp_path / "postgres") as server:
            monkeypatch.setenv("SEEDBED_STATE_URL", new_database(server))
            home = make_home(tmp_path / "H", "m001")
            drop(home, "m001", week_of_orders())
            assert (run_ingest(home).exit_code, run_ingest(home).touched) == (0, [])
            # Each home hashes buyers with a key of its own.
            rows, as_in_sqlite = (
                loaded_rows(one).drop_columns(["customer_key"]) for one in (home, plain)
            )
            assert rows == as_in_sqlite
            assert rows.num_rows
            assert not home.state_file.exists()
            assert [one.sentence for one in examine(home) if one.is_fault] == []
    except NoPostgresError as error:
        pytest.skip(str(error))
