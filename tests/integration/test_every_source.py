"""Every source of a month of invented shops, dirt included: each file and row as it was planted."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from market_home import MarketHome, ingested_market

from orchestration.exports.layout.load import load_layouts
from orchestration.flow.accounting import FileAccount
from orchestration.home import Home
from orchestration.samples.market.deliver import Delivered
from orchestration.samples.workbooks import PERSONAL_MARK

pytestmark = pytest.mark.slow

# What a planted fault of a row is called where it is caught.
RULES = {
    "impossible_quantity": "quantity_",
    "negative_amount": "amount_",
    "missing_value": "quantity_missing",
    "uncached_formula": "_unreadable",
    "ambiguous_number": "_unreadable",
    "foreign_currency": "_unreadable",
    "ambiguous_date": "_unreadable",
    "lost_digits": "_unreadable",
    "other_length": "row_has_other_length",
}
AD_FIGURES = ("spend", "impressions", "clicks", "interactions")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> MarketHome:
    return ingested_market(tmp_path_factory.mktemp("market"))


def account_of(market: MarketHome, file: Delivered) -> FileAccount:
    owners = ("",) if file.fate == "unclaimed" else (file.merchant_id,)
    (found,) = [
        account
        for account in market.report.files
        if account.file_name == file.name and account.merchant_id in owners
    ]
    return found


def test_nothing_stops_and_every_account_closes(market: MarketHome) -> None:
    assert market.report.structural_faults == []
    assert [file.file_name for file in market.report.files if not file.closes] == []


def test_every_file_has_the_fate_that_was_planted(market: MarketHome) -> None:
    wrong = []
    for file in market.delivered:
        if file.fate == "repeated":
            continue
        account = account_of(market, file)
        wanted = "held" if file.fate == "unclaimed" else file.fate
        if account.status != wanted or (wanted == "held") != bool(account.reason):
            wrong.append((account.file_name, wanted, account.status, account.reason))
    assert wrong == []


def test_every_row_has_the_fate_that_was_planted(market: MarketHome) -> None:
    wrong = []
    for file in market.delivered:
        if file.fate != "loaded":
            continue
        account = account_of(market, file)
        planted = (
            file.rows_read,
            file.rows_loaded,
            len(file.quarantined),
            {reason: count for reason, count in file.skipped.items() if count},
        )
        found = (
            account.rows_read,
            account.rows_loaded,
            account.rows_quarantined,
            account.skipped_by_reason,
        )
        if planted != found:
            wrong.append((account.file_name, planted, found))
    assert wrong == []


def test_every_rejected_row_is_caught_by_its_line_and_rule(market: MarketHome) -> None:
    caught = {
        (row["merchant_id"], row["_file_sha256"], row["_row_number"]): row["rule"]
        for folder in sorted(market.home.quarantine.iterdir())
        for row in pq.read_table(folder).to_pylist()
    }
    planted: dict[tuple[str, str, int], str] = {}
    for file in market.delivered:
        if file.fate == "loaded":
            sha256 = account_of(market, file).file_sha256
            planted |= {(file.merchant_id, sha256, r.line): r.family for r in file.quarantined}
    assert planted.keys() == caught.keys()
    wrong = [
        (key, family, caught[key])
        for key, family in planted.items()
        if RULES[family] not in caught[key]
    ]
    assert wrong == []


def test_what_stands_in_raw_is_the_truth_of_advertising(market: MarketHome) -> None:
    """The newest export of each key, by plain pandas, against what the world says."""
    ads = [source for source in load_layouts().sources if source.startswith("juguang__")]
    standing = pd.concat([_standing(market.home, source) for source in ads])
    truth = market.truth.ad_rows
    by = ["merchant_id", "source", "unit", "account_id", "day"]
    standing = standing.rename(columns={"stat_date": "day"})
    standing["unit"] = standing["_cut"].str.partition("/")[0]
    # The ids that a finer report shows are a part of its cut; the world breaks down by one thing.
    is_by_placement = standing["_cut"].str.contains("/placement")
    standing["breakdown"] = is_by_placement.map({True: "placement", False: ""})
    for figure in AD_FIGURES:
        theirs = truth.groupby([*by, "breakdown"])[figure].agg("sum")
        ours = standing.groupby([*by, "breakdown"])[figure].agg("sum")
        assert {k: Decimal(v) for k, v in ours.items()} == {
            k: Decimal(v) for k, v in theirs.items()
        }, figure


def test_what_stands_in_raw_is_the_truth_of_orders(market: MarketHome) -> None:
    standing = _standing(market.home, "qianfan__orders")
    paid = standing[standing["paid_at"].notna()]
    ours = paid.groupby(["merchant_id", "order_id"])["paid_amount"].agg("sum")
    theirs = market.truth.orders.set_index(["merchant_id", "order_id"])["gmv"]
    assert ours.to_dict() == theirs.to_dict()


def test_no_personal_value_left_the_landing(market: MarketHome) -> None:
    mark = PERSONAL_MARK.encode()
    # As a workbook, a Parquet file and JSON may write it.
    marks = (mark, PERSONAL_MARK.encode("utf-16-le"), b"\\u79c1\\u5bc6")
    kept_as_they_came = (market.home.inbox, market.home.landing)
    leaks = [
        path
        for path in _files(market.home.root)
        if not any(path.is_relative_to(folder) for folder in kept_as_they_came)
        and any(one in _unpacked(path) for one in marks)
    ]
    assert leaks == []
    # A scan that finds nothing anywhere would prove nothing.
    assert any(mark in _unpacked(path) for path in _files(market.home.inbox))


def _standing(home: Home, source: str) -> pd.DataFrame:
    """The rows of each key's newest loaded file; an order whole in an older one wins."""
    files = pq.read_table(home.handover / "files.parquet").to_pandas()
    files = files[(files["status"] == "loaded") & (files["source"] == source)]
    frames = []
    for file in files.to_dict("records"):
        stem = "__".join(
            (
                file["merchant_id"],
                file["file_sha256"][:16],
                file["layout_revision"],
                file["reader_revision"],
            )
        )
        rows = pq.read_table(home.raw / source / f"{stem}.parquet").to_pandas()
        frames.append(rows.assign(source=source, _at=file["effective_at"]))
    rows = pd.concat(frames)
    terms = load_layouts().get(source).terms[-1]
    keys = ["merchant_id", *terms.replace_by]
    rejected = _rejected_keys(home, source)
    rows["_is_cut_short"] = [
        (sha256, _row_key(row, terms.replace_by)) in rejected
        for sha256, row in zip(rows["_file_sha256"], rows.to_dict("records"), strict=True)
    ]
    rows = rows.sort_values(
        ["_is_cut_short", "_at", "_file_sha256"], ascending=[True, False, False]
    )
    newest = rows.groupby(keys, dropna=False)["_file_sha256"].transform("first")
    return rows[rows["_file_sha256"] == newest]


def _rejected_keys(home: Home, source: str) -> set[tuple[str, str]]:
    found = pq.read_table(home.quarantine / source).to_pylist()
    return {(row["_file_sha256"], row["row_key"]) for row in found if row["row_key"]}


def _row_key(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return "/".join(str(row[name]) for name in names)


def _files(folder: Path) -> Iterator[Path]:
    return (Path(top) / name for top, _, names in os.walk(folder) for name in names)


def _unpacked(path: Path) -> bytes:
    """The bytes of a file; of Parquet and workbooks what is packed in them."""
    if path.suffix == ".parquet":
        return repr(pq.read_table(path).to_pydict()).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return path.read_bytes()
