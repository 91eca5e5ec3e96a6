"""What broke the reader or its promises once, or nearly: asked again in every run.

An entry is a name, and the bytes or the number of a case. Add one for whatever a long run finds.
"""

from __future__ import annotations

import io
import warnings
import zipfile

from tests.fuzz.cases import Case, case
from tests.fuzz.seed_files import Seed, seeds

# A cell far to the right: each of 16,385 headers was asked of every layout, for half a minute.
_FAR_RIGHT = 4186
# Rows that were swapped put cells of persons in place of headers, which a sentence then names.
_SWAPPED = (60, 830, 984, 1152, 2562, 4267, 4488)


def found() -> list[Case]:
    """All of them."""
    return [case(number) for number in (_FAR_RIGHT, *_SWAPPED)] + _by_hand()


def _by_hand() -> list[Case]:
    csv = next(seed for seed in seeds() if (seed.source, seed.kind) == ("qianfan__orders", "csv"))
    whole = csv.content
    return [
        Case("no bytes", csv.name, b""),
        Case("one byte", csv.name, b"\xff"),
        Case("a mark alone", csv.name, b"\xef\xbb\xbf"),
        Case("half a mark", csv.name, b"\xef\xbb"),
        Case("a wide mark alone", csv.name, b"\xff\xfe"),
        Case("an odd byte", csv.name, b"\xff\xfea\x00b"),
        Case("a lone surrogate", csv.name, "订单号,\ud800".encode("utf-16", "surrogatepass")),
        Case("a lone surrogate in UTF-8", csv.name, whole + b"\xed\xa0\x80\r\n"),
        Case("a quote alone", csv.name, b'"'),
        Case("only line ends", csv.name, b"\r\n\r\r\n\n"),
        Case("one line without end", csv.name, b"x" * 2_000_000),
        Case("only delimiters", csv.name, b"," * 100_000),
        Case("ten thousand columns", csv.name, _wide(csv)),
        Case("the same name twice in a ZIP", "two.zip", _twins(whole)),
    ]


def _wide(seed: Seed) -> bytes:
    return seed.written([*seed.rows[: seed.header], ["列"] * 10_000, *seed.rows[seed.header + 1 :]])


def _twins(content: bytes) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr(zipfile.ZipInfo("a.csv"), content)
    return file.getvalue()
