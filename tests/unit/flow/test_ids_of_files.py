"""Shops and accounts that files name: whose they become, and what rows without them are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from flow_kit import account, handed_over, make_home, run_ingest

from orchestration.home import Home

pytestmark = pytest.mark.slow

HEADERS = ["账户ID", "时间", "消费", "展现量", "点击量"]
SOURCE = "juguang__accounts"


def _report(home: Home, place: str, *rows: Sequence[str]) -> Path:
    """An account report; rows without an account id have no such column."""
    headers = HEADERS if len(rows[0]) == len(HEADERS) else HEADERS[1:]
    path = home.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(",".join(row) + "\n" for row in [headers, *rows]), encoding="utf-8")
    return path


def _day(day: int, *account_id: str) -> list[str]:
    return [*account_id, f"2024-09-{day:02d}", "1.00", "10", "1"]


def _accounts(home: Home) -> set[Any]:
    loaded = {file["file_sha256"] for file in handed_over(home, "files")}
    rows = pq.read_table(home.raw / SOURCE).to_pylist()
    return {
        (row["stat_date"].day, row["account_id"]) for row in rows if row["_file_sha256"] in loaded
    }


@pytest.mark.parametrize("words", ["合计", "总计", "汇总", "合计2条记录"])
def test_a_total_row_is_nobodys_account(home: Home, words: str) -> None:
    for merchant_id, account_id in (("m001", "7001"), ("m002", "7002")):
        total = [words, "-", "1.00", "10", "1"]
        _report(home, f"{merchant_id}/a.csv", _day(2, account_id), total)
    report = run_ingest(home)
    for merchant_id in ("m001", "m002"):
        assert account(report, merchant_id).problem is None
        assert account(report, merchant_id).skipped_by_reason == {"total": 1}


@pytest.mark.parametrize("is_named_first", [True, False])
def test_what_other_files_name_is_not_put_into_rows(home: Home, is_named_first: bool) -> None:
    """Else it would depend on which file came first."""
    files = [[_day(2, "7001")], [_day(3)]]
    for number, rows in enumerate(files if is_named_first else files[::-1]):
        _report(home, f"m001/{number}.csv", *rows)
        run_ingest(home)
    assert _accounts(home) == {(2, "7001"), (3, None)}


def test_what_the_register_names_is_put_into_rows(tmp_path: Path) -> None:
    home = make_home(tmp_path / "H", "m001")
    register = yaml.safe_load(home.register_file.read_text(encoding="utf-8"))
    register["merchants"][0]["ad_accounts"] = [{"account_id": "7001", "platform": "juguang"}]
    home.register_file.write_text(yaml.safe_dump(register), encoding="utf-8")
    # An account that is not in the register, such as one misread, takes nothing away.
    _report(home, "m001/0.csv", _day(2, "7009"))
    _report(home, "m001/1.csv", _day(3))
    run_ingest(home)
    assert _accounts(home) == {(2, "7009"), (3, "7001")}


def test_an_id_that_a_folder_brought_is_its_merchants_from_then_on(home: Home) -> None:
    _report(home, "m001/a.csv", _day(2, "7001"))
    run_ingest(home)
    _report(home, "m002/b.csv", _day(3, "7001"))
    _report(home, "loose.csv", _day(4, "7001"))
    report = run_ingest(home)
    assert "names shops or accounts of m001" in (account(report, "m002").problem or "")
    assert account(report, "m001", "loose.csv").status == "loaded"
