"""State: migrations, transactions, times."""

from __future__ import annotations

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

SEEN = datetime(2024, 6, 3, 1, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def store(home: Home) -> Store:
    return open_store(home, load_settings(home))


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


def test_migrations_make_exactly_the_tables_of_the_models(home: Home, store: Store) -> None:
    engine = create_engine(f"sqlite:///{home.state_file}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_opening_twice_changes_nothing(home: Home, store: Store) -> None:
    store.remember("home_id", "x")
    assert open_store(home, load_settings(home)).fact("home_id") == "x"


def test_a_state_of_a_newer_version_is_refused(home: Home, store: Store) -> None:
    with create_engine(f"sqlite:///{home.state_file}").begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StateError, match="newer Seedbed"):
        open_store(home, load_settings(home))


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.session() as session:
        session.add(File(merchant_id="m001", file_sha256="cd" * 32, size_bytes=1))
        raise RuntimeError
    with store.session() as session:
        assert session.get(File, ("m001", "cd" * 32)) is None


def test_a_full_disk_is_one_sentence_and_leaves_the_state_as_it_was(store: Store) -> None:
    store.remember("before", "x")
    # SQLite has the same error for a database that may not grow as for a disk that is full.
    told = "disk is full; make sure that its disk is not full"
    with pytest.raises(StateError, match=told), store.session() as session:
        session.execute(text("pragma max_page_count = 1"))
        session.add(HomeFact(name="large", value="x" * 1_000_000))
    assert (store.fact("before"), store.fact("large")) == ("x", None)


def test_the_first_receipt_of_a_name_counts(store: Store) -> None:
    assert _receive(store, "a.xlsx")
    assert not _receive(store, "a.xlsx", seen=SEEN + timedelta(days=1))
    assert not _receive(store, "b.xlsx", seen=SEEN + timedelta(days=2))
    with store.session() as session:
        assert [file.file_sha256 for file in files_to_read(session)] == ["ab" * 32]


def test_times_come_back_in_utc_and_never_naive(store: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    _receive(store, "a.xlsx", seen=SEEN.astimezone(shanghai))
    with store.session() as session:
        receipt = session.get_one(Receipt, ("m001", "ab" * 32, "a.xlsx"))
        assert receipt.received_at == SEEN
        assert receipt.received_at.tzinfo is not None


def test_many_arrivals_are_recorded_as_one_by_one_would_be(store: Store) -> None:
    first = Arrival("m001", "ab" * 32, 3, "a.csv", SEEN, folder="7001")
    arrivals = [
        first,
        first._replace(file_name="b.csv", received_at=SEEN + timedelta(days=1)),
        first._replace(received_at=SEEN + timedelta(days=2), folder="7002"),
        first._replace(merchant_id="m002"),
        first._replace(told_at=SEEN - timedelta(days=3)),
        first._replace(told_at=SEEN - timedelta(days=4)),
    ]
    with store.session() as session:
        together = record_receipts(session, arrivals[:4])
    for arrival in arrivals[4:]:
        with store.session() as session:
            together += record_receipts(session, [arrival])
    assert together == [
        Recorded(is_new_content=True, is_new_name=True),
        Recorded(is_new_content=False, is_new_name=True),
        Recorded(is_new_content=False, is_new_name=False),
        Recorded(is_new_content=True, is_new_name=True),
        Recorded(is_new_content=False, is_new_name=False),
        Recorded(is_new_content=False, is_new_name=False),
    ]
    with store.session() as session:
        receipt = session.get_one(Receipt, ("m001", "ab" * 32, "a.csv"))
        # The first arrival counts, and the newest time that a ZIP tells.
        assert (receipt.received_at, receipt.folder) == (SEEN, "7001")
        assert receipt.told_at == SEEN - timedelta(days=3)


def test_a_hash_prefix_with_wildcards_matches_nothing(store: Store) -> None:
    from orchestration.state.manifest import files_matching

    _receive(store, "a.xlsx")
    with store.session() as session:
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
