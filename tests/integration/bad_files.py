"""Files that are not what they seem, as people really drop them."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter

Row = Sequence[str]
HEADER = ("订单号", "订单状态", "支付时间", "SKU件数", "商家应收金额(元)（支付金额）", "用户编号")
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def line(number: int, **cells: str) -> list[str]:
    """A valid order line, with some cells changed by their header."""
    usual = (f"P{number:09d}", "已完成", "2024-09-05 10:00:00", "1", f"{number}.50", f"b{number}")
    return [cells.get(header, text) for header, text in zip(HEADER, usual, strict=True)]


def lines(first: int, count: int = 3) -> list[list[str]]:
    return [line(number) for number in range(first, first + count)]


def text(rows: Sequence[Row], delimiter: str = ",") -> str:
    """Rows as a CSV in which no cell needs quotes."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def csv_bytes(rows: Sequence[Row]) -> bytes:
    return text([HEADER, *rows]).encode("utf-8-sig")


def workbook(*sheets: Sequence[Row]) -> bytes:
    """A workbook whose cells are text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return file.getvalue()


def part_changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            new.writestr(name, change(raw) if name == part else raw, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def with_entity(content: bytes, secret: Path) -> bytes:
    """A workbook whose sheet would show another file of the machine."""

    def change(raw: bytes) -> bytes:
        doctype = f'<!DOCTYPE worksheet [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'.encode()
        head, _, rest = raw.partition(b"?>")
        cell = b'<c r="A2" t="inlineStr"><is><t>&leak;</t></is></c>'
        return head + b"?>" + doctype + re.sub(rb'<c r="A2"[^>]*>.*?</c>', cell, rest, count=1)

    return part_changed(content, "xl/worksheets/sheet1.xml", change)


def locked_workbook() -> bytes:
    """What a spreadsheet program saves with a password: an OLE file of two encrypted streams."""
    size = 8 * _SECTOR
    chains = [_FAT, _END, *_chain(2, 8), *_chain(10, 8)]
    entries = [
        _entry("Root Entry", 5, _END, 0, child=1),
        _entry("EncryptedPackage", 2, 10, size, right=2),
        _entry("EncryptionInfo", 2, 2, size),
        bytes(128),
    ]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, _END, 0, _END, 0),
    )
    difat = struct.pack("<109I", 0, *[_FREE] * 108)
    fat = struct.pack("<128I", *chains, *[_FREE] * (128 - len(chains)))
    return head + difat + fat + b"".join(entries) + b"\x04\x00\x04\x00".ljust(2 * size, b"\x5a")


def _chain(first: int, sectors: int) -> list[int]:
    return [*range(first + 1, first + sectors), _END]


def _entry(
    name: str, kind: int, start: int, size: int, child: int = _FREE, right: int = _FREE
) -> bytes:
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16x4x8x8xIQ", raw, len(raw) + 2, kind, 1, _FREE, right, child, start, size
    )


def bad_files(secret: Path) -> dict[str, bytes]:
    """Contents by name; `secret` is a file that none of them may show."""
    whole = workbook([HEADER, *lines(700)])
    long_row = [*line(811), "多余"]
    return {
        "nothing.csv": b"",
        "nothing.xlsx": b"",
        "blank.csv": b"\r\n\r\n , \r\n",
        "strange-headers.csv": "栏目1,栏目2,栏目3\r\n".encode(),
        "strange-rows.xlsx": workbook([("栏目1", "栏目2"), ("张三", "13800000000")]),
        "2024-09-01_2024-09-02.csv": text([HEADER]).encode(),
        "login-page.xlsx": "<!DOCTYPE html><title>登录</title>请重新登录".encode(),
        "error-message.csv": '{"code":-100,"msg":"登录已过期"}'.encode(),
        "packed.csv": gzip.compress(csv_bytes(lines(100)), mtime=0),
        "report.pdf.xlsx": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "is-csv.xlsx": csv_bytes(lines(200)),
        "is-workbook.csv": workbook([HEADER, *lines(300)]),
        "tabs.csv": text([HEADER, *lines(400)], "\t").encode("utf-16"),
        "nul-bytes.csv": csv_bytes(lines(500)).replace(b"P000000501", b"P0000\x00501"),
        "open-quote.csv": csv_bytes(lines(510)).replace(b"P000000511", b'"P000000511'),
        "cut-off.csv": csv_bytes(lines(520))[:-30],
        "cut-off.xlsx": workbook([HEADER, *lines(530)])[:-900],
        "two-encodings.csv": csv_bytes(lines(540)) + text(lines(550)).encode("gb18030"),
        "mojibake.csv": csv_bytes([line(560, 订单状态="已\ufffd\ufffd")]),
        "mojibake-headers.csv": text([HEADER, *lines(570)]).encode().decode("latin-1").encode(),
        "locked.xlsx": locked_workbook(),
        "entities.xlsx": with_entity(whole, secret),
        "two-exports.csv": csv_bytes(lines(600)) + text([HEADER, *lines(610)]).encode(),
        "two-sheets.xlsx": workbook([HEADER, *lines(620)], [HEADER, *lines(630)]),
        "twin-columns.csv": text([(*HEADER, HEADER[4]), [*line(640), "9.99"]]).encode(),
        "no-header.csv": text(lines(650)).encode(),
        "renamed-column.csv": csv_bytes(lines(660)).replace("支付时间".encode(), b"paytime"),
        "word.docx": whole.replace(b"xl/", b"wd/"),
        "other-lengths.csv": csv_bytes([line(810), long_row, line(812)[:-1], line(813)[1:]]),
        "ambiguous.csv": csv_bytes(
            [
                line(820),
                line(821, 支付时间="01/02/2024"),
                line(822, **{HEADER[4]: "1,23"}),
                line(823, **{HEADER[4]: "US$12.00"}),
                line(824, SKU件数="0"),
            ]
        ),
        "nested.zip": _zip({"inner.zip": _zip({"a.csv": csv_bytes(lines(900))})}),
        "escaping.zip": _zip({"../../m002/b.csv": csv_bytes(lines(910)), "/c.csv": b"x"}),
        "empty.zip": _zip({}),
        "damaged.zip": _zip({"d.csv": csv_bytes(lines(920))})[:-40],
    }


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 9, 9, 9, 30, 0)), content)
    return file.getvalue()
