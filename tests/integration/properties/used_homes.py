"""Homes that live through a history, and everything that can be read from one afterwards."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from histories import MERCHANTS, Arrival, Fate, FileId, History, Standing
from homes import BACKUP_SET
from kinds import ACCOUNTS, FIRST_MOMENT, KINDS, SHOPS, content_of
from sqlalchemy import select

from expectations import suite as suites
from orchestration.exports.landing import landed
from orchestration.exports.layout.load import load_layouts
from orchestration.flow import homes
from orchestration.flow.accounting import FileAccount, accounts
from orchestration.flow.corrections import reinstate, withdraw
from orchestration.flow.ingest import ingest
from orchestration.flow.landing.land import land
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import to_utc
from orchestration.state.manifest import Address
from orchestration.state.models import Receipt
from orchestration.warehouse.schemas import ROWS_STAMP

NOW = "2024-09-16T10:00:00+08:00"
_CHANGE = {"withdraw": withdraw, "reinstate": reinstate}

Row = dict[str, Any]


@dataclass(frozen=True)
class State:
    """What a home holds of its files: hand-overs, and the raw and rejected rows that count."""

    files: list[Row]
    coverage: list[Row]
    raw: dict[FileId, list[Row]]
    quarantine: dict[FileId, list[Row]]
    accounts: list[FileAccount]
    scratch: list[str]


@contextmanager
def small_suites(folder: Path) -> Iterator[None]:
    """The shipped suites cut down to what can fail here: checking is most of an ingest's time."""
    shipped = suites.SUITES
    for kind in KINDS.values():
        suite = yaml.safe_load((shipped / f"{kind.source}.yml").read_text(encoding="utf-8"))
        family = f"_{suite.pop('family', '')}.yml"
        shared = (
            yaml.safe_load((shipped / family).read_text()) if (shipped / family).exists() else {}
        )
        every = [*shared.get("expectations", []), *suite["expectations"]]
        suite["expectations"] = [one for one in every if one["name"] in kind.checks]
        assert len(suite["expectations"]) == len(kind.checks)
        (folder / f"{kind.source}.yml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suites, "SUITES", folder)
        yield


def make_template(root: Path) -> Home:
    """A home with both merchants and nothing in the inbox; others are copies of it."""
    home = Home(root)
    homes.make_home(home)
    entries = [
        {
            "merchant_id": merchant_id,
            "name": {"en": f"Example {merchant_id}"},
            "joined_on": "2024-03-01",
            "shops": [{"shop_id": SHOPS[merchant_id]}],
            "ad_accounts": [{"account_id": ACCOUNTS[merchant_id], "platform": "juguang"}],
        }
        for merchant_id in MERCHANTS
    ]
    home.register_file.write_text(yaml.safe_dump({"merchants": entries}), encoding="utf-8")
    return home


def copy_of(template: Home, root: Path) -> Home:
    shutil.copytree(template.root, root)
    return Home(root)


def restored(home: Home, root: Path) -> Home:
    """A home made from the backup set of another."""
    root.mkdir()
    for name in BACKUP_SET:
        source = home.root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
    homes.make_home(Home(root))
    ingest_now(Home(root))
    return Home(root)


@contextmanager
def clock(moment: datetime) -> Iterator[None]:
    """The clock stands at this moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", moment.isoformat())
        yield


def live_through(home: Home, history: History) -> None:
    """Drop, ingest and decide as it happened, and ingest once more at the end."""
    for step in history.steps:
        for arrival in step.arrivals:
            drop(home, history, arrival)
        with clock(to_utc(FIRST_MOMENT + timedelta(hours=step.hours))):
            ingest_now(home)
        for decision in step.decisions:
            merchant_id, sha256 = history.id_of(decision.export)
            decide(home, decision.what, merchant_id, sha256)
        if step.is_inbox_emptied:
            empty(home.inbox)
    if history.steps[-1].decisions:
        ingest_now(home)


def at_once(home: Home, history: History) -> None:
    """Every file under every name in one batch, and then only what is out in the end taken out."""
    for step in history.steps:
        for arrival in step.arrivals:
            drop(home, history, arrival)
    with clock(to_utc(FIRST_MOMENT + timedelta(hours=history.steps[0].hours))):
        ingest_now(home)
    _take_out(home, history)


def replay(home: Home, history: History, like: Home, shuffle: Callable[[list], None]) -> None:
    """What another home has received, in any order but at the recorded times, and read at once."""
    with open_workspace(like) as workspace, workspace.store.session() as session:
        receipts = list(session.scalars(select(Receipt)))
        session.expunge_all()
    shuffle(receipts)
    for number, receipt in enumerate(receipts):
        path = home.root.parent / f"replayed-{number}" / receipt.file_name
        path.parent.mkdir()
        path.write_bytes(landed(like.landing, receipt.file_sha256).read_bytes())
        with clock(receipt.received_at), open_workspace(home) as workspace:
            land(workspace, [path], merchant_id=receipt.merchant_id)
    ingest_now(home)
    _take_out(home, history)


def _take_out(home: Home, history: History) -> None:
    for merchant_id, sha256 in sorted(history.withdrawn):
        decide(home, "withdraw", merchant_id, sha256)
    if history.withdrawn:
        ingest_now(home)


def drop(home: Home, history: History, arrival: Arrival) -> None:
    export = history.exports[arrival.export]
    folder = home.inbox if arrival.is_unfiled else home.inbox / export.merchant_id
    folder.mkdir(exist_ok=True)
    name = history.names[arrival.export][arrival.name].text
    (folder / name).write_bytes(content_of(export))


def decide(home: Home, what: str, merchant_id: str, sha256: str) -> None:
    with open_workspace(home) as workspace:
        _CHANGE[what](workspace, sha256, merchant_id)


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def ingest_now(home: Home) -> None:
    with open_workspace(home) as workspace:
        report = ingest(workspace)
    assert report.structural_faults == []
    assert [item.fault for item in report.landed if item.fault] == []
    assert [file.file_name for file in report.files if not file.closes] == []


def state_of(home: Home) -> State:
    # When rows were written is each home's own.
    files = pq.read_table(home.handover / "files.parquet").drop_columns([ROWS_STAMP]).to_pylist()
    counting = [file for file in files if file["status"] == "loaded"]
    with open_workspace(home) as workspace:
        account = sorted(accounts(workspace), key=str)
    return State(
        files=files,
        coverage=pq.read_table(home.handover / "coverage.parquet").to_pylist(),
        raw={_id(file): _rows(home.raw, file) for file in counting},
        quarantine={_id(file): _rows(home.quarantine, file) for file in counting},
        accounts=account,
        scratch=sorted(
            str(path.relative_to(home.root))
            for folder in (home.staged, home.landing, home.raw, home.quarantine, home.handover)
            for path in folder.rglob("*")
            if path.name.startswith(".") or (path.is_file() and folder == home.staged)
        ),
    )


def _id(file: Row) -> FileId:
    return file["merchant_id"], file["file_sha256"]


def _rows(folder: Path, file: Row) -> list[Row]:
    names = ("merchant_id", "file_sha256", "layout_revision", "reader_revision")
    address = Address._make(file[name] for name in names)
    path = folder / file["source"] / f"{address.stem}.parquet"
    return pq.read_table(path).to_pylist() if path.exists() else []


def fates_of(state: State) -> dict[FileId, Fate]:
    return {
        (one.merchant_id, one.file_sha256): Fate(
            one.status,
            one.rows_read,
            one.rows_loaded,
            one.rows_quarantined,
            one.rows_held,
            one.skipped_by_reason,
        )
        for one in state.accounts
        if one.status != "withdrawn"
    }


def standing_of(state: State) -> Standing:
    """The rows of each key's newest file; a key that is whole in an older one comes from that."""
    layouts = load_layouts()
    times = {_id(file): file["effective_at"] for file in state.files}
    sources = {_id(file): file["source"] for file in state.files}
    cut_short = {
        (file_id, row["row_key"]) for file_id, rows in state.quarantine.items() for row in rows
    }
    found: dict[Any, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for file_id, rows in state.raw.items():
        source = sources[file_id]
        for row in rows:
            key = tuple(row[name] for name in layouts.get(source).terms[-1].replace_by)
            text = "/".join(map(str, key))
            rank = ((file_id, text) not in cut_short, times[file_id], file_id[1])
            found[source, row["merchant_id"], key][rank].append(row[KINDS[source].amount])
    return {key: sorted(ranked[max(ranked)]) for key, ranked in found.items()}


def differences(one: State, other: State) -> dict[str, tuple[object, object]]:
    """What two states do not share, by part: all of a mapping or list but what is alike."""
    return {
        part: (_without(mine, theirs), _without(theirs, mine))
        for part, mine in vars(one).items()
        if mine != (theirs := vars(other)[part])
    }


def _without(some: Any, others: Any) -> object:
    if isinstance(some, dict):
        return {key: value for key, value in some.items() if others.get(key) != value}
    return [item for item in some if item not in others]
