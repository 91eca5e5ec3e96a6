"""Encrypted bytes: a file as authenticated chunks, so that any change to it is found.

A file is `SEEDBED` and a version, 16 random bytes, then chunks of up to 1 MiB, each by AES-256-GCM
under a key that is derived for this file alone. A chunk's nonce is its number and whether it is
the last: one that is missing, swapped or of another file cannot be opened. Memory: two chunks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"SEEDBED\x01"
# So many random bytes are never drawn twice; HKDF takes them as its salt.
_SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + _SALT_BYTES
# Large enough that the tag of each costs nothing, small enough to hold two of them.
CHUNK_BYTES = 1 << 20
_TAG_BYTES = 16
_KEY_BYTES = 32
# A nonce of GCM has 12 bytes: 11 count, one marks the end.
_COUNT_BYTES = 11


class SealBroken(Exception):  # noqa: N818
    """Encrypted bytes are not as they were written, or were written with another key."""


@dataclass(frozen=True)
class SealKey:
    """A secret of 32 random bytes."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What tells this key from others, and nothing about it."""
        return self.derived(b"", b"seedbed landing key id").hex()[:16]

    def derived(self, salt: bytes, purpose: bytes) -> bytes:
        """Another key for one purpose."""
        return HKDF(SHA256(), _KEY_BYTES, salt or None, purpose).derive(self.secret)


@dataclass(frozen=True)
class Seal:
    """How an archive is encrypted: its key, and where decrypted bytes lie while they are read."""

    key: SealKey
    opened: Path


def is_sealed(path: Path) -> bool:
    """Whether these bytes were written by `seal`; their header says so."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def sealed_size(size: int) -> int:
    """How many bytes `seal` makes of so many."""
    chunks = max(1, -(-size // CHUNK_BYTES))
    return HEADER_BYTES + size + chunks * _TAG_BYTES


def seal(plain: IO[bytes], sealed: IO[bytes], key: SealKey) -> None:
    """Encrypt a stream to its end."""
    header = MAGIC + os.urandom(_SALT_BYTES)
    cipher = _cipher(header, key)
    sealed.write(header)
    for nonce, chunk in _numbered(plain, CHUNK_BYTES):
        sealed.write(cipher.encrypt(nonce, chunk, header))


def unseal(sealed: IO[bytes], key: SealKey) -> Iterator[bytes]:
    """The bytes as they were, chunk by chunk; they are all there only once it has ended.

    Raises:
        SealBroken: they were changed, cut off, or encrypted with another key.
    """
    header = sealed.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise SealBroken
    cipher = _cipher(header, key)
    try:
        for nonce, chunk in _numbered(sealed, CHUNK_BYTES + _TAG_BYTES):
            yield cipher.decrypt(nonce, chunk, header)
    except InvalidTag as error:
        raise SealBroken from error


def _cipher(header: bytes, key: SealKey) -> AESGCM:
    return AESGCM(key.derived(header[len(MAGIC) :], b"seedbed landing file"))


def _numbered(stream: IO[bytes], size: int) -> Iterator[tuple[bytes, bytes]]:
    """Chunks with their nonces; of an empty stream one, which is empty."""
    number, chunk = 0, stream.read(size)
    while True:
        following = stream.read(size)
        is_last = not following
        yield number.to_bytes(_COUNT_BYTES, "big") + bytes([is_last]), chunk
        if is_last:
            return
        number, chunk = number + 1, following
