"""The archive of a home, encrypted if the settings have a key."""

from __future__ import annotations

import re

from orchestration.exports.landing import Archive
from orchestration.exports.sealed import Seal, SealKey
from orchestration.home import Home
from orchestration.settings import Settings, SettingsError, secret_of

# 256 bits, as `openssl rand -hex 32` writes them.
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_HOW = "SEEDBED_LANDING__KEY or landing.key_file"


def open_archive(home: Home, settings: Settings) -> Archive:
    """The exports as they were received.

    Raises:
        SettingsError: they are encrypted, and the key is missing or another one.
    """
    key = _key(settings)
    archive = Archive(home.landing, Seal(key, home.opened) if key else None)
    if archive.key_id and key is None:
        raise SettingsError(
            f"landing.key: {home.landing} is encrypted, and no key is set; set {_HOW} to its key."
        )
    if archive.key_id and key is not None and archive.key_id != key.id:
        raise SettingsError(
            f"landing.key: {home.landing} is encrypted with another key; set {_HOW} to that one."
        )
    return archive


def is_encrypting(settings: Settings) -> bool:
    """Whether exports are encrypted when they are archived.

    Raises:
        SettingsError: the key cannot be read, or is none.
    """
    return _key(settings) is not None


def is_key_in_home(home: Home, settings: Settings) -> bool:
    """Whether who takes the home away has the key as well."""
    file, key = settings.landing.key_file, settings.landing.key.get_secret_value()
    if key:
        return key in home.settings_file.read_text(encoding="utf-8")
    return file is not None and file.expanduser().resolve().is_relative_to(home.root.resolve())


def encrypt(archive: Archive, settings: Settings) -> int:
    """Encrypt what was archived before there was a key; gives how many files.

    Raises:
        SettingsError: there is no key.
        LandingError: the disk is full; what was encrypted before stays so.
    """
    if not is_encrypting(settings):
        raise SettingsError(
            f"landing.key is not set; write `openssl rand -hex 32` into a file of your own, "
            f"and set {_HOW}."
        )
    hashes = list(archive.plain_files())
    for sha256 in hashes:
        archive.seal_file(sha256)
    return len(hashes)


def _key(settings: Settings) -> SealKey | None:
    secret = secret_of(settings.landing.key, settings.landing.key_file, "landing.key_file")
    text = secret.get_secret_value().strip()
    if not text:
        return None
    if not _KEY.fullmatch(text):
        raise SettingsError(
            "landing.key is no key of 64 hex digits; make one with `openssl rand -hex 32`."
        )
    return SealKey(bytes.fromhex(text))
