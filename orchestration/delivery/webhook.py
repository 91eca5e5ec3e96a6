"""A webhook: a signed POST of JSON, or to a robot of Feishu or WeCom. How to add a channel, too.

A receiver cannot be asked what it has, so a message of which nobody is sure is not sent again.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from orchestration.delivery.channel import AmbiguousDeliveryError, DeliveryError, Message, Receipt
from orchestration.delivery.post_once import post_once

# WeCom takes 4,096 bytes of Markdown, Feishu 20 KB in all; escaped, a text may be twice as long.
_WECOM_BYTES, _FEISHU_BYTES = 4096, 9_000
# Where each robot says whether it has taken a message: 0 is yes.
_VERDICTS = {"feishu": "code", "wecom": "errcode"}


class Webhook:
    """Takes a message to one receiver, in the form that the address names."""

    name = "webhook"
    is_idempotent = False

    def __init__(
        self, url: SecretStr, secret: SecretStr, clock: Callable[[], datetime], seconds: float
    ) -> None:
        self._url, self._secret, self._clock, self._seconds = url, secret, clock, seconds

    def send(self, message: Message) -> Receipt:
        """Post the message once; see `Channel.send`."""
        form, stamp = message.address.partition(":")[0], str(int(self._clock().timestamp()))
        secret = self._secret.get_secret_value()
        body = json.dumps(_FORMS[form](message, stamp, secret), ensure_ascii=False).encode()
        headers = _signed(message, stamp, secret, body) if form == "json" else {}
        answer = post_once(message.address, self._url, body, headers, self._seconds)
        if form in _VERDICTS:
            _judge(form, message.address, answer)
        return Receipt(message.key)

    def find(self, message: Message) -> Receipt | None:
        """A person must look."""
        raise AmbiguousDeliveryError(
            f"{message.address}: a webhook cannot be read back; look there for "
            f"'{message.subject}'; until then it is not sent again."
        )


def _json(message: Message, stamp: str, secret: str) -> dict[str, Any]:  # noqa: ARG001
    names = ("key", "kind", "merchant_id", "revision", "language", "subject", "text", "html")
    return {**{name: getattr(message, name) for name in names}, "week": message.week.isoformat()}


def _signed(message: Message, stamp: str, secret: str, body: bytes) -> dict[str, str]:
    if not secret:
        raise DeliveryError(f"{message.address}: its secret is not set (docs/webhook.md).")
    digest = hmac.digest(secret.encode(), f"{stamp}.".encode() + body, "sha256").hex()
    return {"Seedbed-Timestamp": stamp, "Seedbed-Signature": f"v1={digest}"}


def _feishu(message: Message, stamp: str, secret: str) -> dict[str, Any]:
    # Feishu's key is the text to be signed, and what it signs is empty.
    sign = base64.b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")).decode()
    text = {"tag": "plain_text", "content": _cut(message.text, _FEISHU_BYTES)}
    title = {"tag": "plain_text", "content": _cut(message.subject, 500)}
    card = {"header": {"title": title}, "elements": [{"tag": "div", "text": text}]}
    signed = {"timestamp": stamp, "sign": sign} if secret else {}
    return {**signed, "msg_type": "interactive", "card": card}


def _wecom(message: Message, stamp: str, secret: str) -> dict[str, Any]:  # noqa: ARG001
    # <@somebody> and <font> are marks there; a name must be neither.
    text = f"**{message.subject}**\n{message.text}".replace("<", "＜")
    return {"msgtype": "markdown", "markdown": {"content": _cut(text, _WECOM_BYTES)}}


_FORMS = {"json": _json, "feishu": _feishu, "wecom": _wecom}


def _cut(text: str, most: int) -> str:
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore") + "…"


def _judge(form: str, to: str, answer: bytes) -> None:
    """Raise what a robot's answer means that is no plain yes."""
    try:
        code = int(json.loads(answer)[_VERDICTS[form]])
    except (ValueError, LookupError, TypeError):
        told = f"{to}: what answered is no robot, or its answer broke off; look there."
        raise AmbiguousDeliveryError(told) from None
    if code:
        raise DeliveryError(f"{to}: the robot refuses it with code {code} (docs/webhook.md).")
