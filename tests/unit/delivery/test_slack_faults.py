"""Slack: exactly one message whatever goes wrong, and a sentence that says how to mend it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from delivery_samples import SHOP_CHANNEL, now, rendered
from pydantic import SecretStr
from slack_kit import CHANNEL, HISTORY, POST, chatter, run, slack, slack_of_two_rooms

from orchestration.delivery.channel import AmbiguousDeliveryError, message_for
from orchestration.delivery.deliver import deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import Answer, SlackApi
from orchestration.state.store import Store
from tests.slack_peer import ACCEPTED, LOST, TOKEN, SlackPeer


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack_of_two_rooms() as started:
        yield started


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


def test_a_digest_is_found_behind_many_pages(peer: SlackPeer, store: Store):
    peer.fail(POST, "drop_after")
    peer.fail(HISTORY, "unavailable")
    run(peer, store)
    chatter(peer, 950)
    assert run(peer, store).delivery.status == "sent"
    assert [method for method, _ in peer.calls].count(HISTORY) == 11


def test_a_channel_too_full_to_be_read_is_left_to_a_person(peer: SlackPeer, store: Store):
    peer.page = 1
    peer.fail(POST, "drop_after")
    peer.fail(HISTORY, "unavailable")
    run(peer, store)
    chatter(peer, 60)
    assert "look yourself" in str(run(peer, store).problem)
    assert len(peer.digests(CHANNEL)) == 61
