"""Slack: exactly one message whatever goes wrong, and a sentence that says how to mend it."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_samples import SHOP_CHANNEL, TEAM_CHANNEL, now, rendered
from pydantic import SecretStr

from orchestration.delivery.channel import AmbiguousDeliveryError, message_for
from orchestration.delivery.channels import configured
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_answers import MEANINGS
from orchestration.delivery.slack_api import Answer, SlackApi
from orchestration.digest.render import RenderedDigest
from orchestration.home import Home
from orchestration.sections import DeliverySettings, SlackSettings
from orchestration.settings import Settings
from orchestration.state.models import Delivery
from orchestration.state.store import Store, open_store
from tests.slack_peer import ACCEPTED, LOST, TOKEN, Room, SlackPeer, manifest_scopes

CHANNEL = SHOP_CHANNEL.address
POST, HISTORY = "chat.postMessage", "conversations.history"
GOLDEN = Path(__file__).resolve().parents[2] / "golden"


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with SlackPeer({CHANNEL: Room(), TEAM_CHANNEL.address: Room()}) as started:
        yield started


def slack(peer: SlackPeer, token: str = TOKEN, *, pause: float = 0) -> Slack:
    return Slack(SlackApi(SecretStr(token), peer.url, timeout_seconds=0.5), pause_seconds=pause)


def run(
    peer: SlackPeer, store: Store, digest: RenderedDigest | None = None, *, pause: float = 0
) -> Outcome:
    channel = slack(peer, pause=pause)
    (outcome,) = deliver(digest or rendered(), [SHOP_CHANNEL], lambda _: channel, store, now)
    return outcome


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


@pytest.mark.parametrize("fault", [*ACCEPTED, *LOST, "not_in_channel"])
def test_whatever_becomes_of_the_reply_it_is_there_once_and_its_message_is_not_posted_again(
    peer: SlackPeer, store: Store, fault: str
):
    peer.fail(POST, "", fault)
    outcomes = deliver(rendered(), [SHOP_CHANNEL], lambda _: slack(peer, pause=1), store, now)
    assert outcomes[0].delivery.status == "sent"
    assert [one.delivery.part for one in outcomes[1:]] == ([] if fault in ACCEPTED else ["thread"])
    run(peer, store)
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, 1)


def test_there_is_always_a_text_for_notifications(peer: SlackPeer):
    message = message_for(rendered(), SHOP_CHANNEL)
    slack(peer).send(replace(message, slack={"blocks": message.slack["blocks"]}))
    assert peer.digests(CHANNEL)[0]["text"] == message.subject


@pytest.mark.parametrize("fault", ACCEPTED)
def test_what_was_taken_is_found_at_once_and_never_posted_again(
    peer: SlackPeer, store: Store, fault: str
):
    peer.fail(POST, fault)
    # What comes late is there before the second look.
    outcome = run(peer, store, pause=1)
    (posted,) = peer.digests(CHANNEL)
    assert (outcome.delivery.status, outcome.problem) == ("sent", None)
    assert outcome.delivery.provider_id == f"{CHANNEL}:{posted['ts']}"
    assert run(peer, store).is_new is False
    assert len(peer.digests(CHANNEL)) == 1


@pytest.mark.parametrize("fault", LOST)
def test_what_was_lost_is_told_and_posted_by_the_next_run(
    peer: SlackPeer, store: Store, fault: str
):
    peer.fail(POST, fault)
    lost = run(peer, store)
    assert lost.delivery.status == "ambiguous"
    assert lost.problem is not None
    assert "not in the channel so far; send again later" in lost.problem
    assert [method for method, _ in peer.calls] == [POST, HISTORY, HISTORY]
    assert peer.threads(CHANNEL) == []
    assert run(peer, store).delivery.status == "sent"
    assert len(peer.digests(CHANNEL)) == 1


def test_too_many_requests_are_repeated_when_slack_says_so(peer: SlackPeer, store: Store):
    peer.fail(POST, "ratelimited")
    begun = time.monotonic()
    assert run(peer, store).delivery.status == "sent"
    assert time.monotonic() - begun >= 1
    assert len(peer.digests(CHANNEL)) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("invalid_auth", "SEEDBED_DELIVERY__SLACK__TOKEN"),
        ("token_revoked", "install the app again"),
        ("account_inactive", "install it in the workspace again"),
        ("not_in_channel", "/invite @Seedbed"),
        ("channel_not_found", "write its ID"),
        ("is_archived", "unarchive it"),
        ("invalid_blocks", "report it with the digest's slack.json"),
        ("msg_too_long", "report it with the digest's slack.json"),
        ("restricted_action", "ask an administrator"),
        ("something_new", "docs/slack.md"),
        ("long_wait", "wait a minute and send again"),
    ],
)
def test_a_refusal_is_told_with_its_remedy_and_tried_again(
    peer: SlackPeer, store: Store, code: str, told: str
):
    peer.fail(POST, code)
    failed = run(peer, store)
    assert failed.delivery.status == "failed"
    assert failed.problem is not None
    assert failed.problem.startswith(f"Slack channel {CHANNEL}: ")
    assert told in failed.problem
    assert (code if code != "long_wait" else "ratelimited") in failed.problem
    assert [method for method, _ in peer.calls] == [POST]
    assert run(peer, store).delivery.status == "sent"
    assert len(peer.digests(CHANNEL)) == 1


def test_where_nothing_listens_nothing_was_sent(peer: SlackPeer, store: Store):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://slack.invalid/", "slack.com"):
        nowhere = Slack(SlackApi(SecretStr(TOKEN), url, timeout_seconds=5))
        (failed,) = deliver(rendered(), [SHOP_CHANNEL], lambda _, to=nowhere: to, store, now)
        assert failed.delivery.status == "failed", url
        assert failed.problem is not None
        assert "delivery.slack.api_url" in failed.problem
    assert run(peer, store).delivery.status == "sent"


def test_a_missing_scope_is_named(peer: SlackPeer, store: Store):
    peer.scopes = {"chat:write"}
    peer.fail(POST, "drop_after", "drop_after")
    outcome = run(peer, store)
    assert outcome.delivery.status == "ambiguous"
    assert outcome.problem is not None
    assert "missing_scope: the app lacks the scope channels:history" in outcome.problem
    peer.rooms[CHANNEL].is_private = True
    assert "the scope groups:history" in str(run(peer, store).problem)
    assert len(peer.digests(CHANNEL)) == 1
    peer.scopes = {"chat:write", "groups:history"}
    assert run(peer, store).delivery.status == "sent"
    assert len(peer.digests(CHANNEL)) == 1


def test_a_channel_that_the_app_is_not_in(peer: SlackPeer, store: Store):
    peer.rooms[CHANNEL].has_app = False
    assert "not_in_channel" in str(run(peer, store).problem)
    peer.rooms[CHANNEL].is_private = True
    assert "channel_not_found" in str(run(peer, store).problem)
    peer.rooms[CHANNEL].has_app = True
    assert run(peer, store).delivery.status == "sent"


@pytest.mark.parametrize("fault", ["drop_before", "unavailable", "garbage_before", "long_wait"])
def test_a_look_that_fails_proves_nothing(peer: SlackPeer, store: Store, fault: str):
    peer.fail(POST, "drop_after")
    peer.fail(HISTORY, fault, fault)
    for _ in range(2):
        unsure = run(peer, store)
        assert unsure.delivery.status == "ambiguous"
        assert "cannot be read back" in str(unsure.problem)
    assert run(peer, store).delivery.status == "sent"
    assert len(peer.digests(CHANNEL)) == 1


def test_a_digest_whose_key_slack_does_not_show_proves_nothing(peer: SlackPeer, store: Store):
    peer.shows_metadata = False
    peer.fail(POST, "drop_after")
    assert "without their keys" in str(run(peer, store).problem)
    assert run(peer, store).delivery.status == "ambiguous"
    assert len(peer.digests(CHANNEL)) == 1


class Odd(SlackApi):
    """A Slack that answers what no page of its documentation says."""

    answer: Answer

    def call(
        self, method: str, *, json: Answer | None = None, params: Answer | None = None
    ) -> Answer:
        return self.answer


_OURS = {"event_type": "seedbed_digest"}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"messages": "none"},
        {"messages": ["text"]},
        {"messages": [{"text": "no ts"}]},
        {"messages": [{"ts": "1.0", "metadata": {**_OURS, "event_payload": ["key"]}}]},
        {"messages": [], "has_more": True},
        {"messages": [], "has_more": True, "response_metadata": ["next"]},
        {"messages": [], "response_metadata": {"next_cursor": "the same for ever"}},
    ],
)
def test_an_odd_answer_to_a_look_proves_nothing_and_stops_nobody(answer: Answer):
    api = Odd(SecretStr(TOKEN))
    object.__setattr__(api, "answer", answer)
    with pytest.raises(AmbiguousDeliveryError, match="cannot be read back"):
        Slack(api).find(message_for(rendered(), SHOP_CHANNEL))
    # A correction is sent all the same, and not without a receipt.
    with pytest.raises(AmbiguousDeliveryError):
        Slack(api).send(message_for(rendered(revision=2), SHOP_CHANNEL))


def _chatter(peer: SlackPeer, messages: int) -> None:
    for number in range(messages):
        peer.answer(POST, {"channel": CHANNEL, "text": f"a person's message {number}"})


def test_a_digest_is_found_behind_many_pages(peer: SlackPeer, store: Store):
    peer.fail(POST, "drop_after")
    peer.fail(HISTORY, "unavailable")
    run(peer, store)
    _chatter(peer, 950)
    assert run(peer, store).delivery.status == "sent"
    assert [method for method, _ in peer.calls].count(HISTORY) == 11


def test_a_channel_too_full_to_be_read_is_left_to_a_person(peer: SlackPeer, store: Store):
    peer.page = 1
    peer.fail(POST, "drop_after")
    peer.fail(HISTORY, "unavailable")
    run(peer, store)
    _chatter(peer, 60)
    assert "look yourself" in str(run(peer, store).problem)
    assert len(peer.digests(CHANNEL)) == 61


def test_a_correction_is_an_answer_to_the_first_revision(peer: SlackPeer, store: Store):
    run(peer, store)
    _chatter(peer, 3)
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


_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from delivery_samples import SHOP_CHANNEL, now, rendered
from pydantic import SecretStr
from tests.slack_peer import TOKEN
from orchestration.delivery.deliver import deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.state.store import open_store

channel = Slack(SlackApi(SecretStr(TOKEN), sys.argv[2]))
store = open_store(Home(Path(sys.argv[3])), Settings())
deliver(rendered(), [SHOP_CHANNEL], lambda _: channel, store, now)
"""


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_process_killed_between_taking_and_settling_is_settled_by_the_next(
    peer: SlackPeer, tmp_path: Path, is_taken: bool
):
    open_store(Home(tmp_path), Settings()).close()
    started: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        os.kill(started[0].pid, signal.SIGKILL)

    if is_taken:
        peer.on_accepted = kill
    else:
        peer.fail(POST, "drop_before")
        peer.on_call = kill
    words = [sys.executable, "-c", _CHILD, str(Path(__file__).parent), peer.url, str(tmp_path)]
    started.append(subprocess.Popen(words))
    assert started[0].wait(timeout=60) == -signal.SIGKILL
    peer.on_accepted = peer.on_call = lambda: None
    assert len(peer.digests(CHANNEL)) == int(is_taken)
    store = open_store(Home(tmp_path), Settings())
    with store.session() as session:
        assert [row.status for row in session.query(Delivery)] == ["claimed"]
    outcome = run(peer, store)
    store.close()
    assert outcome.delivery.status == "sent"
    assert outcome.is_new is not is_taken
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, 1)


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_process_killed_between_message_and_reply_leaves_only_the_reply_to_the_next(
    peer: SlackPeer, tmp_path: Path, is_taken: bool
):
    open_store(Home(tmp_path), Settings()).close()
    started: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        if len(peer.rooms[CHANNEL].messages) == 1 + is_taken:
            os.kill(started[0].pid, signal.SIGKILL)

    if is_taken:
        peer.on_accepted = kill
    else:
        peer.fail(POST, "", "drop_before")
        peer.on_call = kill
    words = [sys.executable, "-c", _CHILD, str(Path(__file__).parent), peer.url, str(tmp_path)]
    started.append(subprocess.Popen(words))
    assert started[0].wait(timeout=60) == -signal.SIGKILL
    peer.on_accepted = peer.on_call = lambda: None
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, int(is_taken))
    store = open_store(Home(tmp_path), Settings())
    with store.session() as session:
        found = {row.part: row.status for row in session.query(Delivery)}
    assert found == {"message": "sent", "thread": "claimed"}
    assert run(peer, store).is_new is False
    store.close()
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, 1)
