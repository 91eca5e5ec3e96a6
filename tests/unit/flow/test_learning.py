"""Learning on real homes: what is written loads, reads and passes the gate, or nothing is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flow_kit import (
    MONDAY,
    SOURCE,
    account,
    drop,
    loaded_rows,
    make_home,
    rename_headers,
    run_ingest,
    teach,
    week_of_orders,
)

from orchestration.exports.layout.load import load_layouts
from orchestration.exports.learn.proposal import LearnError, Proposal, left
from orchestration.flow.learn import teach as learning
from orchestration.flow.learn.lesson import Lesson, study
from orchestration.flow.learn.teach import Taught, as_column
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.market.content import content
from orchestration.samples.market.world import invent_world
from orchestration.samples.workbooks import PERSONAL_MARK, export_name

ROWS = week_of_orders(orders=15)
RENAMED = {"支付时间": "付款时间", "订单号": "订单编号", "用户编号": "买家编号"}
NEW_NAME = "小红书乘风_2024-07-01-09_30_示例_笔记.csv"


def orders(home: Home, names: dict[str, str], folder: str = "m001") -> Path:
    return rename_headers(drop(home, folder, ROWS), names)


def notes(path: Path, *, days: int = 7) -> Path:
    """A report of a source that no layout knows, with a total and somebody's telephone."""
    header = [
        "时间",
        "笔记/素材ID",
        "消费",
        "新客消耗",
        "首屏占比",
        "新客曝光",
        "客服电话",
        "联系人",
    ]
    rows: list[list[object]] = [
        [f"2024-06-{24 + day:02d}", f"{n:024x}", f"{n}.50", "1.00", "5%", n, "13912345678", "某某"]
        for day in range(days)
        for n in range(3)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [header, *rows, ["合计21条记录", "-", "9", "9", "", "9", "", ""]]
        )
    return path


def learn(
    home: Home, path: Path, decide: Any = lambda proposals: proposals, **words: Any
) -> Taught:
    """Study a file and teach the home what was decided."""
    dry_run = words.pop("dry_run", False)
    with open_workspace(home) as workspace:
        lesson = study(workspace, path, **words)
        return learning.teach(workspace, lesson, decide(lesson.proposals), dry_run=dry_run)


def lesson_of(home: Home, path: Path, **words: Any) -> Lesson:
    with open_workspace(home) as workspace:
        return study(workspace, path, **words)


def without(header: str) -> Any:
    """Everything as proposed, but for one header."""

    def decide(proposals: Sequence[Proposal]) -> list[Proposal]:
        return [left(one) if one.header == header else one for one in proposals]

    return decide


def layout_files(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.layouts)): path.read_bytes()
        for path in sorted(home.layouts.rglob("*.csv"))
    }


# --- a known source


def test_a_renamed_export_is_held_then_learnt_then_loaded(home: Home, tmp_path: Path) -> None:
    path = orders(home, RENAMED)
    assert account(run_ingest(home), "m001").status == "held"
    report = learn(home, path)
    assert (report.source, report.is_written, report.exit_code) == (SOURCE, True, 0)
    assert (report.checked.rows, report.checked.faults) == (len(ROWS), {})
    file = account(run_ingest(home), "m001")
    assert (file.status, file.rows_loaded) == ("loaded", len(ROWS))
    # The same orders under the headers that everybody knows give the same rows.
    again = Home(tmp_path / "other")
    orders_as_known(again)
    plain = loaded_rows(again).drop_columns(["customer_key"])
    assert loaded_rows(home).drop_columns(["customer_key"]).equals(plain)
    assert loaded_rows(home)["customer_key"].null_count < len(ROWS)


def orders_as_known(home: Home) -> None:
    make_home(home.root, "m001", "m002")
    drop(home, "m001", ROWS)
    run_ingest(home)


def test_each_row_says_where_it_comes_from(home: Home) -> None:
    learn(home, orders(home, RENAMED))
    lines = list(
        csv.DictReader(
            (home.layouts / SOURCE / "columns.csv").open(encoding="utf-8-sig", newline="")
        )
    )
    assert {line["header"] for line in lines} == set(RENAMED.values())
    assert {line["certainty"] for line in lines} == {"seen"}
    assert {line["note"] for line in lines} == {f"learnt from {export_name(MONDAY)} on 2024-09-16"}


