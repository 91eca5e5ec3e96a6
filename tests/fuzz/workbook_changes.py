"""Ways to break a workbook or a ZIP from within: its parts are changed, its checksums are right."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

from tests.fuzz import byte_changes

Parts = dict[str, bytes]
Change = Callable[[Random, Parts], None]

_SHEET = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
# A cell far down or right makes a sheet large; one at the very end is told before it is opened.
_PLACES = ("A0", "A1", "XFD1048576", "XFE1", "A20000", "ZZZZZZZ9", "A99999999999", "", "1A", "A-1")
_VALUES = (
    *("", "NaN", "INF", "1e308", "-1e309", "1e-320", "0x10", "９", "1,5", "1 2", "abc", "-0"),
    *("99999999999999999999", "2024-07-01", "#REF!", "60", "60.5", "-1", "2958466", "1e20"),
)
_KINDS = ("s", "str", "inlineStr", "b", "e", "d", "n", "x", "")
_CELLS = (
    '<c r="B3" t="e"><v>#N/A</v></c>',
    '<c r="B3"><f>SUM(A1:A9)</f></c>',
    '<c r="B3"><f t="shared" si="0" ref="B3:B9">HYPERLINK("a","b")</f><v>0</v></c>',
    '<c r="B3" t="inlineStr"><is><t>_xD800_</t></is></c>',
    '<c r="B3" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>c</t></rPh></is></c>',
    '<c r="B3" t="s"><v>999999</v></c>',
    '<c r="B3" t="s"><v>-1</v></c>',
    "<c/>",
)


def _changed(parts: Parts, name: str, change: Callable[[str], str]) -> None:
    if name in parts:
        parts[name] = change(parts[name].decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )


def _one_of(rng: Random, text: str, pattern: str, by: str) -> str:
    """One place that has a form, replaced."""
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    place = rng.choice(found)
    return text[: place.start()] + by + text[place.end() :]


def bytes_of_a_part(rng: Random, parts: Parts) -> None:
    name = rng.choice([name for name in parts if parts[name]])
    parts[name] = rng.choice(byte_changes.CHANGES)(rng, parts[name])


def bytes_of_the_sheet(rng: Random, parts: Parts) -> None:
    if parts.get(_SHEET):
        parts[_SHEET] = rng.choice(byte_changes.CHANGES)(rng, parts[_SHEET])


def places(rng: Random, parts: Parts) -> None:
    for _ in range(rng.choice([1, 5])):
        by = f' r="{rng.choice(_PLACES)}"'
        _changed(parts, _SHEET, lambda text, by=by: _one_of(rng, text, r' r="[A-Z]+[0-9]+"', by))


def row_numbers(rng: Random, parts: Parts) -> None:
    by = f'<row r="{rng.choice(["0", "1", "-1", "1048577", "99999999999", "x", "", "20000"])}"'
    _changed(parts, _SHEET, lambda text: _one_of(rng, text, r'<row r="[0-9]+"', by))


def values(rng: Random, parts: Parts) -> None:
    for _ in range(rng.choice([1, 6])):
        by = f"<v>{rng.choice(_VALUES)}</v>"
        _changed(parts, _SHEET, lambda text, by=by: _one_of(rng, text, r"<v>[^<]*</v>", by))


def kinds(rng: Random, parts: Parts) -> None:
    for _ in range(rng.choice([1, 6])):
        by = f' t="{rng.choice(_KINDS)}"'
        _changed(parts, _SHEET, lambda text, by=by: _one_of(rng, text, r' t="\w+"', by))


def strange_cells(rng: Random, parts: Parts) -> None:
    for _ in range(rng.choice([1, 4])):
        by = rng.choice(_CELLS)
        _changed(parts, _SHEET, lambda text, by=by: _one_of(rng, text, r"<c [^>]*>.*?</c>", by))


def dimension(rng: Random, parts: Parts) -> None:
    by = f'<dimension ref="{rng.choice(["A1", "A1:A1", "A1:XFD1048576", "", "B2:A1", "x"])}"/>'
    _changed(parts, _SHEET, lambda text: _one_of(rng, text, r"<dimension [^>]*/>", by))


def strings(rng: Random, parts: Parts) -> None:
    by = rng.choice(["<si/>", "<si><t/></si>", "", "<si><t>&bad;</t></si>", "<si><t>&#0;</t></si>"])
    _changed(parts, _STRINGS, lambda text: _one_of(rng, text, r"<si>.*?</si>", by))


def document_type(rng: Random, parts: Parts) -> None:
    name = rng.choice([_SHEET, _STRINGS, "xl/workbook.xml", "xl/styles.xml"])
    entity = rng.choice(['"x"', 'SYSTEM "file:///etc/hostname"', f'"{"&lol;" * 9}"'])
    kind = f"<!DOCTYPE x [<!ENTITY lol {entity}>]>"
    _changed(parts, name, lambda text: text.replace("?>", f"?>{kind}", 1))


def deep_nesting(rng: Random, parts: Parts) -> None:
    depth = rng.choice([10, 3000])
    _changed(
        parts, _SHEET, lambda text: text.replace("<sheetData>", "<sheetData>" + "<x>" * depth, 1)
    )


def dates_from_1904(rng: Random, parts: Parts) -> None:
    _changed(
        parts,
        "xl/workbook.xml",
        lambda text: text.replace("<workbookPr", '<workbookPr date1904="1"'),
    )


def hidden_sheet(rng: Random, parts: Parts) -> None:
    state = rng.choice(["hidden", "veryHidden", "odd"])
    _changed(
        parts, "xl/workbook.xml", lambda text: text.replace("<sheet ", f'<sheet state="{state}" ')
    )


def lost_part(rng: Random, parts: Parts) -> None:
    del parts[rng.choice(list(parts))]


def swapped_parts(rng: Random, parts: Parts) -> None:
    if len(parts) > 1:
        one, two = rng.sample(list(parts), 2)
        parts[one], parts[two] = parts[two], parts[one]


def renamed_part(rng: Random, parts: Parts) -> None:
    name = rng.choice(list(parts))
    parts[rng.choice(["xl/x.xml", "../up.xml", "/root.xml", name.upper(), "a\\b"])] = parts.pop(
        name
    )


def number_format(rng: Random, parts: Parts) -> None:
    _changed(
        parts,
        "xl/styles.xml",
        lambda text: re.sub(
            'formatCode="[^"]*"', f'formatCode="{rng.choice(["", "y", "[h]:mm", "@", "0%"])}"', text
        ),
    )


CHANGES: tuple[Change, ...] = (
    bytes_of_a_part,
    bytes_of_the_sheet,
    bytes_of_the_sheet,
    places,
    row_numbers,
    values,
    kinds,
    strange_cells,
    dimension,
    strings,
    document_type,
    deep_nesting,
    dates_from_1904,
    hidden_sheet,
    lost_part,
    swapped_parts,
    renamed_part,
    number_format,
)


def change_parts(rng: Random, content: bytes, changes: tuple[Change, ...] = CHANGES) -> bytes:
    """A ZIP with its parts changed in one or more ways."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(rng.choice([1, 1, 2])):
        if parts:
            rng.choice(changes)(rng, parts)
    return zip_of(parts)


def zip_of(parts: Parts) -> bytes:
    """A ZIP of these parts, the same for the same ones."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2024, 7, 8, 8, 0, 0)), raw, zipfile.ZIP_DEFLATED
            )
    return file.getvalue()
