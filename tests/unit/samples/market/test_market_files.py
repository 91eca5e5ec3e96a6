"""The files of a world: nothing missing, nothing by chance, and what must become of each."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path

import openpyxl
import pytest
import yaml
from market_kit import (
    all_bytes,
    cells_of,
    content_of,
    effective_at,
    is_skipped,
    rows_of,
    table_of,
    text_of,
)

from orchestration.register import Register
from orchestration.samples.market.deliver import Delivered, write_plans, write_world
from orchestration.samples.market.persons import PERSONAL_HEADERS, UNKNOWN_HEADERS
from orchestration.samples.market.sources import SOURCES
from orchestration.samples.market.world import World, invent_world, register_of
from orchestration.samples.workbooks import PERSONAL_MARK

pytestmark = pytest.mark.slow

FAMILIES = {
    "ambiguous_number",
    "ambiguous_date",
    "lost_digits",
    "other_length",
    "impossible_quantity",
    "negative_amount",
    "missing_value",
    "uncached_formula",
    "foreign_currency",
}
FAULTS = {
    "html",
    "unknown_headers",
    "pasted",
    "cut_off",
    "twin_columns",
    "mojibake",
    "other_account",
    "too_many_faults",
    "unclaimed",
}


def test_the_same_arguments_make_the_same_bytes(tmp_path: Path) -> None:
    def written(folder: str, **others: int) -> dict[str, bytes]:
        arguments = {"merchants": 2, "weeks": 2, "orders_a_week": 8, "seed": 3, **others}
        write_world(invent_world(**arguments), tmp_path / folder)  # pyright: ignore[reportArgumentType]
        return all_bytes(tmp_path / folder)

    first = written("a")
    assert first == written("b")
    assert first != written("c", seed=4)


def test_every_source_is_there_for_many_merchants(files: list[Delivered]) -> None:
    for source in SOURCES:
        owners = {file.merchant_id for file in files if file.source == source}
        assert len(owners) > 5, source


def test_names_tell_source_and_time_but_for_a_few(files: list[Delivered]) -> None:
    for file in files:
        name = file.member or file.path.name
        if file.is_time_known:
            assert name.startswith(SOURCES[file.source].title)
            assert effective_at(file) == file.exported_at
    nameless = {file.path.name[:3] for file in files if not file.is_time_known}
    assert nameless == {"订单第", "店铺第"}


def test_rows_are_accounted_for(files: list[Delivered]) -> None:
    for file in files:
        if file.fate != "loaded":
            continue
        rows = rows_of(file)
        kept = [line for line, row in rows.items() if not is_skipped(row)]
        assert len(kept) == file.rows_loaded + len(file.quarantined), file.path
        assert {one.line for one in file.quarantined} <= set(kept)
        skipped = sum(file.skipped.values())
        assert file.rows_read == file.rows_loaded + len(file.quarantined) + skipped
        assert len(rows) + file.skipped.get("title", 0) == file.rows_read


def test_every_kind_of_dirt_is_there_and_where_it_is_said_to_be(files: list[Delivered]) -> None:
    found: Counter[str] = Counter()
    for file in files:
        rows = rows_of(file) if file.quarantined else {}
        for line, family in file.quarantined:
            cells = [str(cell) for cell in rows[line].values()]
            marks = {
                "ambiguous_number": "1,23" in cells,
                "ambiguous_date": "01/02/2024" in cells,
                "lost_digits": any("e+17" in cell.lower() for cell in cells),
                "other_length": len(cells) == len(next(iter(rows.values()))) - 1,
                "impossible_quantity": rows[line].get("SKU件数") in ("0", 0),
                "negative_amount": "-12.00" in cells,
                "missing_value": rows[line].get("SKU件数") == "",
                "uncached_formula": any(cell.startswith("=SUMIFS") for cell in cells),
                "foreign_currency": "US$12.00" in cells,
            }
            assert marks[family], (file.path, line, family)
            found[family] += 1
    assert set(found) == FAMILIES
    for source in SOURCES:
        assert any(file.quarantined for file in files if file.source == source), source


def test_every_reason_to_skip_is_there(files: list[Delivered]) -> None:
    reasons = Counter(reason for file in files for reason in file.skipped)
    assert set(reasons) == {"total", "empty", "reversal", "title"}
    totals = [file for file in files if "total" in file.skipped]
    places, words = set(), set()
    for file in totals:
        rows = list(rows_of(file).values())
        (place,) = (n for n, row in enumerate(rows) if is_skipped(row) and any(row.values()))
        cells = list(rows[place].values())
        places.add({0: "first", len(rows) - 1: "last"}[place])
        words.add("counted" if cells[0] not in ("合计", "-") else cells[0])
    assert places == {"first", "last"}
    # A total is in the first cell, or that cell is an id that is not there.
    assert words == {"合计", "counted", "-"}


def test_every_fault_is_there_and_looks_as_it_must(files: list[Delivered]) -> None:
    faults: dict[str, list[Delivered]] = {}
    for file in files:
        if file.fate in ("held", "unclaimed"):
            faults.setdefault(file.reason, []).append(file)
    assert set(faults) == FAULTS
    for file in faults["html"]:
        assert file.path.suffix == ".xlsx"
        assert content_of(file).startswith(b"<!DOCTYPE html>")
    for file in faults["pasted"]:
        rows = [tuple(row) for row in cells_of(content_of(file))]
        assert rows.count(rows[0]) == 2
    for file in faults["cut_off"]:
        assert _is_cut_off(file)
    for file in faults["twin_columns"]:
        header = cells_of(content_of(file))[0]
        assert len(header) == len(set(header)) + 1
    for file in faults["mojibake"]:
        assert "\ufffd" in text_of(content_of(file))
    for file in faults["unknown_headers"]:
        known = {column.header for source in SOURCES.values() for column in source.columns}
        assert known.isdisjoint(cells_of(content_of(file))[0])
    for file in faults["other_account"]:
        accounts = {row["账户ID"] for row in rows_of(file).values()}
        assert accounts.isdisjoint(_accounts_of(files, file.merchant_id))
    for file in faults["unclaimed"]:
        assert file.path.parent.name == "inbox"
    for file in faults["too_many_faults"]:
        assert file.rows_held == file.rows_read
        bad = sum(row["SKU件数"] == "1,23" for row in rows_of(file).values())
        assert bad / file.rows_held > 0.2


def _is_cut_off(file: Delivered) -> bool:
    content = content_of(file)
    if content.startswith(b"PK"):
        return not zipfile.is_zipfile(io.BytesIO(content))
    rows = cells_of(content)
    return len(rows[-1]) < len(rows[-2])


def _accounts_of(files: list[Delivered], merchant_id: str) -> set[str]:
    return {
        str(row.get("账户ID"))
        for file in files
        if file.merchant_id == merchant_id
        and file.source == "juguang__accounts"
        and file.fate == "loaded"
        for row in rows_of(file).values()
    }


def test_every_style_of_files_is_there(files: list[Delivered]) -> None:
    loaded = [file for file in files if file.fate == "loaded"]
    heads = {content_of(file)[:3] for file in loaded}
    assert {b"\xef\xbb\xbf", b"PK\x03"} <= heads
    assert any(head.startswith(b"\xff\xfe") for head in heads)
    assert any(file.member for file in loaded)
    texts = [(file, content_of(file)) for file in loaded if content_of(file)[:2] != b"PK"]
    is_gb18030 = [_is_gb18030(content) for _, content in texts]
    assert any(is_gb18030)
    joined = "".join(text_of(content) for _, content in texts)
    for mark in ("\t", ".0,", "￥", "%", "１", " 14:00 - 14:59", "=HYPERLINK(", "2024/07/", ",-,"):
        assert mark in joined, mark
    assert {"平均千次展现费用", "平均千次展示费用", "笔记ID", "笔记/素材ID"} <= {
        header for file in loaded for header in table_of(content_of(file))[0]
    }
    names = {
        source: {file.path.suffix for file in loaded if file.source == source} for source in SOURCES
    }
    assert {".xlsx"} <= names["qianfan__orders"]
    assert {".csv", ".tsv"} <= names["qianfan__shop_days"]
    assert {".csv", ".tsv", ".xlsx"} <= set().union(*(names[source] for source in SOURCES))


def _is_gb18030(content: bytes) -> bool:
    try:
        content.decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8")
    except UnicodeDecodeError:
        return True
    return False


def test_some_workbooks_have_typed_cells_and_keep_long_ids(files: list[Delivered]) -> None:
    cells = [
        cell
        for file in files
        if file.source == "qianfan__orders"
        and file.fate == "loaded"
        and not file.member
        and file.path.suffix == ".xlsx"
        for row in openpyxl.load_workbook(file.path).worksheets[-1].iter_rows(min_row=2)
        for cell in row
    ]
    assert {"n", "d", "s"} <= {cell.data_type for cell in cells}
    ids = [str(cell.value) for cell in cells if str(cell.value).startswith("P0")]
    assert {len(order_id) for order_id in ids} == {18}
    codes = {str(cell.value) for cell in cells if str(cell.value).startswith("00")}
    assert codes


def test_some_workbooks_have_links_and_a_cover(files: list[Delivered]) -> None:
    books = [
        openpyxl.load_workbook(file.path)
        for file in files
        if file.fate == "loaded" and not file.member and file.path.suffix == ".xlsx"
    ]
    assert {len(book.worksheets) for book in books} == {1, 2}
    assert "创意-投放数据" in {name for book in books for name in book.sheetnames}
    links = [
        cell
        for book in books
        if "创意-投放数据" in book.sheetnames
        for row in book.worksheets[-1].iter_rows(min_row=2)
        for cell in row
        if cell.data_type == "f"
    ]
    assert links
    assert all(str(cell.value).startswith('=HYPERLINK("https://') for cell in links)


def test_personal_marks_stand_in_personal_columns_only(files: list[Delivered]) -> None:
    marked: Counter[str] = Counter()
    for file in files:
        personal = {*PERSONAL_HEADERS.get(file.source, ()), *UNKNOWN_HEADERS}
        if file.reason in ("html", "cut_off", "unknown_headers"):
            continue
        rejected = {one.line for one in file.quarantined}
        for line, row in rows_of(file).items():
            for header, cell in row.items():
                if PERSONAL_MARK in str(cell):
                    shifted = any(
                        one.line == line and one.family == "other_length"
                        for one in file.quarantined
                    )
                    assert header in personal or shifted, (file.path, line, header)
                    marked[file.source] += 1
                    marked["broken"] += line in rejected
                    marked[header] += 1
    assert set(PERSONAL_HEADERS) | set(UNKNOWN_HEADERS) | {"broken"} <= set(marked)
    strange = [file for file in files if file.reason == "unknown_headers"]
    assert any(PERSONAL_MARK in str(cells_of(content_of(file))) for file in strange)


def test_files_lie_where_their_owner_is_known(files: list[Delivered], inbox: Path) -> None:
    for file in files:
        folders = file.path.relative_to(inbox).parts[:-1]
        if not folders and file.fate == "loaded":
            header = cells_of(content_of(file))
            assert any("账户ID" in row or "店铺ID" in row for row in header[:4])
        elif folders:
            assert folders[0] == file.merchant_id
            assert len(folders) == 1 or "_" in folders[1]
    in_inbox = {
        file.source for file in files if file.path.parent == inbox and file.fate == "loaded"
    }
    assert {"juguang__accounts", "juguang__notes", "seedbed__incentive_grants"} <= in_inbox


def test_a_zip_holds_the_exports_of_one_morning(files: list[Delivered]) -> None:
    members = [file for file in files if file.member]
    (path,) = {file.path for file in members}
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == sorted(str(file.member) for file in members)
    assert len({file.source for file in members}) > 3
    assert len({(file.merchant_id, file.exported_at) for file in members}) == 1
    assert {file.name for file in members} == {f"{path.name}/{file.member}" for file in members}


def test_bytes_are_there_once_but_for_what_is_repeated(files: list[Delivered]) -> None:
    contents = Counter(content_of(file) for file in files)
    repeated = [file for file in files if file.fate == "repeated"]
    assert len(repeated) == 2
    assert all(contents[content_of(file)] == 2 for file in repeated)
    assert sum(count > 1 for count in contents.values()) == 2


def test_exports_overlap_and_are_made_at_different_minutes(world: World) -> None:
    made: dict[tuple[str, str], list[object]] = {}
    for plan in world.plans:
        if not plan.fault and not plan.is_repeat and plan.is_time_known:
            ids = "/".join(plan.account_ids) or str(plan.first_day) * (
                plan.source == "qianfan__items"
            )
            made.setdefault((plan.merchant_id, plan.source + ids), []).append(plan.exported_at)
    assert all(len(times) == len(set(times)) for times in made.values())
    by_owner = groupby(
        sorted(world.plans, key=lambda plan: (plan.merchant_id, plan.source)),
        key=lambda plan: (plan.merchant_id, plan.source),
    )
    overlapping = {
        owner[1]
        for owner, plans in by_owner
        for before, after in pairwise(plans)
        if after.touches(before.first_day, before.last_day)
    }
    assert set(SOURCES) <= overlapping


def test_header_only_files_are_loaded_and_empty(files: list[Delivered]) -> None:
    empty = [file for file in files if file.fate == "loaded" and file.rows_read == 0]
    assert {"qianfan__orders", "qianfan__live_sessions"} <= {file.source for file in empty}
    for file in empty:
        assert len(cells_of(content_of(file))) == 1
    assert any("2024-07-15_2024-07-21" in file.path.parts for file in empty)


def test_files_may_be_delivered_one_by_one(
    world: World, files: list[Delivered], inbox: Path, tmp_path: Path
) -> None:
    unpacked = [plan for plan in world.plans if not plan.archive]
    for plan in unpacked[:20]:
        (alone,) = write_plans([plan], tmp_path)
        there = inbox / alone.path.relative_to(tmp_path)
        assert there.read_bytes() == alone.path.read_bytes()
        assert any(file.path == there and file.fate == alone.fate for file in files)


def test_the_register_can_be_read_and_knows_every_account(world: World) -> None:
    register = Register.model_validate(register_of(world))
    assert [merchant.merchant_id for merchant in register.merchants] == [
        f"m{number:03d}" for number in range(1, 13)
    ]
    assert {len(merchant.ad_accounts) for merchant in register.merchants} == {0, 1, 2}
    assert {merchant.private_domain for merchant in register.merchants} == {True, False}
    for merchant in register.merchants:
        assert "synthetic" in str(merchant.name.en)
        assert "合成" in str(merchant.name.zh)
    accounts = {a.account_id for m in register.merchants for a in m.ad_accounts}
    delivered = {one for plan in world.plans if not plan.fault for one in plan.account_ids}
    assert delivered == accounts


def test_the_register_is_plain_yaml(world: World) -> None:
    text = yaml.safe_dump(register_of(world), allow_unicode=True)
    assert "&id" not in text
    assert yaml.safe_load(text) == register_of(world)


def test_a_world_begins_on_a_monday() -> None:
    with pytest.raises(ValueError, match="begins on a Monday"):
        invent_world(merchants=1, weeks=1, first_day=date(2024, 7, 3))
