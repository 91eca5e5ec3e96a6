"""A webhook, against a real receiver: what it has, what the ledger knows, what is never said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from delivery_samples import NOW, now, rendered
from pydantic import SecretStr
from smtp_peer import make_certificate
from webhook_peer import ACCEPTED, WebhookPeer, receiving

import orchestration.delivery.webhook
from orchestration.delivery.channel import DeliveryError, Message, message_for
from orchestration.delivery.channels import configured
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.outbox import Outbox
from orchestration.delivery.webhook import Webhook
from orchestration.home import Home
from orchestration.register import Recipient
from orchestration.sections import DeliverySettings
from orchestration.state.store import Store

SECRET = "planted-signing-secret"
STAMP = str(int(NOW.timestamp()))
FORMS = ("json", "feishu", "wecom")


def reader(form: str = "json") -> Recipient:
    return Recipient(channel="webhook", address=f"{form}:SHOP", digest="merchant")


@pytest.fixture
def peer() -> Iterator[WebhookPeer]:
    with receiving() as found:
        yield found


def channel(url: str, secret: str = SECRET, seconds: float = 5) -> Webhook:
    return Webhook(SecretStr(url), SecretStr(secret), now, seconds)


def sent(peer: WebhookPeer, store: Store, form: str = "json", seconds: float = 5) -> Outcome:
    way = channel(peer.url, seconds=seconds)
    (outcome,) = deliver(rendered(), [reader(form)], lambda _: way, store, now)
    return outcome


def message(form: str, **changes: object) -> Message:
    found = message_for(rendered(), reader(form))
    return type(found)(**{**found.__dict__, **changes})


def test_adding_a_channel_takes_no_more_than_a_hundred_lines():
    source = Path(str(orchestration.delivery.webhook.__file__)).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 100


def test_the_plain_form_is_signed_over_time_and_body(peer: WebhookPeer, store: Store):
    assert sent(peer, store).delivery.status == "sent"
    ((path, headers, body),) = peer.taken
    assert path == "/hook/secret-key?key=planted"
    wanted = hmac.new(SECRET.encode(), f"{STAMP}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["seedbed-signature"] == f"v1={wanted}"
    assert headers["seedbed-timestamp"] == STAMP
    said = json.loads(body)
    assert (said["merchant_id"], said["week"], said["revision"]) == ("m001", "2024-09-09", 1)
    assert said["key"] == message("json").key
    assert "¥219,120.43" in said["text"]


def test_feishu_is_signed_as_its_documentation_says(peer: WebhookPeer, store: Store):
    assert sent(peer, store, "feishu").delivery.status == "sent"
    (said,) = peer.bodies
    key = f"{STAMP}\n{SECRET}".encode()
    assert said["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert (said["timestamp"], said["msg_type"]) == (STAMP, "interactive")
    assert said["card"]["elements"][0]["text"]["tag"] == "plain_text"


def test_a_robot_without_a_secret_is_not_signed(peer: WebhookPeer):
    channel(peer.url, secret="").send(message("feishu"))
    assert "sign" not in peer.bodies[0]


def test_the_plain_form_without_a_secret_is_refused(peer: WebhookPeer):
    with pytest.raises(DeliveryError, match="secret is not set"):
        channel(peer.url, secret="").send(message("json"))
    assert peer.bodies == []


def test_wecom_gets_markdown_within_its_limit_and_without_mentions(peer: WebhookPeer):
    long = "<@all> " + "种草😀" * 2000
    channel(peer.url).send(message("wecom", text=long))
    content = peer.bodies[0]["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert "<" not in content
    assert content.endswith("…")


def test_feishu_stays_within_its_limit(peer: WebhookPeer):
    channel(peer.url).send(message("feishu", text='"\n\\' * 20_000, subject="题" * 5000))
    assert len(peer.taken[0][2]) <= 20_000


@pytest.mark.slow
def test_whatever_breaks_it_is_there_once_at_most_and_the_ledger_is_right(
    peer: WebhookPeer, store: Store
):
    """Each form with each fault, and sent again: sent, or ambiguous and never again."""
    robots = {"garbage_after", "list_after", "half_after"}
    for form in FORMS:
        for number, fault in enumerate((*ACCEPTED, "drop_before", "500", "503")):
            peer.taken.clear()
            peer.faults.append(fault)
            way = channel(peer.url, seconds=0.3 if fault == "slow" else 5)
            digest = rendered(revision=number + 1)
            deliver(digest, [reader(form)], lambda _, w=way: w, store, now)
            (outcome,) = deliver(digest, [reader(form)], lambda _, w=way: w, store, now)
            is_clear = fault == "" or (form == "json" and fault in robots)
            wanted = "sent" if is_clear else "ambiguous"
            assert outcome.delivery.status == wanted, (form, fault)
            assert len(peer.bodies) == (fault in ACCEPTED), (form, fault)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("busy", "too many messages; send again in 37 seconds"),
        ("redirect", "answered HTTP 307"),
        ("400", "answered HTTP 400"),
        ("401", "answered HTTP 401"),
        ("404", "answered HTTP 404"),
    ],
)
def test_what_was_not_taken_is_failed_and_sent_again(
    peer: WebhookPeer, store: Store, fault: str, told: str
):
    peer.faults.append(fault)
    failed = sent(peer, store)
    assert (failed.delivery.status, told in (failed.problem or "")) == ("failed", True)
    assert peer.bodies == []
    assert sent(peer, store).delivery.status == "sent"
    assert len(peer.bodies) == 1


@pytest.mark.parametrize(("form", "field"), [("feishu", "code"), ("wecom", "errcode")])
@pytest.mark.parametrize("code", [19021, 11232, 45009, -1])
def test_a_robots_code_is_a_failure(
    peer: WebhookPeer, store: Store, form: str, field: str, code: int
):
    peer.answer = {field: code, "msg": "sign match fail"}
    failed = sent(peer, store, form)
    assert (failed.delivery.status, f"code {code}" in (failed.problem or "")) == ("failed", True)


@pytest.mark.parametrize("answer", [{}, {"code": None}, {"code": "x"}])
def test_an_answer_without_a_verdict_proves_nothing(
    peer: WebhookPeer, store: Store, answer: dict[str, object]
):
    peer.answer = answer
    assert sent(peer, store, "feishu").delivery.status == "ambiguous"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example/hook",
        "ftp://shop.example/hook",
        "http://shop.example/hook",
        "https://",
        "https://shop.example:port/hook",
        "https://shop.example:99999/hook",
        "https://[::1/hook",
    ],
)
def test_an_address_that_cannot_be_is_refused_unsaid(url: str):
    with pytest.raises(DeliveryError, match="must begin with https") as caught:
        channel(url).send(message("json"))
    assert "shop.example" not in str(caught.value)


def test_where_nobody_listens_it_is_failed(peer: WebhookPeer):
    url = f"http://127.0.0.1:{_free_port()}/secret-key"
    with pytest.raises(DeliveryError, match="no safe connection") as caught:
        channel(url).send(message("json"))
    assert "secret-key" not in str(caught.value)


def _free_port() -> int:
    with receiving() as gone:
        return gone.port


def test_a_certificate_is_checked_and_may_be_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    certificate = make_certificate(tmp_path)
    with receiving(certificate) as peer:
        with pytest.raises(DeliveryError, match="certificate is not to be trusted"):
            channel(peer.url).send(message("json"))
        assert peer.bodies == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        channel(peer.url).send(message("json"))
        assert len(peer.bodies) == 1
        peer.host = "127.0.0.1"
        with pytest.raises(DeliveryError, match="certificate is not to be trusted"):
            channel(peer.url).send(message("json"))


def test_secrets_come_from_the_environment_and_stand_nowhere(
    home: Home, peer: WebhookPeer, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings = DeliverySettings()
    assert isinstance(configured(home, settings)(reader()), Outbox)
    (tmp_path / "url").write_text(f"{peer.url}\n", encoding="utf-8")
    monkeypatch.setenv("SEEDBED_WEBHOOK_SHOP_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("SEEDBED_WEBHOOK_SHOP_SECRET", SECRET)
    peer.faults.append("redirect")
    way = configured(home, settings)(reader())
    (failed,) = deliver(rendered(), [reader()], lambda _: way, store, now)
    (good,) = deliver(rendered(), [reader()], lambda _: way, store, now)
    assert good.delivery.status == "sent"
    told = f"{failed} {failed.problem} {vars(good.delivery)} {way!r} {vars(way)}"
    for secret in (SECRET, "secret-key", "planted"):
        assert secret not in told
        assert secret.encode() not in home.state_file.read_bytes()
