"""What a mail server that somebody else wrote reads in our mails: npm's `maildev`."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from delivery_samples import OWNER, correction, now, rendered
from npm_peer import free_ports, running
from pydantic import SecretStr
from smtp_peer import SENDER

from orchestration.delivery.channel import Message, message_for
from orchestration.delivery.correct import deliver_correction
from orchestration.delivery.deliver import deliver
from orchestration.delivery.links import Links
from orchestration.delivery.smtp import Smtp
from orchestration.sections import EmailSettings
from orchestration.state.store import Store

_SECONDS = 10
LINKS = Links("https://digest.example.com", SecretStr("a key"), now)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Maildev:
    """Its two ports: one takes mails, the other tells them."""

    smtp: int
    url: str

    @property
    def channel(self) -> Smtp:
        settings = EmailSettings(
            host="127.0.0.1", port=self.smtp, security="none", sender=SENDER, timeout_seconds=10
        )
        return Smtp(settings, SecretStr(""), now)

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=_SECONDS) as answer:
            return answer.read()

    def mails(self, wanted: int) -> list[dict[str, Any]]:
        """What it has taken; it says so a moment before it has read a mail."""
        end = time.monotonic() + _SECONDS
        while len(mails := json.loads(self.get("email"))) < wanted and time.monotonic() < end:
            time.sleep(0.05)
        return mails

    def clear(self) -> None:
        urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/email/all", method="DELETE"), timeout=_SECONDS
        ).close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maildev]:
    folder, (smtp, web) = tmp_path_factory.mktemp("maildev"), free_ports(2)
    url = f"http://127.0.0.1:{web}"
    words = ["--ip", "127.0.0.1", "--smtp", str(smtp), "--web", str(web)]
    # Without a folder of its own it leaves one behind.
    words += ["--mail-directory", str(folder / "mails")]
    with running(folder, "maildev@2.2.1", words, f"{url}/healthz"):
        yield Maildev(smtp, url)


@pytest.fixture
def maildev(server: Maildev) -> Maildev:
    server.clear()
    return server


def assert_says(maildev: Maildev, mail: dict[str, Any], message: Message) -> None:
    """Everything that a reader sees of a mail is what we say."""
    assert mail["subject"] == message.subject
    assert not message.subject.isascii()
    assert mail["from"] == [{"address": "digest@shop.example", "name": "Seedbed"}]
    assert mail["to"] == [{"address": "owner@example.com", "name": ""}]
    assert mail["calculatedBcc"] == []
    assert mail["text"].splitlines() == message.text.splitlines()
    # It writes anew what a page says of its letters, and nothing else.
    html = message.html.replace('<meta charset="utf-8">', '<meta charset="utf-8"/>')
    assert mail["html"].splitlines() == html.splitlines()
    (sheet,) = mail["attachments"]
    assert (sheet["contentType"], sheet["fileName"]) == (XLSX, "seedbed-2024-09-09.xlsx")
    name = f"email/{mail['id']}/attachment/{sheet['generatedFileName']}"
    assert maildev.get(name) == message.xlsx


def test_a_digest_and_its_correction(maildev: Maildev, store: Store):
    channel, digest, second = maildev.channel, rendered(), correction("1.00", 2, 1)
    (sent,) = deliver(digest, [OWNER], lambda _: channel, store, now, links=LINKS)
    # The second try finds the ledger's row, and nothing to do.
    corrected, again = (
        deliver_correction(second, [OWNER], lambda _: channel, store, now, links=LINKS)[0]
        for _ in range(2)
    )
    assert (sent.delivery.status, corrected.delivery.status) == ("sent", "sent")
    assert (corrected.is_new, again.is_new) == (True, False)
    first, answer = sorted(maildev.mails(2), key=lambda mail: "references" in mail["headers"])

    for mail, told, outcome in ((first, digest, sent), (answer, second.digest, corrected)):
        message = message_for(told, OWNER, LINKS)
        assert_says(maildev, mail, message)
        headers = mail["headers"]
        assert headers["message-id"] == outcome.delivery.provider_id
        # RFC 8058: the one https link, and a mailbox for programs that do not know it.
        assert message.unsubscribe_url.startswith("https://digest.example.com/unsubscribe/")
        ways = f"<{message.unsubscribe_url}>, <mailto:digest@shop.example>"
        assert headers["list-unsubscribe"] == ways
        assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"

    assert not {"references", "in-reply-to"} & first["headers"].keys()
    assert answer["headers"]["references"] == first["headers"]["message-id"]
    assert answer["headers"]["in-reply-to"] == first["headers"]["message-id"]
    assert answer["subject"].startswith("更正 1：")
    assert "原先 ¥219,120.43 · 现在 ¥1.00" in answer["text"]


def test_where_nobody_listens_a_mailbox_is_the_only_way_out(maildev: Maildev, store: Store):
    digest, channel = rendered("7.00"), maildev.channel
    deliver(digest, [OWNER], lambda _: channel, store, now)
    (mail,) = maildev.mails(1)
    assert_says(maildev, mail, message_for(digest, OWNER))
    assert mail["headers"]["list-unsubscribe"] == "<mailto:digest@shop.example>"
    assert "list-unsubscribe-post" not in mail["headers"]
    assert "https://digest.example.com" not in mail["text"] + mail["html"]
