"""The 16 real workbooks, from the inbox to a digest, against figures from other code."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import date
from pathlib import Path
from typing import Any

import oracle
import pyarrow.parquet as pq
import pytest
from homes import ORDER_MARTS, drop, make_home, published, query, seedbed

from tests.news_page import PAGE, page, weeks_of

pytestmark = pytest.mark.slow

JOINED_ON = date(2024, 3, 1)
KEYS = {
    "fct_orders": ["merchant_id", "order_id"],
    "fct_coverage": ["merchant_id", "source", "day"],
    "fct_merchant_days": ["merchant_id", "day"],
    "fct_merchant_weeks": ["merchant_id", "week"],
    "fct_merchant_months": ["merchant_id", "month"],
    "fct_customer_cohorts": ["merchant_id", "cohort_month", "month_number"],
    "fct_customer_cohorts_30d": ["merchant_id", "cohort_month", "age_30d"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, real_workbooks: list[Path]) -> Path:
    home = make_home(tmp_path_factory.mktemp("real") / "H", "m001")
    drop(home, "m001", real_workbooks)
    done = seedbed("run", "--week", "2024-09-09", home=home)
    assert done.code == 3, done.out + done.err  # 303 rows are set aside
    return home


@pytest.fixture(scope="module")
def expected(real_workbooks: list[Path]) -> dict[str, Any]:
    return oracle.tables(real_workbooks, JOINED_ON)


@pytest.mark.parametrize("table", ORDER_MARTS)
def test_every_cell_equals_the_other_calculation(
    home: Path, expected: dict[str, Any], table: str
) -> None:
    names, rows = query(home, f"select * from marts.{table}")
    assert len(rows) == len(expected[table])
    differences = oracle.compare(expected[table], oracle.frame(rows, names), KEYS[table])
    assert not differences, "\n".join(differences[:20])


def test_every_row_of_every_file_is_accounted_for(home: Path, real_workbooks: list[Path]) -> None:
    report = json.loads(seedbed("ingest", "--json", home=home).out)
    fates = ("rows_loaded", "rows_quarantined", "rows_held", "rows_skipped")
    for file in report["files"]:
        assert file["rows_read"] == sum(file[fate] for fate in fates), file["file_name"]
    counted = oracle.accounting(real_workbooks).groupby("outcome")["rows"].sum()
    total = {fate: sum(file[fate] for file in report["files"]) for fate in fates}
    assert total == {
        "rows_loaded": counted["loaded"],
        "rows_quarantined": counted["quarantined"],
        "rows_held": 0,
        "rows_skipped": counted["skipped"],
    }
    assert sum(file["rows_read"] for file in report["files"]) == 135_100


def test_nothing_personal_leaves_landing(home: Path) -> None:
    personal = [b"13800000001", "收件人".encode(), "上海市测试路".encode(), b"SF0001"]
    for path in home.rglob("*"):
        inside = path.relative_to(home).parts[0]
        if path.is_file() and inside not in ("landing", "inbox") and not path.is_symlink():
            content = path.read_bytes()
            found = [mark for mark in personal if mark in content]
            assert not found, path
    raw = pq.read_table(home / "raw" / "qianfan__orders", columns=["customer_key"])
    keys = {key for key in raw["customer_key"].to_pylist() if key}
    assert all(len(key) == 32 for key in keys)
    assert "17850" not in keys


def test_the_digest_in_the_outbox_says_what_the_marts_say(
    home: Path, expected: dict[str, Any]
) -> None:
    weeks = expected["fct_merchant_weeks"]
    week = weeks[weeks["week"] == date(2024, 9, 9)].iloc[0]
    mails = list((home / "outbox" / "2024-09-09").rglob("*.eml"))
    assert len(mails) == 1
    message = email.message_from_bytes(mails[0].read_bytes(), policy=email.policy.default)
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        text = body.get_content()
        assert f"{week['gmv']:,.2f}" in text
        assert str(week["order_count"]) in text
        assert str(week["new_customers"]) in text


def test_the_page_of_news_says_what_the_published_weeks_say(home: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(weeks_of(home))


def test_every_issued_figure_is_kept_with_its_build(home: Path) -> None:
    issued = pq.read_table(home / "issued").to_pylist()
    gmv = next(row for row in issued if row["figure_id"] == "m001/2024-W37/week/gmv")
    _, rows = query(home, "select gmv from marts.fct_merchant_weeks where week = '2024-09-09'")
    assert gmv["value"] == rows[0][0]
    assert gmv["build_id"] == (home / "published" / "current.duckdb").resolve().stem


def test_running_again_changes_nothing(home: Path) -> None:
    def snapshot() -> dict[str, tuple[int, int]]:
        kept = ("raw", "quarantine", "issued", "digests", "outbox", "handover")
        return {
            str(path.relative_to(home)): (path.stat().st_mtime_ns, path.stat().st_size)
            for folder in kept
            for path in (home / folder).rglob("*")
            if path.is_file()
        }

    before, tables = snapshot(), published(home)
    done = seedbed("run", "--week", "last", home=home)
    assert done.code == 0, done.out + done.err
    assert snapshot() == before
    assert published(home) == tables
