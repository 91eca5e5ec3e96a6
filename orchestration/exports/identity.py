"""Buyer numbers become customer keys: a keyed hash, the same for a customer as long as the key."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from orchestration.exports.errors import IdentityKeyError

# As many bytes as the hash gives: a longer key adds nothing, a shorter one is weaker.
_KEY_BYTES = 32
_KEY_TEXT = re.compile(r"[0-9a-f]{64}")
# 128 bits: no two customers of any shop will ever share a key.
_CUSTOMER_KEY_DIGITS = 32
_FINGERPRINT_DIGITS = 16
# Keeps merchant and number apart, so that no two pairs make the same text.
_SEPARATOR = "\x1f"


def create_identity_key(path: Path) -> bytes:
    """Make a new key as a file that only its owner can read, and return it.

    Raises:
        IdentityKeyError: there is a key already; another would make every customer a new one.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise IdentityKeyError(f"{path} exists already; it is never overwritten.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def load_identity_key(path: Path) -> bytes:
    """Read the key of a home.

    Raises:
        IdentityKeyError: it is missing, damaged, or readable by others.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise IdentityKeyError(f"{path} is missing; restore it from the backup set.") from error
    except UnicodeDecodeError as error:
        raise IdentityKeyError(f"{path} is damaged; restore it from the backup set.") from error
    if mode & 0o077:
        raise IdentityKeyError(f"{path} can be read by others; run: chmod 600 {path}")
    if not _KEY_TEXT.fullmatch(text):
        raise IdentityKeyError(f"{path} is damaged; restore it from the backup set.")
    return bytes.fromhex(text)


def fingerprint(key: bytes) -> str:
    """Sixteen hex digits by which a key is known again without telling anything about it."""
    return hmac.new(key, b"seedbed identity key", hashlib.sha256).hexdigest()[:_FINGERPRINT_DIGITS]


def customer_key_for(key: bytes, merchant_id: str) -> Callable[[str], str]:
    """The function that turns this merchant's buyer numbers into customer keys (32 hex digits).

    The same person has another key at every merchant: nobody can be followed across shops.
    """

    begun = hmac.new(key, f"{merchant_id}{_SEPARATOR}".encode(), hashlib.sha256)

    def customer_key(buyer_number: str) -> str:
        whole = begun.copy()
        whole.update(buyer_number.encode())
        return whole.hexdigest()[:_CUSTOMER_KEY_DIGITS]

    return customer_key


class Identity:
    """The key of a home, and nothing of it in a message."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"Identity({fingerprint(self._key)})"

    def keys_of(self, merchant_id: str) -> Callable[[str], str]:
        """What gives the keys of this merchant's customers, see `customer_key_for`."""
        return customer_key_for(self._key, merchant_id)
