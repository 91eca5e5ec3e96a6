"""What Slack gets: the whole digest once, its reply, its corrections, and never the token."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_samples import SHOP_CHANNEL, rendered
from pydantic import SecretStr
from slack_kit import CHANNEL, HISTORY, POST, chatter, run, slack, slack_of_two_rooms

from orchestration.delivery.channel import message_for
from orchestration.delivery.channels import configured
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_answers import MEANINGS
from orchestration.home import Home
from orchestration.sections import DeliverySettings, SlackSettings
from orchestration.state.models import Delivery
from orchestration.state.store import Store
from tests.slack_peer import ACCEPTED, LOST, TOKEN, SlackPeer, manifest_scopes


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack_of_two_rooms() as started:
        yield started


GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def test_a_digest_is_posted_whole_and_once(peer: SlackPeer, store: Store):
    first, again = run(peer, store), run(peer, store)
    (posted,) = peer.digests(CHANNEL)
    digest = rendered()
    assert (first.delivery.status, first.is_new, again.is_new) == ("sent", True, False)
    assert first.delivery.provider_id == f"{CHANNEL}:{posted['ts']}"
    assert (posted["text"], posted["blocks"]) == (digest.slack["text"], digest.slack["blocks"])
    assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
    assert posted["metadata"] == {
        "event_type": "seedbed_digest",
        "event_payload": {
            "key": message_for(digest, SHOP_CHANNEL).key,
            "week": "2024-09-09",
            "revision": 1,
        },
    }


def test_what_stands_below_the_first_screen_is_a_reply_to_it(peer: SlackPeer, store: Store):
    for _ in range(2):
        run(peer, store)
    (posted,), (rest,) = peer.digests(CHANNEL), peer.threads(CHANNEL)
    thread = rendered().slack_thread
    assert thread is not None
    assert (rest["text"], rest["blocks"]) == (thread["text"], thread["blocks"])
    assert rest["thread_ts"] == posted["ts"]
    assert rest["metadata"]["event_payload"]["key"] != posted["metadata"]["event_payload"]["key"]
    with store.session() as session:
        found = {row.part: row.provider_id for row in session.query(Delivery)}
    assert found == {
        "message": f"{CHANNEL}:{posted['ts']}",
        "thread": f"{CHANNEL}:{rest['ts']}",
    }


def test_there_is_always_a_text_for_notifications(peer: SlackPeer):
    message = message_for(rendered(), SHOP_CHANNEL)
    slack(peer).send(replace(message, slack={"blocks": message.slack["blocks"]}))
    assert peer.digests(CHANNEL)[0]["text"] == message.subject


def test_a_correction_is_an_answer_to_the_first_revision(peer: SlackPeer, store: Store):
    run(peer, store)
    chatter(peer, 3)
    correction = rendered("1.00", revision=2)
    peer.fail(POST, "drop_after")
    assert run(peer, store, correction).delivery.status == "sent"
    first, *_, second = peer.digests(CHANNEL)
    assert (second["thread_ts"], second["reply_broadcast"]) == (first["ts"], True)
    assert run(peer, store, correction).is_new is False
    # Where Slack shows no broadcast in the channel, the thread is looked through.
    second["reply_broadcast"] = False
    found = slack(peer).find(message_for(correction, SHOP_CHANNEL))
    assert found is not None
    assert found.provider_id == f"{CHANNEL}:{second['ts']}"
    assert slack(peer).find(message_for(rendered("2.00", revision=3), SHOP_CHANNEL)) is None


def test_a_correction_stands_alone_where_the_first_cannot_be_found(peer: SlackPeer, store: Store):
    peer.scopes = {"chat:write"}
    assert run(peer, store, rendered("1.00", revision=2)).delivery.status == "sent"
    assert "thread_ts" not in peer.digests(CHANNEL)[0]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.slack.json")), ids=lambda path: path.stem)
def test_slack_takes_every_golden_digest(peer: SlackPeer, store: Store, path: Path):
    payload = json.loads(path.read_text(encoding="utf-8"))
    assert run(peer, store, replace(rendered(), slack=payload)).delivery.status == "sent"
    assert peer.digests(CHANNEL)[0]["blocks"] == payload["blocks"]


def test_what_slack_would_refuse_is_refused_here_and_its_place_is_told(
    peer: SlackPeer, store: Store
):
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    payload = {"text": "x", "blocks": [{"type": "divider"}, long]}
    failed = run(peer, store, replace(rendered(), slack=payload))
    assert "invalid_blocks at /blocks/1/text/text" in str(failed.problem)
    payload = {"text": "x", "blocks": [{"type": "divider"}] * 51}
    assert "invalid_blocks" in str(run(peer, store, replace(rendered(), slack=payload)).problem)
    assert peer.digests(CHANNEL) == []


@pytest.mark.slow
def test_the_token_is_in_no_message_repr_or_log(
    peer: SlackPeer,
    store: Store,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    seen = [repr(slack(peer)), str(slack(peer)), repr(SlackSettings(token=SecretStr(TOKEN)))]
    for fault in (*ACCEPTED, *LOST, "ratelimited", "invalid_auth", "missing_scope", TOKEN):
        peer.fail(POST, fault)
        peer.fail(HISTORY, fault, fault)
        message = message_for(rendered(), SHOP_CHANNEL)
        try:
            seen.append(repr(slack(peer).send(message)))
        except Exception as error:  # noqa: BLE001 - whatever it is, its words are looked at
            while error is not None:
                held = getattr(error, "response", None)
                seen += [str(error), repr(error), repr(getattr(held, "req_args", None))]
                error = error.__cause__ or error.__context__
        peer.faults.clear()
    for broken in (f"{TOKEN}\nX-Other: 1", f"{TOKEN} 云", f" {TOKEN}x "):
        with pytest.raises(Exception, match="invalid_auth") as caught:
            slack(peer, broken).send(message_for(rendered(), SHOP_CHANNEL))
        seen += [str(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
    output = capfd.readouterr()
    everything = "\n".join([*seen, caplog.text, output.out, output.err])
    assert len(seen) > 50
    assert TOKEN not in everything
    assert "planted" not in everything
    # Nor do logs hold what a merchant's digest says.
    assert "219,120" not in caplog.text


def test_a_home_with_a_token_sends_by_slack_and_another_by_its_outbox(tmp_path: Path):
    home = Home(tmp_path)
    none = configured(home, DeliverySettings())
    assert none(SHOP_CHANNEL).name == "outbox"
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    for settings in (SlackSettings(token=SecretStr(TOKEN)), SlackSettings(token_file=file)):
        channel = configured(home, DeliverySettings(slack=settings))(SHOP_CHANNEL)
        assert isinstance(channel, Slack)
        assert channel.api.token.get_secret_value() == TOKEN


def test_the_page_for_people_explains_every_code():
    page = (GOLDEN.parents[1] / "docs" / "slack.md").read_text(encoding="utf-8")
    assert [code for code in MEANINGS if f"`{code}`" not in page and code != "no_address"] == []


def test_the_manifest_asks_for_what_is_used_and_nothing_else():
    assert manifest_scopes() == {"chat:write", "channels:history", "groups:history"}
