"""In which encoding a text file is written: proved over all its bytes before a row is read.

UTF-8 (with or without a byte order mark), UTF-16 with one, else GB18030, each strictly. Text that
was damaged on its way is refused, for nobody could tell which of its figures are.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from orchestration.exports.errors import UnreadableFile

# Large enough that a call costs nothing beside its work, small enough to hold.
_BLOCK_BYTES = 1 << 20
# A row of 75 columns has about 1,000 characters; a file without line ends must not fill memory.
LONGEST_LINE = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What decoders write for a character that they could not read.
_REPLACEMENT = "\ufffd"
_CUT_OFF = "unexpected end of data", "truncated data", "incomplete multibyte sequence"


@dataclass(frozen=True)
class Encoding:
    """The name Python knows it by, and whether the text ends with a line end."""

    name: str
    is_last_line_ended: bool


def open_text(path: Path, encoding: str) -> TextIO:
    """The text of a file; CR, LF and CRLF all end a line and are kept as they are."""
    return path.open(encoding=encoding, errors="strict", newline="")


def encoding_of(path: Path, file_name: str) -> Encoding:
    """Find the encoding, and prove that all of the file is text in it.

    Raises:
        UnreadableFile: it is in none of them, was damaged on its way, or holds NUL bytes.
    """
    with path.open("rb") as file:
        head = file.read(max(map(len, _MARKS)))
    marked = [name for mark, name in _MARKS.items() if head.startswith(mark)]
    candidates = marked or ["utf-8", "gb18030"]
    for name in candidates:
        try:
            return Encoding(name, _proved(path, name, file_name))
        except UnicodeDecodeError as error:
            is_last = name == candidates[-1]
            if not is_last and not _begins_as(path, name):
                continue
            raise UnreadableFile(_sentence(path, name, file_name, error)) from error
    raise AssertionError("the loop returns or raises")


def _proved(path: Path, name: str, file_name: str) -> bool:
    """Decode everything; whether the text ends with a line end."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    last = ""
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            if b"\0" in block and name != "utf-16":
                # Lines are counted alike in every such encoding; Latin-1 fails at nothing else.
                raise _nul_bytes(path, "latin-1", file_name)
            text = decoder.decode(block)
            _refuse_marks(path, name, file_name, text)
            last = text[-1:] or last
    last = decoder.decode(b"", final=True)[-1:] or last
    return last in ("\r", "\n")


def _refuse_marks(path: Path, name: str, file_name: str, text: str) -> None:
    if "\0" in text:
        raise _nul_bytes(path, name, file_name)
    if _REPLACEMENT in text:
        raise UnreadableFile(
            f"{file_name}: line {_first_bad_line(path, name)} holds characters that were lost when "
            "the file was saved in another encoding; download the export again."
        )


def _nul_bytes(path: Path, name: str, file_name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{file_name}: line {_first_bad_line(path, name)} holds NUL bytes, so it is no text or a "
        "damaged one; download the export again."
    )


def _begins_as(path: Path, name: str) -> bool:
    """Whether the first line that is not plain ASCII can be read in this encoding."""
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            if not line.isascii():
                try:
                    line.decode(name)
                except UnicodeDecodeError:
                    return False
                return True
    return True


def _sentence(path: Path, name: str, file_name: str, error: UnicodeDecodeError) -> str:
    line = _first_bad_line(path, name)
    if error.reason in _CUT_OFF and error.end == len(error.object):
        return f"{file_name}: it is cut off within a character of line {line}; download it again."
    shown = {"gb18030": "neither UTF-8 nor GB18030", "utf-16": "no valid UTF-16"}.get(
        name, "damaged, for it is no UTF-8 there"
    )
    return f"{file_name}: line {line} is {shown}; download the export again, or save it as UTF-8."


def _first_bad_line(path: Path, name: str) -> int:
    number = 1
    with path.open(encoding=name, errors="replace", newline=None) as file:
        while piece := file.readline(LONGEST_LINE):
            if _REPLACEMENT in piece or "\0" in piece:
                break
            number += piece.endswith("\n")
    return number