def test_what_a_home_has_written_itself_stays(home: Home) -> None:
    teach(home, "kol_name,达人昵称,text,no,,seen,mine")
    before = layout_files(home)[f"{SOURCE}/columns.csv"]
    learn(home, orders(home, RENAMED))
    assert layout_files(home)[f"{SOURCE}/columns.csv"].startswith(before)
    assert load_layouts(home.layouts).get(SOURCE).column_of["达人昵称"] == "kol_name"


def test_learning_twice_changes_nothing(home: Home) -> None:
    path = orders(home, RENAMED)
    learn(home, path)
    before = layout_files(home)
    report = learn(home, path)
    assert (dict(report.rows), report.is_written) == ({}, False)
    assert layout_files(home) == before


def test_a_dry_run_checks_everything_and_writes_nothing(home: Home) -> None:
    report = learn(home, orders(home, RENAMED), dry_run=True)
    assert (report.checked.rows, report.is_written) == (len(ROWS), False)
    assert layout_files(home) == {}
    assert [path.name for path in home.staged.iterdir() if path.name.startswith(".")] == []


def test_what_the_source_needs_must_be_found(home: Home) -> None:
    path = orders(home, RENAMED)
    with pytest.raises(LearnError, match=r"cannot be read without paid_at \(like '支付时间'\)"):
        learn(home, path, without("付款时间"))
    assert layout_files(home) == {}


def test_somebody_may_know_better(home: Home) -> None:
    path = orders(home, {"支付时间": "到账", "达人名称(待下线)": "博主"})
    with open_workspace(home) as workspace:
        lesson = study(workspace, path)
        found = {one.header: one for one in lesson.proposals}
        decided = [
            as_column(workspace, lesson, found["到账"], "paid_at"),
            as_column(workspace, lesson, found["博主"], "blogger"),
        ]
        report = learning.teach(workspace, lesson, decided)
    assert report.checked.rows == len(ROWS)
    layout = load_layouts(home.layouts).get(SOURCE)
    assert (layout.column_of["到账"], layout.columns["blogger"].type) == ("paid_at", "text")


@pytest.mark.parametrize(
    ("header", "column", "sentence"),
    [
        ("收货手机", "item_name", "'收货手机' is dropped: .* It is never read."),
        ("到账", "order_id", "order_id stands in the file already"),
        ("到账", "Paid At", "no name for a new one"),
        ("到账", "merchant_id", "no name for a new one"),
        ("到账", "shop id", "no name for a new one"),
        ("品名", "paid_at", "'品名' cannot be paid_at: its cells are no timestamp"),
    ],
)
def test_what_cannot_be_is_refused(home: Home, header: str, column: str, sentence: str) -> None:
    path = orders(home, {"支付时间": "到账", "收件人电话": "收货手机", "商品名称": "品名"})
    with open_workspace(home) as workspace:
        lesson = study(workspace, path)
        (one,) = [one for one in lesson.proposals if one.header == header]
        with pytest.raises(LearnError, match=sentence):
            as_column(workspace, lesson, one, column)


def test_rows_that_were_dirty_before_are_told(home: Home) -> None:
    rows = [row | {"SKU件数": "x"} if n == 0 else row for n, row in enumerate(ROWS)]
    report = learn(home, rename_headers(drop(home, "m001", rows), RENAMED))
    assert report.checked.faults == {"quantity_unreadable": 1}
    assert (report.is_written, report.exit_code) == (True, 3)


# --- a new source


def test_a_file_nobody_has_seen_is_learnt_and_loaded(home: Home) -> None:
    path = notes(home.inbox / "m001" / NEW_NAME)
    assert account(run_ingest(home), "m001").status == "held"
    report = learn(home, path)
    assert (report.source, report.checked.rows, report.checked.rows_read) == (
        *("chengfeng__notes", 21),
        22,
    )
    assert report.checked.skipped == {"total": 1}
    assert sorted(layout_files(home)) == [
        f"chengfeng__notes/{name}.csv" for name in ("columns", "ignored", "layout")
    ]
    file = account(run_ingest(home), "m001")
    assert (file.source, file.status, file.rows_loaded) == ("chengfeng__notes", "loaded", 21)


