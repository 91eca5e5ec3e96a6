"""Encrypted bytes: they come back as they were, or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from orchestration.exports.sealed import (
    CHUNK_BYTES,
    HEADER_BYTES,
    SealBroken,
    SealKey,
    is_sealed,
    seal,
    sealed_size,
    unseal,
)

KEY = SealKey(bytes(range(32)))
OTHER = SealKey(bytes(32))
STORED_CHUNK = CHUNK_BYTES + 16
SIZES = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    2 * CHUNK_BYTES,
    3 * CHUNK_BYTES + CHUNK_BYTES // 2,
]


def sealed(content: bytes, key: SealKey = KEY) -> bytes:
    found = io.BytesIO()
    seal(io.BytesIO(content), found, key)
    return found.getvalue()


def plain(stored: bytes, key: SealKey = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(stored), key))


def parts(stored: bytes) -> list[bytes]:
    """The header and each chunk."""
    places = range(HEADER_BYTES, len(stored), STORED_CHUNK)
    return [stored[:HEADER_BYTES], *(stored[at : at + STORED_CHUNK] for at in places)]


@pytest.mark.parametrize("size", SIZES)
def test_every_length_comes_back_as_it_was(size: int) -> None:
    content = os.urandom(size)
    stored = sealed(content)
    assert len(stored) == sealed_size(size)
    assert plain(stored) == content
    assert max(map(len, unseal(io.BytesIO(stored), KEY))) <= CHUNK_BYTES


def test_the_same_bytes_are_never_encrypted_alike() -> None:
    content = b"buyer 13800138000 " * 100
    first, second = sealed(content), sealed(content)
    assert first[HEADER_BYTES:] != second[HEADER_BYTES:]
    assert b"13800138000" not in first + second


def _swapped(stored: bytes) -> bytes:
    header, one, two, *rest = parts(stored)
    return b"".join([header, two, one, *rest])


def _of_another_file(stored: bytes) -> bytes:
    """Its second chunk, from a file with the same content and key."""
    header, one, _, *rest = parts(stored)
    other = parts(sealed(plain(stored)))[2]
    return b"".join([header, one, other, *rest])


def _flipped(at: int) -> Callable[[bytes], bytes]:
    def flip(stored: bytes) -> bytes:
        changed = bytearray(stored)
        changed[at] ^= 1
        return bytes(changed)

    return flip


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing left": lambda stored: b"",
    "header alone": lambda stored: stored[:HEADER_BYTES],
    "cut in the header": lambda stored: stored[: HEADER_BYTES - 1],
    "last byte gone": lambda stored: stored[:-1],
    "last chunk gone": lambda stored: b"".join(parts(stored)[:-1]),
    "first chunk gone": lambda stored: b"".join([parts(stored)[0], *parts(stored)[2:]]),
    "chunk twice": lambda stored: b"".join([*parts(stored), parts(stored)[-1]]),
    "one byte more": lambda stored: stored + b"\0",
    "swapped": _swapped,
    "of another file": _of_another_file,
    "version": _flipped(7),
    "salt": _flipped(8),
    "first byte": _flipped(HEADER_BYTES),
    "midst": _flipped(HEADER_BYTES + STORED_CHUNK + 5),
    "tag": _flipped(-1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_is_found(change: str) -> None:
    stored = sealed(os.urandom(3 * CHUNK_BYTES + 9))
    with pytest.raises(SealBroken):
        plain(CHANGES[change](stored))


@pytest.mark.parametrize("size", [0, 5])
def test_another_key_opens_nothing(size: int) -> None:
    with pytest.raises(SealBroken):
        plain(sealed(b"x" * size), OTHER)


def test_a_key_is_known_by_an_id_that_tells_nothing_of_it() -> None:
    assert KEY.id != OTHER.id
    assert len(KEY.id) == 16
    assert KEY.id not in KEY.secret.hex()
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


class _Counting(io.RawIOBase):
    """A stream that remembers how much was asked for at once, and never ends before `size`."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left, self.asked = size, set[int]()

    def read(self, size: int = -1) -> bytes:
        self.asked.add(size)
        given = min(size, self.left)
        self.left -= given
        return bytes(given)


class _Nowhere(io.RawIOBase):
    def __init__(self) -> None:
        super().__init__()
        self.largest = 0

    def write(self, block: bytes) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.largest = max(self.largest, len(block))
        return len(block)


def test_no_more_than_a_chunk_is_held_at_once() -> None:
    source, target = _Counting(20 * CHUNK_BYTES), _Nowhere()
    streams: tuple[IO[bytes], IO[bytes]] = (source, target)  # pyright: ignore[reportAssignmentType]
    seal(*streams, KEY)
    assert source.asked == {CHUNK_BYTES}
    assert target.largest == STORED_CHUNK


def test_the_header_says_whether_a_file_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content, is_it in [(b"", False), (b"SEEDBED", False), (b"a,b\r\n", False)]:
        path.write_bytes(content)
        assert is_sealed(path) is is_it
    path.write_bytes(sealed(b""))
    assert is_sealed(path)
