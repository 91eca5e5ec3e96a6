"""State: migrations, transactions, times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from orchestration.home import Home
from orchestration.settings import load_settings
from orchestration.state.manifest import (
    Arrival,
    Recorded,
    files_to_read,
    record_receipt,
    record_receipts,
)
from orchestration.state.models import Base, File, HomeFact, Receipt
from orchestration.state.store import StateBusyError, StateError, Store, open_store
from tests.postgres_server import NoPostgresError, new_database, postgres

SEEN = datetime(2024, 6, 3, 1, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    """In SQLite, for what is SQLite's own."""
    opened = open_store(home, load_settings(home))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        with postgres(tmp_path_factory.mktemp("postgres")) as url:
            yield url
    except NoPostgresError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty database of either kind, which is the home's."""
    if request.param == "sqlite":
        return f"sqlite:///{home.state_file}"
    url = new_database(request.getfixturevalue("server"))
    monkeypatch.setenv("SEEDBED_STATE_URL", url)
    return url


@pytest.fixture
def either(address: str, home: Home) -> Iterator[Store]:
    """A store in SQLite, and one in PostgreSQL."""
    opened = open_store(home, load_settings(home))
    yield opened
    opened.close()


def _receive(store: Store, name: str, *, seen: datetime = SEEN, sha: str = "ab" * 32) -> bool:
    with store.session() as session:
        return record_receipt(
            session,
            merchant_id="m001",
            file_sha256=sha,
            size_bytes=3,
            file_name=name,
            received_at=seen,
            declared=None,
        )


def test_migrations_make_exactly_the_tables_of_the_models(address: str, either: Store) -> None:
    with create_engine(address).connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_opening_twice_changes_nothing(home: Home, either: Store) -> None:
    either.remember("home_id", "x")
    again = open_store(home, load_settings(home))
    assert again.fact("home_id") == "x"
    again.close()


def test_a_state_of_a_newer_version_is_refused(home: Home, address: str, either: Store) -> None:
    with create_engine(address).begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StateError, match="newer Seedbed"):
        open_store(home, load_settings(home))


def test_a_transaction_that_raises_leaves_nothing(either: Store) -> None:
    with pytest.raises(RuntimeError), either.session() as session:
        session.add(File(merchant_id="m001", file_sha256="cd" * 32, size_bytes=1))
        raise RuntimeError
    with either.session() as session:
        assert session.get(File, ("m001", "cd" * 32)) is None


def test_a_full_disk_is_one_sentence_and_leaves_the_state_as_it_was(store: Store) -> None:
    store.remember("before", "x")
    # SQLite has the same error for a database that may not grow as for a disk that is full.
    told = "disk is full; make sure that its disk is not full"
    with pytest.raises(StateError, match=told), store.session() as session:
        session.execute(text("pragma max_page_count = 1"))
        session.add(HomeFact(name="large", value="x" * 1_000_000))
    assert (store.fact("before"), store.fact("large")) == ("x", None)


def test_the_first_receipt_of_a_name_counts(either: Store) -> None:
    assert _receive(either, "a.xlsx")
    assert not _receive(either, "a.xlsx", seen=SEEN + timedelta(days=1))
    assert not _receive(either, "b.xlsx", seen=SEEN + timedelta(days=2))
    with either.session() as session:
        assert [file.file_sha256 for file in files_to_read(session)] == ["ab" * 32]


def test_times_come_back_in_utc_and_never_naive(either: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    _receive(either, "a.xlsx", seen=SEEN.astimezone(shanghai))
    with either.session() as session:
        receipt = session.get_one(Receipt, ("m001", "ab" * 32, "a.xlsx"))
        assert receipt.received_at == SEEN
        assert receipt.received_at.tzinfo is not None


def test_many_arrivals_are_recorded_as_one_by_one_would_be(either: Store) -> None:
    first = Arrival("m001", "ab" * 32, 3, "a.csv", SEEN, folder="7001")
    arrivals = [
        first,
        first._replace(file_name="b.csv", received_at=SEEN + timedelta(days=1)),
        first._replace(received_at=SEEN + timedelta(days=2), folder="7002"),
        first._replace(merchant_id="m002"),
        first._replace(told_at=SEEN - timedelta(days=3)),
        first._replace(told_at=SEEN - timedelta(days=4)),
    ]
    with either.session() as session:
        together = record_receipts(session, arrivals[:4])
    for arrival in arrivals[4:]:
        with either.session() as session:
            together += record_receipts(session, [arrival])
    assert together == [
        Recorded(is_new_content=True, is_new_name=True),
        Recorded(is_new_content=False, is_new_name=True),
        Recorded(is_new_content=False, is_new_name=False),
        Recorded(is_new_content=True, is_new_name=True),
        Recorded(is_new_content=False, is_new_name=False),
        Recorded(is_new_content=False, is_new_name=False),
    ]
    with either.session() as session:
        receipt = session.get_one(Receipt, ("m001", "ab" * 32, "a.csv"))
        # The first arrival counts, and the newest time that a ZIP tells.
        assert (receipt.received_at, receipt.folder) == (SEEN, "7001")
        assert receipt.told_at == SEEN - timedelta(days=3)


def test_a_hash_prefix_with_wildcards_matches_nothing(either: Store) -> None:
    from orchestration.state.manifest import files_matching

    _receive(either, "a.xlsx")
    with either.session() as session:
        assert len(files_matching(session, "abab")) == 1
        assert not files_matching(session, "%")


def test_a_lock_of_another_may_pass_and_a_missing_table_does_not(home: Home, store: Store) -> None:
    impatient = create_engine(f"sqlite:///{home.state_file}", connect_args={"timeout": 0})
    with store.session() as holder:
        holder.execute(text("begin immediate"))
        with pytest.raises(StateBusyError, match="locked"):
            Store(impatient).remember("a", "b")
    with pytest.raises(StateError) as raised, store.session() as session:
        session.execute(text("select * from nothing"))
    assert not isinstance(raised.value, StateBusyError)


def test_a_state_that_cannot_be_reached_says_so(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_STATE_URL", "postgresql://seedbed:secret@127.0.0.1:1/x")
    with pytest.raises(StateError, match="cannot be opened") as raised:
        open_store(home, load_settings(home))
    assert "secret" not in str(raised.value)


def test_a_state_without_its_driver_says_what_to_install(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_STATE_URL", "postgresql+nodriver://x")
    with pytest.raises(StateError, match=r"pip install 'seedbed\[postgres\]'"):
        open_store(home, load_settings(home))


def test_dagster_keeps_its_runs_in_a_database_of_its_own(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg

    monkeypatch.setenv("SEEDBED_DAGSTER_URL", new_database(server))
    lines = "storage:\n  postgres:\n    postgres_url: {env: SEEDBED_DAGSTER_URL}\n"
    (tmp_path / "dagster.yaml").write_text(lines, encoding="utf-8")

    @dg.op
    def nothing() -> None: ...

    @dg.job
    def idle() -> None:
        nothing()

    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert idle.execute_in_process(instance=instance).success
        assert [run.status.value for run in instance.get_runs()] == ["SUCCESS"]
    assert not list(tmp_path.rglob("*.db"))
