"""`seedbed quarantine`: exit codes, sentences, JSON, and names and cells that do harm."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import yaml
from cli_kit import Done, seedbed

from orchestration.home import Home
from orchestration.samples.workbooks import Row, export_name, order_rows, write_orders
from orchestration.samples.world import make_world
from tests.made_homes import new_home

SOURCE = "qianfan__orders"
NAME = export_name(datetime.fromisoformat("2024-09-09 09:30"))
AMOUNT, ITEM = "商家应收金额(元)（支付金额）", "商品名称"
# Rich markup, a colour, a bell, a mark that turns text round.
HOSTILE = "[red]evil[bold]\x1b[35m\x07\u202e"


def quarantine(home: Home, *words: str) -> Done:
    return seedbed(home, "quarantine", *words)


def _ingest(home: Home) -> None:
    seedbed(home, "ingest")


def _rows() -> list[Row]:
    world = make_world(seed=7, first_day=date(2024, 9, 2), weeks=1, orders_a_week=20)
    return order_rows(world.orders)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one row in quarantine and one file held; to be looked at, never changed."""
    home = Home(tmp_path_factory.mktemp("world") / "H")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
        new_home(home)
        entry = {"merchant_id": "m001", "name": {"en": "Example"}, "joined_on": date(2024, 3, 1)}
        register = {"merchants": [entry | {"shops": [{"shop_id": "s-1"}]}]}
        home.register_file.write_text(yaml.safe_dump(register), encoding="utf-8")
        first, *others = _rows()
        write_orders(home.inbox / "m001" / NAME, [first | {AMOUNT: "1,23", ITEM: HOSTILE}, *others])
        (home.inbox / "m001" / f"{HOSTILE}.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        _ingest(home)
    return home


@pytest.fixture
def home(world: Home, tmp_path: Path) -> Home:
    shutil.copytree(world.root, tmp_path / "H")
    return Home(tmp_path / "H")


def _amount(path: Path, text: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[SOURCE]
    place = [cell.value for cell in sheet[1]].index(AMOUNT) + 1
    sheet.cell(2, place).value = text  # pyright: ignore[reportAttributeAccessIssue]
    book.save(path)


def _one_line(text: str) -> bool:
    return text.startswith("Error: ") and text.count("\n") == 1 and "Traceback" not in text


# --- the whole way


@pytest.mark.slow
def test_from_a_rejected_row_to_nothing_left(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    listed = quarantine(home, "list")
    assert (listed.code, listed.err) == (3, "")
    assert "m001 qianfan__orders paid_amount_unreadable 1 row of 1 file" in listed.out
    assert f"First: {NAME} line 2" in listed.out
    assert f"Next: seedbed quarantine export FILE.xlsx --home {home.root}" in listed.out

    exported = quarantine(home, "export", str(path))
    assert exported.code == 0
    assert f"{path}: 1 row of 1 file." in exported.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    _amount(path, "abc")
    dry = quarantine(home, "retry", str(path), "--dry-run")
    assert dry.code == 0
    assert "1 row of q.xlsx: 1 would be mended." in dry.out
    assert "Nothing was written" in dry.out
    wrong = quarantine(home, "retry", str(path))
    assert wrong.code == 3
    assert f"still quarantined m001 {NAME} line 2 (row 2 of sheet {SOURCE}): " in wrong.out

    assert quarantine(home, "export", str(path), "--overwrite").code == 0
    _amount(path, _rows()[0][AMOUNT])
    right = quarantine(home, "retry", str(path))
    assert (right.code, right.out) == (0, "1 row of q.xlsx: 1 loaded.\n")
    again = quarantine(home, "retry", str(path))
    assert again.code == 0
    assert "1 already mended" in again.out
    assert "Nothing changes" in again.out

    told = quarantine(home, "list", "--mended")
    assert told.code == 0
    assert f"mended m001 {NAME} line 2" in told.out
    assert "by q.xlsx, 2024-09-16 10:00" in told.out
    assert f"{AMOUNT}: 1,23 → {_rows()[0][AMOUNT]}" in told.out

    sha = json.loads(quarantine(home, "list", "--mended", "--json").out)[0]["file_sha256"]
    undone = quarantine(home, "undo", sha[:8], "2")
    assert undone.code == 3
    assert "is again what its file says, still quarantined" in undone.out


def test_an_empty_quarantine_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "H")
    new_home(home)
    assert quarantine(home, "list") == Done(0, "Nothing waits for a decision.\n", "")
    assert quarantine(home, "list", "--mended") == Done(0, "Nothing was mended.\n", "")
    path = tmp_path / "q.xlsx"
    done = quarantine(home, "export", str(path))
    assert (done.code, "no workbook was written" in done.out, path.exists()) == (0, True, False)


def test_personal_data_is_told_with_one_sentence(world: Home, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    done = quarantine(world, "export", str(path), "--from-landing", "--personal")
    assert done.code == 0
    assert done.err.count("\n") == 1
    assert "holds personal data and lies outside of the home" in done.err
    assert quarantine(world, "export", str(path), "--from-landing", "--overwrite").err == ""


# --- what cannot be done


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("export", "{dir}/q.csv"), 2, "let it end in .xlsx"),
        (("export", "{dir}/q.xlsx", "--personal"), 2, "--personal needs --from-landing"),
        (("export", "{home}/q.xlsx"), 1, "lies in the home"),
        (("export", "{dir}/there.xlsx"), 1, "is there already"),
        (("export", "{dir}/q.xlsx", "--merchant", "m9"), 1, "'m9' is not in the register"),
        (("list", "--source", "nothing__here"), 1, "No layout 'nothing__here'"),
        (("list", "--since", "yesterday"), 2, "--since yesterday is no day"),
        (("list", "--week", "2024-09-10"), 2, "2024-09-10 is a Tuesday"),
        (("list", "--mended", "--rule", "x"), 2, "--mended knows no --rule"),
        (("retry", "{dir}/there.xlsx"), 1, "there.xlsx: it is"),
        (("undo", "abc", "2"), 1, "No mended row is line 2"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    world: Home, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"no workbook")
    done = quarantine(world, *(word.format(dir=tmp_path, home=world.root) for word in words))
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert _one_line(done.err), done.err


def test_a_workbook_that_is_not_there_is_wrong_usage(world: Home, tmp_path: Path) -> None:
    assert quarantine(world, "retry", str(tmp_path / "absent.xlsx")).code == 2


def test_debug_shows_where_an_error_comes_from(world: Home) -> None:
    with pytest.raises(Exception, match="No mended row"):
        quarantine(world, "undo", "abc", "2", "--debug")


# --- for machines, and for terminals


def test_json_has_everything_and_nothing_else(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    listed = json.loads(quarantine(home, "list", "--json").out)
    (group,) = listed["quarantined"]
    assert (group["rule"], group["rows"], group["line"]) == ("paid_amount_unreadable", 1, 2)
    assert [file["file_name"] for file in listed["held"]] == [f"{HOSTILE}.csv"]
    exported = json.loads(quarantine(home, "export", str(path), "--json").out)
    assert (exported["rows"], exported["sheets"]) == (1, {SOURCE: 1})
    _amount(path, "1.00")
    retried = json.loads(quarantine(home, "retry", str(path), "--json").out)
    assert retried["rows"] == {"loaded": 1}
    assert [one["outcome"] for one in retried["outcomes"]] == ["loaded"]
    (row,) = json.loads(quarantine(home, "list", "--mended", "--json").out)
    assert row["cells"] == [
        {"column": "paid_amount", "header": AMOUNT, "old": "1,23", "new": "1.00"}
    ]


def test_nothing_that_a_terminal_would_obey_is_printed(home: Home, tmp_path: Path) -> None:
    path = tmp_path / f"{HOSTILE}.xlsx"
    assert quarantine(home, "export", str(path)).code == 0
    book = openpyxl.load_workbook(path)
    sheet = book[SOURCE]
    sheet.cell(2, 1).value = HOSTILE.replace("\x1b", "").replace("\x07", "")  # pyright: ignore[reportAttributeAccessIssue]
    book.create_sheet("notes\u202e").append(["x"])
    book.save(path)
    done = [
        quarantine(home, "list"),
        quarantine(home, "list", "--json"),
        quarantine(home, "retry", str(path)),
        quarantine(home, "retry", str(path), "--json"),
    ]
    for each in done:
        assert not {"\x1b", "\x07", "\u202e"} & set(each.out + each.err)
    assert "[red]evil[bold]?[35m??.csv" in done[0].out
    assert "Sheet notes? is none that was exported" in done[2].err
