"""Suggestions on used homes: whose files are, what is given, and what the register lacks."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from flow_kit import account, drop, make_home, run_ingest, statuses, week_of_orders
from sqlalchemy import select

from orchestration.flow.corrections import FileChoiceError, withdraw
from orchestration.flow.suggest.suggestions import Suggestions, suggestions
from orchestration.flow.suggest.weighed import Unclaimed
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.register import RegisterError
from orchestration.samples.market.deliver import write_plans
from orchestration.samples.market.world import invent_world, register_of
from orchestration.samples.workbooks import Row
from orchestration.state.models import OwnedId

pytestmark = pytest.mark.slow

ROWS = week_of_orders(orders=12)
IDS = list(dict.fromkeys(row["订单号"] for row in ROWS))
AFTERSALES = ("售后单号", "订单号", "售后类型", "状态", "申请售后金额(元)", "退货创建时间")
REPORT = ("时间", "账户ID", "账户名称", "计划ID", "消费", "展现量", "点击量")


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def aftersales(path: Path, order_ids: Sequence[str]) -> Path:
    rows = [
        [f"2000{n}", order_id, "仅退款", "售后完成", "1.00", "2024-09-06 10:00:00"]
        for n, order_id in enumerate(order_ids)
    ]
    return write(path, AFTERSALES, rows)


def report(path: Path, account_id: str, campaign_ids: Sequence[str], name: str = "某账户") -> Path:
    rows = [["2024-09-02", account_id, name, one, "1.00", 10, 1] for one in campaign_ids]
    return write(path, REPORT, rows)


def found(home: Home, **words: Any) -> Suggestions:
    with open_workspace(home) as workspace:
        return suggestions(workspace, **words)


def by_name(home: Home, **words: Any) -> dict[str, Unclaimed]:
    return {file.file_name: file for file in found(home, **words).files}


def owned(home: Home) -> dict[str, str]:
    with open_workspace(home) as workspace, workspace.store.session() as session:
        return {row.owned_id: row.merchant_id for row in session.scalars(select(OwnedId))}


def other_orders() -> list[Row]:
    return [row | {"订单号": row["订单号"].replace("P", "Q")} for row in ROWS]


# --- what is sure


def test_orders_of_an_after_sales_file_tell_whose_it_is(home: Home) -> None:
    drop(home, "m001", ROWS)
    drop(home, "m002", other_orders())
    aftersales(home.inbox / "售后.csv", IDS[:4])
    run_ingest(home)
    (file,) = found(home).files
    assert (file.source, file.state, file.fault) == ("qianfan__aftersales", "sure", None)
    assert file.best and file.best.merchant_id == "m001"
    assert file.best.reason == (
        f"4 of its 4 orders, such as {IDS[0]}, are in qianfan__orders of m001"
    )


def test_sure_files_are_given_and_the_next_ingest_loads_them(home: Home) -> None:
    drop(home, "m001", ROWS)
    aftersales(home.inbox / "售后.csv", IDS[:4])
    report(home.inbox / "unknown.csv", "9990001", ["c1"])
    run_ingest(home)
    done = found(home, apply=True)
    assert [(file.file_name, whose) for file, whose in done.given] == [("售后.csv", "m001")]
    assert done.exit_code == 3
    ingested = run_ingest(home)
    assert account(ingested, "m001", "售后.csv").status == "loaded"
    assert account(ingested, "", "unknown.csv").status == "held"
    again = found(home, apply=True)
    assert ([file.file_name for file in again.files], again.given) == (["unknown.csv"], ())


def test_looking_changes_nothing(home: Home) -> None:
    drop(home, "m001", ROWS)
    aftersales(home.inbox / "售后.csv", IDS[:4])
    before = statuses(run_ingest(home))
    found(home)
    assert statuses(run_ingest(home)) == before
    assert [path.name for path in home.staged.iterdir() if path.name.startswith(".")] == []


def test_one_order_in_common_may_be_a_slip(home: Home) -> None:
    drop(home, "m001", ROWS)
    aftersales(home.inbox / "售后.csv", [IDS[0], "Z1", "Z2"])
    run_ingest(home)
    done = found(home, apply=True)
    assert (done.files[0].state, done.given) == ("likely", ())


def test_orders_of_two_merchants_are_disputed(home: Home) -> None:
    drop(home, "m001", ROWS)
    drop(home, "m002", other_orders())
    aftersales(home.inbox / "售后.csv", [*IDS[:3], *(one.replace("P", "Q") for one in IDS[:2])])
    run_ingest(home)
    done = found(home, apply=True)
    assert (done.files[0].state, done.given) == ("disputed", ())
    assert {one.merchant_id for one in done.files[0].evidence} == {"m001", "m002"}


def test_orders_of_a_withdrawn_file_tell_nothing(home: Home) -> None:
    drop(home, "m001", ROWS)
    aftersales(home.inbox / "售后.csv", IDS[:4])
    sha256 = account(run_ingest(home), "m001").file_sha256
    with open_workspace(home) as workspace:
        withdraw(workspace, sha256)
    run_ingest(home)
    assert [one.certainty for one in found(home).files[0].evidence] == [0.4]


def test_a_campaign_leads_to_the_account_and_the_account_to_other_files(home: Home) -> None:
    """Reports of campaigns without account name nobody; those with one are remembered."""
    report(home.inbox / "m001" / "known.csv", "7001", ["c1", "c2", "c3"])
    run_ingest(home)
    assert owned(home) == {"7001": "m001"}
    report(home.inbox / "new.csv", "9990001", ["c1", "c2"])
    report(home.inbox / "more.csv", "9990001", ["c8"])
    run_ingest(home)
    files = by_name(home)
    assert {name: file.state for name, file in files.items()} == {
        "new.csv": "sure",
        "more.csv": "sure",
    }
    assert files["more.csv"].best and "as new.csv does" in files["more.csv"].best.reason
    found(home, apply=True)
    assert owned(home) == {"7001": "m001", "9990001": "m001"}
    ingested = run_ingest(home)
    assert account(ingested, "m001", "more.csv").status == "loaded"


def test_an_account_that_would_go_to_two_merchants_is_given_to_none(home: Home) -> None:
    report(home.inbox / "m001" / "a.csv", "7001", ["c1", "c2"])
    report(home.inbox / "m002" / "b.csv", "7002", ["d1", "d2"])
    report(home.inbox / "x.csv", "9990001", ["c1", "c2"])
    report(home.inbox / "y.csv", "9990001", ["d1", "d2"])
    run_ingest(home)
    done = found(home, apply=True)
    assert ([file.state for file in done.files], done.given) == (["disputed", "disputed"], ())


# --- what is likely


def test_names_in_a_file_and_of_a_file(home: Home) -> None:
    report(home.inbox / "a.csv", "9990001", ["c1"], name="Example m001")
    report(home.inbox / "Example m002.csv", "9990002", ["c2"])
    run_ingest(home)
    files = by_name(home)
    assert [
        (f.state, f.best and f.best.merchant_id)
        for f in (files["a.csv"], files["Example m002.csv"])
    ] == [
        ("likely", "m001"),
        ("likely", "m002"),
    ]
    assert files["a.csv"].names == ("Example m001",)


def test_members_of_one_zip_belong_together(home: Home, tmp_path: Path) -> None:
    report(home.inbox / "m001" / "known.csv", "7001", ["c1"])
    run_ingest(home)
    one = report(tmp_path / "one.csv", "7001", ["c1", "c5"])
    other = report(tmp_path / "other.csv", "9990001", ["c9"])
    with zipfile.ZipFile(home.inbox / "导出.zip", "w") as archive:
        for path in (one, other):
            archive.write(path, path.name)
    run_ingest(home)
    (file,) = found(home).files
    assert (file.file_name, file.state) == ("导出.zip/other.csv", "likely")
    assert file.best and file.best.reason == "1 file of m001 lay in the same ZIP"


def test_a_file_that_cannot_be_read_is_told_with_its_fault(home: Home) -> None:
    (home.inbox / "m001 broken.csv").write_bytes(b"<html>log in</html>")
    run_ingest(home)
    (file,) = found(home).files
    assert (file.source, file.state) == (None, "likely")
    assert "a web page" in (file.fault or "")


# --- what a person says


def test_a_person_may_say_whose_a_file_is(home: Home) -> None:
    report(home.inbox / "a.csv", "9990001", ["c1"])
    run_ingest(home)
    sha256 = found(home).files[0].file_sha256
    done = found(home, choices={sha256[:8].upper(): "m002"})
    assert [whose for _, whose in done.given] == ["m002"]
    assert done.exit_code == 0
    assert owned(home) == {"9990001": "m002"}
    assert account(run_ingest(home), "m002").status == "loaded"


def test_choices_that_cannot_be_change_nothing(home: Home) -> None:
    report(home.inbox / "a.csv", "9990001", ["c1"])
    report(home.inbox / "b.csv", "9990002", ["c2"])
    run_ingest(home)
    first = found(home).files[0].file_sha256
    for choices, error, sentence in (
        ({first: "m009"}, RegisterError, "No merchant 'm009'"),
        ({"zz": "m001"}, FileChoiceError, "No unclaimed file begins with 'zz'"),
        ({"": "m001"}, FileChoiceError, "2 unclaimed files begin with ''"),
    ):
        with pytest.raises(error, match=sentence):
            found(home, choices=choices)
    assert owned(home) == {}
    assert len(found(home).files) == 2


def test_a_shop_of_somebody_else_is_not_given_away(home: Home) -> None:
    header = ("激励名称", "激励编号", "发放时间", "单位", "发放数量", "店铺ID")
    write(
        home.inbox / "grants.csv",
        header,
        [
            ["新商", "J1", "2024-09-02 10:00:00", "曝光", "100", "s-m001"],
            ["新商", "J2", "2024-09-02 10:00:00", "曝光", "100", "s-m002"],
        ],
    )
    run_ingest(home)
    (file,) = found(home).files
    assert file.state == "disputed"
    with pytest.raises(FileChoiceError, match="it names shops or accounts of m002"):
        found(home, choices={file.file_sha256: "m001"})


# --- what the register lacks


def test_files_for_which_nothing_speaks_make_a_new_merchant(home: Home) -> None:
    report(home.inbox / "a.csv", "9990001", ["c1"], name="")
    report(home.inbox / "b.csv", "9990001", ["c2"], name="新来的店")
    report(home.inbox / "c.csv", "9990002", ["c3"])
    run_ingest(home)
    new = {one.file_names: (one.ids, one.name) for one in found(home).new}
    assert {tuple(sorted(names)): told for names, told in new.items()} == {
        ("a.csv", "b.csv"): ((("account", "juguang", "9990001"),), "新来的店"),
        ("c.csv",): ((("account", "juguang", "9990002"),), "某账户"),
    }


def test_shops_merchants_and_accounts_that_were_only_seen(home: Home) -> None:
    report(home.inbox / "m001" / "a.csv", "9990001", ["c1"])
    report(home.inbox / "m009" / "b.csv", "9990002", ["c1"])
    run_ingest(home)
    done = found(home)
    assert done.unregistered_ids == {"m001": (("account", "juguang", "9990001"),)}
    assert done.unregistered == {"m009": 1}
    assert (done.files, done.exit_code) == ((), 0)


def test_once_registered_it_is_certain(home: Home) -> None:
    report(home.inbox / "a.csv", "9990001", ["c1"])
    run_ingest(home)
    entries = yaml.safe_load(home.register_file.read_text(encoding="utf-8"))
    entries["merchants"][1]["ad_accounts"] = [{"account_id": "9990001", "platform": "juguang"}]
    home.register_file.write_text(yaml.safe_dump(entries), encoding="utf-8")
    (file,) = found(home).files
    assert (file.state, file.best and file.best.certainty) == ("sure", 1.0)
    assert file.best and file.best.reason == "it names account 9990001 of m002"


# --- a whole market


def test_in_a_market_what_is_sure_is_true(tmp_path: Path) -> None:
    """Take a month of synthetic exports, let a part of them come without a folder, and ask."""
    home = make_home(tmp_path / "H")
    world = invent_world(merchants=4, weeks=2, orders_a_week=15, seed=3, with_mishaps=False)
    register = register_of(world)
    home.register_file.write_text(yaml.safe_dump(register), encoding="utf-8")
    for merchant in register["merchants"]:
        # Nobody registered the accounts, so that no file is claimed by itself.
        merchant["ad_accounts"] = []
        merchant["shops"] = []
    sources = ("qianfan__orders", "qianfan__aftersales", "juguang__campaigns")
    plans = [plan for plan in world.plans if plan.source in sources and plan.archive is None]
    write_plans(plans, home.inbox)
    home.register_file.write_text(yaml.safe_dump(register), encoding="utf-8")
    lost: dict[str, str] = {}
    for place, plan in enumerate(plans):
        path = home.inbox / plan.folder / plan.name
        if place % 3 == 1 and path.parent != home.inbox:
            path.rename(home.inbox / plan.name)
            lost[plan.name] = plan.merchant_id
    run_ingest(home)
    files = by_name(home)
    sure = {
        name: file.best.merchant_id
        for name, file in files.items()
        if file.state == "sure" and file.best
    }
    assert len(lost) > 5
    assert len(sure) >= len(lost) / 2
    assert {name: lost.get(name) for name in sure} == sure