def test_nothing_personal_is_shown_or_kept(home: Home, tmp_path: Path) -> None:
    new = learn(home, notes(tmp_path / NEW_NAME))
    known = learn(home, orders(home, RENAMED | {"收件人电话": "收货手机"}))
    for report in (new, known):
        told = str(report.as_dict())
        assert not any(mark in told for mark in (PERSONAL_MARK, "13912345678", "某某"))
    kept = b"".join(layout_files(home).values()).decode()
    assert not any(mark in kept for mark in (PERSONAL_MARK, "13912345678", "某某"))
    assert (len(new.checked.sample), new.checked.sample[0]["spend"]) == (3, "0.50")
    assert [len(row["customer_key"] or "") for row in known.checked.sample if row["customer_key"]]
    assert all(len(row["customer_key"] or "") in (0, 8) for row in known.checked.sample)


def test_a_source_must_be_told_by_somebody(home: Home, tmp_path: Path) -> None:
    path = notes(tmp_path / "export.csv")
    with pytest.raises(LearnError, match="name it with --source <platform>__<entity>"):
        lesson_of(home, path)
    assert learn(home, path, source="example__notes").source == "example__notes"


def test_what_is_known_already_is_not_learnt_anew(home: Home) -> None:
    with pytest.raises(LearnError, match=f"it would still be read as {SOURCE}"):
        learn(home, drop(home, "m001", ROWS), source="example__orders")
    assert layout_files(home) == {}


def test_days_can_be_declared(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "销量.csv"
    path.write_text("新品ID,销售件\ng1,5\ng2,7\n", encoding="utf-8")
    words: dict[str, Any] = {"source": "example__sales"}
    with pytest.raises(Exception, match="which days it speaks for"):
        learn(home, path, **words)
    days = (date(2024, 9, 2), date(2024, 9, 8))
    report = learn(home, path, declared=days, **words)
    assert (report.checked.first_day, report.checked.last_day) == days


def test_the_day_of_a_new_source_cannot_be_left_out(home: Home, tmp_path: Path) -> None:
    path = notes(tmp_path / NEW_NAME)
    with pytest.raises(LearnError, match=r"cannot be read without stat_date \('时间'"):
        learn(home, path, without("时间"))


@pytest.mark.slow
def test_no_file_of_a_known_source_is_taken_by_a_new_layout(home: Home, tmp_path: Path) -> None:
    """Learn what looks like reports that are known, and read each known kind of file again."""
    learn(home, notes(tmp_path / NEW_NAME))
    world = invent_world(merchants=1, weeks=1, with_mishaps=False, seed=2)
    plans = {plan.source: plan for plan in world.plans}
    for source, plan in plans.items():
        path = tmp_path / plan.name
        path.write_bytes(content(plan))
        assert lesson_of(home, path).source == source


CAMPAIGNS = ["时间", "消费", "展现量", "点击量", "计划ID"]


def campaigns(path: Path, *more: str) -> Path:
    header = [*CAMPAIGNS, *more, "新词"]
    rows = [[f"2024-09-0{n}", "1.50", "7", "3", f"c{n}", *["1"] * len(more), "1"] for n in (2, 3)]
    path.write_text("".join(",".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")
    return path


def test_a_layout_that_would_take_files_of_others_asks_for_all_its_headers(
    home: Home, tmp_path: Path
) -> None:
    path = campaigns(tmp_path / "x.csv", "新增种草人群")
    learn(home, path, without("新词"), source="example__costs")
    layout = load_layouts(home.layouts).get("example__costs")
    assert [column.headers[0] for column in layout.required] == [*CAMPAIGNS, "新增种草人群"]


def test_files_that_are_too_much_alike_cannot_be_told_apart(home: Home, tmp_path: Path) -> None:
    path = campaigns(tmp_path / "x.csv")
    with pytest.raises(LearnError, match="files of juguang__campaigns would be taken for example"):
        learn(home, path, without("新词"), source="example__costs")
    assert layout_files(home) == {}


def test_a_decision_that_breaks_the_layouts_is_undone(home: Home) -> None:
    path = orders(home, RENAMED)

    def twice(proposals: Sequence[Proposal]) -> list[Proposal]:
        return [*proposals, replace(proposals[0], header="另一个", type="integer")]

    with pytest.raises(LearnError, match=r"would not load any more: .*columns.csv line"):
        learn(home, path, twice)
    assert layout_files(home) == {}
