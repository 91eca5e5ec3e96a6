"""Names: what is an export, what is junk or not whole yet, and how a sentence may show them."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.exports.file_names import kind_of_name, readable, shown, shown_path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("订单.xlsx", "export"),
        ("m001/2024-06-24_2024-06-30/report.CSV", "export"),
        ("part/tmp.csv", "export"),
        ("report.partly.csv", "export"),
        ("../a.csv", "export"),
        (".DS_Store", "junk"),
        ("sub/._orders.xlsx", "junk"),
        ("__MACOSX/orders.xlsx", "junk"),
        ("THUMBS.DB", "junk"),
        ("Desktop.ini", "junk"),
        ("~$orders.xlsx", "junk"),
        (".~lock.orders.xlsx#", "junk"),
        (".git/orders.csv", "junk"),
        (".hidden", "junk"),
        ("orders.xlsx.crdownload", "unfinished"),
        ("orders.csv.PART", "unfinished"),
        ("orders.xlsx.download/orders.xlsx", "unfinished"),
        (".orders.xlsx.Ab12Cd", "unfinished"),
        (".orders.zip", "unfinished"),
        ("x.tmp/.DS_Store", "junk"),
    ],
)
def test_what_a_path_is_by_its_names(name: str, kind: str) -> None:
    assert kind_of_name(name.split("/")) == kind


def test_a_name_that_is_no_utf_8_is_read_as_gb18030() -> None:
    raw = "订单.csv".encode("gb18030").decode("utf-8", errors="surrogateescape")
    assert readable(raw) == readable("订单.csv") == "订单.csv"
    assert readable("\udcff\udcff") == "\ufffd\ufffd"


def test_a_name_in_a_sentence_is_one_line_of_plain_text() -> None:
    assert shown("two\nlines\t\u202egpj.\x1b[31m") == "two lines ?gpj.?[31m"
    assert shown("订单 （1）.xlsx") == "订单 （1）.xlsx"
    long = "x" * 300 + "-2.csv"
    assert len(shown(long)) == 120
    assert shown(long).startswith("xxx")
    assert shown(long).endswith("-2.csv")
    assert shown_path(Path("/in\nbox/\u202e.csv")) == "/in box/?.csv"
