"""What a name alone tells of a file: what is junk beside exports, what is not whole yet. Pure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

Kind = Literal["export", "junk", "unfinished"]

# What operating systems and spreadsheet programs leave beside a person's files, lower case.
_JUNK = {"__macosx", "thumbs.db", "desktop.ini", "icon\r"}
# ~$ marks a workbook that somebody has open, ._ a Mac's notes on a file, .~lock LibreOffice's.
_JUNK_BEGINS = ("~$", "._", ".~lock.")
# Browsers and copiers write under such a name and rename at the end.
_UNFINISHED_ENDS = (
    ".crdownload",
    ".download",
    ".filepart",
    ".opdownload",
    ".part",
    ".partial",
    ".tmp",
)
# rsync writes `.orders.xlsx.Ab12Cd`; other hidden files are nobody's export.
_HIDDEN_EXPORT = re.compile(r"^\..+\.(?:csv|tsv|txt|xlsx?|xlsm|zip)\b", re.IGNORECASE)
# A sentence names a file, but need not repeat a name of 255 bytes to its end.
_SHOWN_LENGTH = 120


def kind_of_name(parts: Iterable[str]) -> Kind:
    """What a path below an inbox, or inside a ZIP, is by its names: folders first, then the file.

    `junk` is passed over in silence; `unfinished` is what a browser or copier still writes.
    """
    found: Kind = "export"
    for part in parts:
        lower = part.lower()
        if lower in _JUNK or lower.startswith(_JUNK_BEGINS):
            return "junk"
        if lower.endswith(_UNFINISHED_ENDS) or _HIDDEN_EXPORT.match(lower):
            found = "unfinished"
        elif lower.startswith(".") and lower != "..":
            return "junk"
    return found


def readable(name: str) -> str:
    """A name of the file system as text; what is not UTF-8 is read as a Chinese Windows writes."""
    return text_of(os.fsencode(name))


def text_of(raw: bytes) -> str:
    """A name as text: UTF-8, else GB18030."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def one_line(text: str) -> str:
    """A text on one line, without marks that turn or hide what stands beside them."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def shown(name: str) -> str:
    """A name for a sentence: on one line, without marks that turn or hide text, not too long."""
    plain = one_line(name)
    if len(plain) <= _SHOWN_LENGTH:
        return plain
    # The end tells most: it has the number of a part and the kind of file.
    return f"{plain[: _SHOWN_LENGTH - 40]}…{plain[-39:]}"


def shown_path(path: Path) -> str:
    """A path for a sentence, each name of it as `shown` has it."""
    return str(Path(*(shown(readable(part)) for part in path.parts)))
