"""`seedbed explain` on a home that ran: what is printed, JSON, exit codes, refusals, no persons."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_cells import files_in
from homes import Done, query, seedbed
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from orchestration import printing
from orchestration.explanation.shown import tell
from orchestration.flow.explain import as_dict, explained
from orchestration.flow.workspace import home_lock
from orchestration.home import Home

pytestmark = pytest.mark.slow

WEEK = "m001/2024-W36"
HOSTILE = "[red]evil[bold]\x1b[35m\x07\u202e"


def explain(home: Path, *words: str, **extra: str) -> Done:
    return seedbed("explain", *words, home=home, **extra)


def as_json(home: Path, figure: str) -> dict[str, Any]:
    """What `--json` prints, without the two seconds in which a process begins."""
    return json.loads(printing.as_json(as_dict(explained(Home(home), figure))))


def lines(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for fact in part["facts"]["rows"] for line in fact["lines"]]


@pytest.fixture
def copy(undisturbed: Path, tmp_path: Path) -> Path:
    """A copy that may be harmed, of what the command reads alone."""
    home = tmp_path / "H"
    home.mkdir()
    for name in ("published", "raw", "handover"):
        shutil.copytree(undisturbed / name, home / name, symlinks=True)
    for name in ("seedbed.toml", "state.db"):
        shutil.copyfile(undisturbed / name, home / name)
    return home


def test_every_figure_of_the_digest_is_explained_by_its_id(undisturbed: Path) -> None:
    names, rows = query(
        undisturbed,
        "select figure_id, value, is_known from reporting.rpt_digest_facts "
        "where merchant_id = 'm001' order by figure_id",
    )
    assert names == ["figure_id", "value", "is_known"]
    assert {figure_id.split("/")[2] for figure_id, *_ in rows} == {"week", "month_to_date"}
    for figure_id, value, is_known in rows:
        found = as_json(undisturbed, figure_id)
        assert found["figure_id"] == figure_id
        assert found["is_proven"], figure_id
        assert found["digest"]["figure_id"] == figure_id
        if is_known and value is not None:
            told = Decimal(str(found["part"]["value"]))
            assert abs(told - value) <= Decimal("0.005"), figure_id
        assert bool(found["part"]["unknown_because"]) == (found["part"]["value"] is None)


def test_every_cell_of_a_cohort_names_its_customers(undisturbed: Path) -> None:
    _, rows = query(
        undisturbed,
        "select merchant_id, week, cohort_month, month_number, active_customers, cohort_size "
        "from reporting.rpt_digest_cohorts",
    )
    assert len(rows) >= 3
    for merchant_id, week, cohort_month, months, active, size in rows:
        cell = f"cohort/{cohort_month:%Y-%m}/{months}/active_customers"
        found = as_json(undisturbed, f"{merchant_id}/{week}/{cell}")
        assert found["is_proven"], cell
        part = found["part"]
        assert (part["value"], found["row"]["cohort_size"]) == (active, size)
        hashes = {line["file_sha256"] for line in lines(part)}
        files = files_in(undisturbed / "landing", hashes)
        buyers = {
            files[line["file_sha256"]].cell(line["line"], "customer_key") for line in lines(part)
        }
        assert len(buyers) == (active or 0)
        assert {fact["about"]["first_paid_date"][:7] for fact in part["facts"]["rows"]} <= {
            f"{cohort_month:%Y-%m}"
        }


def test_json_ends_at_cells_of_the_archived_files(undisturbed: Path) -> None:
    found = json.loads(explain(undisturbed, f"{WEEK}/gmv", "--json").out)
    part = found["part"]
    told = lines(part)
    assert len(told) == part["line_count"] > 20
    files = files_in(undisturbed / "landing", {line["file_sha256"] for line in told})
    money = sum(
        (files[line["file_sha256"]].number(line["line"], line["column"]) for line in told),
        Decimal(0),
    )
    assert money == Decimal(part["value"])
    names = {path.name for path in (undisturbed / "inbox" / "m001").iterdir()}
    assert {file["file_name"] for file in part["files"]["rows"]} <= names
    assert all(file["effective_at"].endswith("+00:00") for file in part["files"]["rows"])
    # W35 was exported again with every second order: one order's lines are of one file only.
    restated = as_json(undisturbed, "m001/2024-W35/gmv")["part"]
    assert restated["files"]["total"] == 2
    for fact in restated["facts"]["rows"]:
        assert len({line["file_sha256"] for line in fact["lines"]}) == 1


def test_a_terminal_shows_each_sum_and_counts_the_rest(undisturbed: Path) -> None:
    value = Decimal(as_json(undisturbed, f"{WEEK}/gmv")["part"]["value"])
    done = explain(undisturbed, f"{WEEK}/gmv", "--limit", "3")
    assert (done.code, done.err) == (0, "")
    assert f"{WEEK}/week/gmv = {value:,.2f} CNY" in done.out
    assert f"✓ sum of 7 known days = {value:,.2f} CNY" in done.out
    assert "4 of 7 days are not shown; --limit N shows more, --json all" in done.out
    assert "orders are not shown" in done.out
    assert "lines are not shown" in done.out
    assert "小红书订单查询2024-09-09-09_30" in done.out
    assert "✗" not in done.out
    whole = explain(undisturbed, f"{WEEK}/gmv", "--limit", "100000")
    assert "not shown" not in whole.out


def test_a_ratio_and_growth_show_both_of_their_parts(undisturbed: Path) -> None:
    aov = as_json(undisturbed, f"{WEEK}/week/aov")["part"]
    assert [part["figure"] for part in aov["parts"]] == ["gmv", "order_count"]
    gmv, orders = (Decimal(str(part["value"])) for part in aov["parts"])
    assert aov["value"] == float(gmv) / float(orders)
    growth = as_json(undisturbed, f"{WEEK}/gmv_wow")["part"]
    value, base = growth["parts"]
    assert (value["role"], base["role"]) == ("value", "base")
    assert date.fromisoformat(base["first"]) == date(2024, 8, 26)
    told = explain(undisturbed, f"{WEEK}/aov").out
    assert "gmv ÷ order_count" in told
    assert "denominator order_count" in told


def test_customers_are_named_by_short_hashes_only(undisturbed: Path) -> None:
    _, rows = query(
        undisturbed, "select distinct customer_key from marts.fct_orders where not is_anonymous"
    )
    keys = {key for (key,) in rows}
    assert keys
    told = explain(undisturbed, f"{WEEK}/new_customers", "--json").out
    told += explain(undisturbed, f"{WEEK}/gmv", "--json").out
    told += explain(undisturbed, f"{WEEK}/returning_customers").out
    assert not any(key in told for key in keys)
    part = as_json(undisturbed, f"{WEEK}/new_customers")["part"]
    assert {len(fact["key"]) for fact in part["facts"]["rows"]} == {8}
    assert all(fact["about"]["first_paid_date"] >= "2024-09-02" for fact in part["facts"]["rows"])
    # What a person is called, or where it lives, stands in the files and nowhere else.
    files = files_in(
        undisturbed / "landing", {file["file_sha256"] for file in part["files"]["rows"]}
    )
    for file in files.values():
        header = next(row for row in file.lines if "订单号" in row)
        for name in ("用户编号", "收件人姓名", "收件人手机号", "收件人详细地址"):
            if name in header:
                cells = {row[header.index(name)].strip() for row in file.lines}
                assert not any(cell in told for cell in cells - {"", name} if len(cell) > 3), name


def test_an_unknown_figure_names_the_export_that_is_missing(undisturbed: Path) -> None:
    done = explain(undisturbed, f"{WEEK}/refund_amount")
    assert done.code == 0
    assert "no export of qianfan__aftersales covers a day of 2024-09-02 to 2024-09-08" in done.out
    assert "unknown" in done.out.splitlines()[0]


@pytest.mark.parametrize(
    ("figure", "code", "told"),
    [
        ("../x", 2, "names no figure; write merchant/week/figure"),
        (HOSTILE, 2, "names no figure"),
        ("m001/2024-W60/gmv", 2, "has no week 60"),
        (f"m001/2024-W36/{HOSTILE}", 1, "has no figure"),
        ("m001/2024-W36/gmv' or '1'='1", 1, "has no figure"),
        ("../2024-W36/gmv", 1, "There is no merchant '..'"),
        ("m00/2024-W36/gmv", 1, "figures of: m001, m002"),
        ("m002/2024-W36/gmv", 1, "m002 has no figures yet"),
        ("m001/2030-W01/gmv", 1, "its exports cover 2024-W34 to"),
        ("m001/2024-W35/month_to_date/gmv", 1, "`seedbed run --week 2024-W35` decides it"),
    ],
)
def test_a_refusal_is_one_sentence(undisturbed: Path, figure: str, code: int, told: str) -> None:
    done = explain(undisturbed, figure)
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert done.err.count("\n") == 1
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


def test_there_is_nothing_to_explain_before_the_first_build(copy: Path) -> None:
    assert explain(copy, f"{WEEK}/gmv").code == 0
    (copy / "published" / "current.duckdb").unlink()
    done = explain(copy, f"{WEEK}/gmv")
    assert done.code == 1
    assert "Nothing is published" in done.err
    assert "`seedbed run`" in done.err
    done = explain(copy / "nowhere", f"{WEEK}/gmv")
    assert (done.code, "is no Seedbed home" in done.err) == (1, True)


def test_a_build_that_contradicts_its_lines_is_told_in_red(copy: Path) -> None:
    build = (copy / "published" / "current.duckdb").resolve()
    with duckdb.connect(build) as connection:
        connection.execute(
            "update marts.fct_merchant_weeks set gmv = gmv + 1 where week = '2024-09-02'"
        )
    done = explain(copy, f"{WEEK}/gmv", FORCE_COLOR="1")
    assert done.code == 1
    assert "\x1b[31m✗ sum of 7 known days" in done.out
    found = explain(copy, f"{WEEK}/gmv", "--json")
    assert found.code == 1
    assert json.loads(found.out)["is_proven"] is False


def test_a_build_of_before_names_no_files(copy: Path) -> None:
    build = (copy / "published" / "current.duckdb").resolve()
    with duckdb.connect(build) as connection:
        connection.execute("drop table marts.fct_files")
    done = explain(copy, f"{WEEK}/gmv")
    assert (done.code, "`seedbed run` builds anew" in done.err) == (1, True)


def test_a_line_that_a_person_mended_is_marked(copy: Path) -> None:
    line = lines(as_json(copy, f"{WEEK}/gmv")["part"])[0]
    assert not line["is_mended"]
    with sqlite3.connect(copy / "state.db") as state:
        state.execute(
            "insert into repairs (merchant_id, file_sha256, row_number, column_name, text, "
            "repaired_at, told_by) values ('m001', ?, ?, 'paid_amount', '1.00', "
            "'2024-09-10 00:00:00', 'repairs.xlsx')",
            [line["file_sha256"], line["line"]],
        )
    told = lines(as_json(copy, f"{WEEK}/gmv")["part"])
    assert [one for one in told if one["is_mended"]] == [{**line, "is_mended": True}]
    assert "paid_amount, mended by hand" in explain(copy, f"{WEEK}/gmv").out


def test_it_waits_for_nobody(copy: Path) -> None:
    """A build never changes, so a run may go on meanwhile."""
    with home_lock(Home(copy)):
        done = explain(copy, f"{WEEK}/gmv")
    assert (done.code, done.err) == (0, "")


def test_names_that_do_harm_are_shown_as_text(copy: Path) -> None:
    build = (copy / "published" / "current.duckdb").resolve()
    with duckdb.connect(build) as connection:
        connection.execute("update marts.fct_files set file_name = ?", [HOSTILE])
        connection.execute("update marts.fct_orders set order_status = ?", [HOSTILE])
    done = explain(copy, f"{WEEK}/gmv")
    assert done.code == 0
    assert "[red]evil[bold]" in done.out
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


@pytest.mark.parametrize("figure", ["aov", "new_customers", "gmv_wow"])
def test_it_fits_a_narrow_terminal(undisturbed: Path, figure: str) -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=80, force_terminal=True, no_color=True, emoji=False)
    tell(console, explained(Home(undisturbed), f"{WEEK}/{figure}", limit=20))
    assert (
        max(cell_len(Text.from_ansi(line).plain) for line in screen.getvalue().splitlines()) <= 80
    )
