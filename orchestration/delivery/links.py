"""Links of a digest to `seedbed serve`: signed, expiring, for one reader of one digest.

A link holds no address, only what the readers of that digest are told apart by: who forwards a
digest gives no mailbox away. The same message has the same links all day, so that another try
sends the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast, get_args

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import SecretStr

from orchestration.digest.codes import Kind
from orchestration.digest.links import Purpose, with_links
from orchestration.digest.render import RenderedDigest
from orchestration.home import Home
from orchestration.register import Recipient
from orchestration.sections import ServeSettings
from orchestration.settings import SettingsError, now, secret_of

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
# Two months: who comes back from a long holiday can still unsubscribe; the law of some countries
# asks for thirty days.
_DAYS = 60
# 64 bits tell the few readers of one merchant apart; the signature keeps others out.
_READER_DIGITS = 16
# As many bytes as the hash of the signature has.
_KEY_BYTES = 32


class LinkError(Exception):
    """A link that does nothing: altered, expired, or of another purpose."""


@dataclass(frozen=True)
class Claim:
    """What a link may do: one thing, for one reader of one digest revision."""

    purpose: Purpose
    kind: Kind
    merchant_id: str
    week: date
    revision: int
    reader: str

    def is_of(self, recipient: Recipient) -> bool:
        """Whether it was made for this reader of its digest."""
        return recipient.digest == self.kind and _reader(recipient) == self.reader


class Links:
    """Makes the links of a home, and reads them again."""

    def __init__(self, public_url: str, key: SecretStr, clock: Callable[[], datetime]) -> None:
        self._public_url, self._key, self._clock = public_url, key, clock

    def added(
        self, rendered: RenderedDigest, recipient: Recipient
    ) -> tuple[RenderedDigest, dict[Purpose, str]]:
        """The digest with its links for this reader, and the links."""
        links: dict[Purpose, str] = {
            purpose: self._address(purpose, rendered, recipient)
            for purpose in PURPOSES
            if _is_offered(purpose, rendered)
        }
        return with_links(rendered, links), links

    def read(self, purpose: str, token: str) -> Claim:
        """What a token stands for.

        Raises:
            LinkError: it is none of ours, was made for something else, or has expired.
        """
        try:
            kind, merchant_id, week, revision, reader, last_day = self._signer(purpose).loads(token)
        except BadSignature as error:
            raise LinkError("not ours") from error
        if self._clock().date() > date.fromisoformat(last_day):
            raise LinkError("expired")
        asked = cast(Purpose, purpose)
        return Claim(asked, kind, merchant_id, date.fromisoformat(week), revision, reader)

    def _address(self, purpose: Purpose, rendered: RenderedDigest, recipient: Recipient) -> str:
        content = rendered.content
        last_day = self._clock().date() + timedelta(days=_DAYS)
        told = (
            content.kind,
            content.merchant_id,
            content.week.isoformat(),
            rendered.revision,
            _reader(recipient),
            last_day.isoformat(),
        )
        return f"{self._public_url}/{purpose}/{self._signer(purpose).dumps(told)}"

    def _signer(self, purpose: str) -> URLSafeSerializer:
        # What is signed for one purpose is worth nothing for another.
        return URLSafeSerializer(
            self._key.get_secret_value(),
            salt=f"seedbed {purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


def links_of(home: Home, settings: ServeSettings) -> Links | None:
    """The links of a home; None where nobody can reach it.

    Raises:
        SettingsError: the key cannot be read.
    """
    if not settings.public_url:
        return None
    return Links(settings.public_url, _key(home, settings), now)


def _is_offered(purpose: Purpose, rendered: RenderedDigest) -> bool:
    """A notice has no figures to read; the team has no one to answer but itself."""
    if purpose == "unsubscribe":
        return True
    if rendered.is_notice:
        return False
    return purpose == "read" or rendered.content.kind == "merchant"


def _reader(recipient: Recipient) -> str:
    return hashlib.sha256(recipient.key.encode()).hexdigest()[:_READER_DIGITS]


def _key(home: Home, settings: ServeSettings) -> SecretStr:
    key = secret_of(settings.key, settings.key_file, "serve.key_file")
    if key.get_secret_value():
        return key
    _make_once(home.links_key)
    return secret_of(SecretStr(""), home.links_key, "links.key")


def _make_once(path: Path) -> None:
    # Whoever comes second finds the key of the first.
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"{path} can be read by others; run: chmod 600 {path}")
