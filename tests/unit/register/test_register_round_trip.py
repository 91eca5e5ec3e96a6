"""A register goes into a workbook and into YAML, and comes back as it was, whatever is in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_kit import HOSTILE, MADE_AT, MERCHANT_LISTS, REGISTERS, filled_in, merchant, take

from orchestration.register import Register, read_register, write_register
from orchestration.register.changes import changes
from orchestration.register.model import in_order_of
from orchestration.register.workbook.write import workbook_bytes

pytestmark = pytest.mark.slow


@settings(deadline=None)
@given(REGISTERS)
def test_what_is_exported_and_imported_again_changes_nothing(register: Register) -> None:
    imported = take(workbook_bytes(register, MADE_AT), register)
    assert imported.sentences == []
    assert imported.register == register
    assert not changes(register, imported.register)


@settings(deadline=None)
@given(REGISTERS)
def test_an_empty_home_takes_over_a_whole_workbook(register: Register) -> None:
    imported = take(workbook_bytes(register, MADE_AT), Register())
    assert (imported.register, imported.sentences) == (register, [])


@settings(deadline=None)
@given(MERCHANT_LISTS, st.data())
def test_merchants_that_the_workbook_does_not_name_stay_unless_they_are_replaced(
    merchants: tuple, data: st.DataObject
) -> None:
    in_home = [m for m in merchants if data.draw(st.booleans())]
    in_book = [m for m in merchants if data.draw(st.booleans())]
    home = Register(merchants=tuple(in_home))
    content = workbook_bytes(Register(merchants=tuple(in_book)), MADE_AT)

    added = take(content, home)
    ids = [m.merchant_id for m in in_home]
    ids += [m.merchant_id for m in in_book if m not in in_home]
    assert [m.merchant_id for m in added.register.merchants] == ids
    assert set(added.register.merchants) == {*in_home, *in_book}
    assert added.kept == tuple(m.merchant_id for m in in_home if m not in in_book)

    replaced = take(content, home, replace=True)
    if in_book:
        assert set(replaced.register.merchants) == set(in_book)
    else:
        assert replaced.sentences
        assert replaced.register == home


@settings(deadline=None)
@given(REGISTERS, REGISTERS)
def test_yaml_says_what_it_is_made_to_say_and_keeps_comments(
    first: Register, second: Register
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "merchants.yml"
        path.write_text("# ours\nmerchants: []\nteam: {}  # us\n", encoding="utf-8")
        for register in (first, second):
            write_register(path, register)
            again = read_register(path)
            assert again == in_order_of(again, register)
            assert path.read_text(encoding="utf-8").startswith("# ours\n")
        former = path.read_bytes()
        assert write_register(path, second) is None
        assert path.read_bytes() == former


def test_no_cell_is_a_formula_and_ids_are_text(tmp_path: Path) -> None:
    names = [text for text in HOSTILE if text == text.strip()]
    merchants = tuple(
        merchant(f"m{n}", name, shops=({"shop_id": f"{n}{name}", "name": name},))
        for n, name in enumerate(names)
    )
    path = tmp_path / "register.xlsx"
    path.write_bytes(workbook_bytes(Register(merchants=merchants), MADE_AT))
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate)
                # Numbers are nowhere: what is not text is a day or nothing.
                assert cell.data_type != "n" or cell.value is None
    assert names[0] == "=1+1"
    assert (book["商家"]["B2"].value, book["店铺"]["B2"].value) == ("=1+1", "0=1+1")


def test_columns_may_be_moved_and_headers_spelt_in_other_ways() -> None:
    register = Register(merchants=(merchant("m001", shops=({"shop_id": "000123"},)),))

    def edit(book: openpyxl.Workbook) -> None:
        book["商家"].insert_cols(1)
        sheet = book["店铺"]
        sheet["A1"], sheet["B1"] = "ＳＨＯＰ　ｉｄ", "merchant"
        sheet["A2"], sheet["B2"] = "000123", "m001"

    imported = take(filled_in(edit, register), register)
    assert (imported.register, imported.sentences) == (register, [])
