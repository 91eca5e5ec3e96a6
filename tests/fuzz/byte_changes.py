"""Ways to break the bytes of a file, whatever they are."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Change = Callable[[Random, bytes], bytes]

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "big5", "cp1252", "utf-7")
# What decoders, splitters and parsers stumble over.
_PIECES = (
    *(b"\x00", b"\x00" * 64, b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff", b"\x80", b"\x1a"),
    *(b"\r", b"\n", b"\r\n", b"\n\r\n", b'"', b'""', b'","', b",", b"\t", b";", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xc0\x80", b"\x85", b"\xe2\x80\xa8", b"PK\x03\x04", b"<html>", b"{"),
)


def flip_bits(rng: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_bytes(rng: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 4, 32])):
        changed[rng.randrange(len(changed))] = rng.choice(
            [0, 9, 10, 13, 34, 44, 255, rng.randrange(256)]
        )
    return bytes(changed)


def cut_off(rng: Random, content: bytes) -> bytes:
    place = rng.choice([rng.randrange(len(content)), len(content) - rng.randrange(1, 60)])
    return content[: max(place, 0)]


def cut_head(rng: Random, content: bytes) -> bytes:
    return content[rng.choice([1, 2, 3, rng.randrange(len(content))]) :]


def insert_piece(rng: Random, content: bytes) -> bytes:
    for _ in range(rng.choice([1, 1, 5])):
        place = rng.randrange(len(content) + 1)
        content = content[:place] + rng.choice(_PIECES) + content[place:]
    return content


def double_block(rng: Random, content: bytes) -> bytes:
    start = rng.randrange(len(content))
    block = content[start : start + rng.choice([1, 16, 200, len(content)])]
    place = rng.choice([start, rng.randrange(len(content) + 1)])
    return content[:place] + block * rng.choice([1, 1, 30]) + content[place:]


def drop_block(rng: Random, content: bytes) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.choice([1, 2, 40, 500]) :]


def swap_blocks(rng: Random, content: bytes) -> bytes:
    one, two = sorted(rng.sample(range(len(content) + 1), 2))
    return content[two:] + content[one:two] + content[:one]


def other_encoding(rng: Random, content: bytes) -> bytes:
    """A part of a text in another encoding than the rest."""
    place = rng.choice([0, rng.randrange(len(content))])
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            rest = content[place:].decode(encoding)
        except UnicodeDecodeError:
            continue
        return content[:place] + rest.encode(rng.choice(_ENCODINGS), errors="replace")
    return content[:place] + content[place:][::-1]


def other_line_ends(rng: Random, content: bytes) -> bytes:
    return content.replace(b"\r\n", rng.choice([b"\n", b"\r", b"\r\r\n", b"\n\n", b"", b"\x0b"]))


CHANGES: tuple[Change, ...] = (
    flip_bits,
    set_bytes,
    cut_off,
    cut_head,
    insert_piece,
    double_block,
    drop_block,
    swap_blocks,
    other_encoding,
    other_line_ends,
)
