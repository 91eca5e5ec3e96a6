"""A whole week with its state and Dagster's record in PostgreSQL gives the tables of SQLite."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from homes import WEEK, drop, make_home, published, seedbed

from tests.postgres_server import NoPostgresError, new_database, postgres

pytestmark = pytest.mark.slow

# Those that hold no customer: each home hashes buyers with a key of its own.
MARTS = ("fct_coverage", "fct_merchant_days", "fct_merchant_weeks", "fct_merchant_months")
_STORAGE = "storage:\n  postgres:\n    postgres_url: {env: SEEDBED_DAGSTER_URL}\n"


def test_a_week_runs_and_is_told_once(
    tmp_path: Path,
    exports: list[Path],
    undisturbed: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    try:
        with postgres(tmp_path / "postgres") as server:
            for name in ("STATE", "DAGSTER"):
                monkeypatch.setenv(f"SEEDBED_{name}_URL", new_database(server))
            home = make_home(tmp_path / "H", "m001", "m002")
            with (home / "dagster" / "dagster.yaml").open("a", encoding="utf-8") as settings:
                settings.write(_STORAGE)
            drop(home, "m001", exports)
            done = seedbed("run", *WEEK, home=home)
            assert done.code == 3, done.out + done.err  # m002 delivered nothing
            assert published(home, MARTS) == published(undisturbed, MARTS)
            assert list((home / "outbox").rglob("*")) != []
            with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
                [run] = instance.get_runs()
            assert run.is_success
            assert not [*home.glob("state.db*"), *(home / "dagster").rglob("*.db")]
    except NoPostgresError as error:
        pytest.skip(str(error))
