import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from orchestration.exports.errors import IdentityKeyError
from orchestration.exports.identity import (
    create_identity_key,
    customer_key_for,
    fingerprint,
    load_identity_key,
)


def test_a_key_is_private_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    key = create_identity_key(path)
    assert load_identity_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    key = create_identity_key(path)
    with pytest.raises(IdentityKeyError, match="never overwritten"):
        create_identity_key(path)
    assert load_identity_key(path) == key


def test_a_key_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    with pytest.raises(IdentityKeyError, match="missing"):
        load_identity_key(path)
    create_identity_key(path)
    path.chmod(0o644)
    with pytest.raises(IdentityKeyError, match="chmod 600"):
        load_identity_key(path)
    path.chmod(0o600)
    path.write_bytes("短".encode())
    with pytest.raises(IdentityKeyError, match="damaged"):
        load_identity_key(path)


def test_the_customer_key_is_the_promised_hash() -> None:
    key = b"k" * 32
    expected = hmac.new(key, b"m001\x1f17850", hashlib.sha256).hexdigest()[:32]
    assert customer_key_for(key, "m001")("17850") == expected


def test_keys_differ_by_merchant_buyer_and_home() -> None:
    keys = {
        customer_key_for(key, merchant)(buyer)
        for key in (b"a" * 32, b"b" * 32)
        for merchant in ("m001", "m002")
        for buyer in ("1", "2")
    }
    assert len(keys) == 8


def test_the_fingerprint_tells_keys_apart_and_nothing_of_them() -> None:
    assert fingerprint(b"a" * 32) != fingerprint(b"b" * 32)
    assert (b"a" * 32).hex()[:16] not in fingerprint(b"a" * 32)
