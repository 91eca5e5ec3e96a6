"""Against a Slack that somebody else wrote: npm's `emulate`, where npm is there.

The plain path goes straight to it, faults by a proxy of ours: what counts is what lies in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from delivery_samples import SHOP_CHANNEL, now, rendered
from npm_peer import free_ports, running
from pydantic import SecretStr

from orchestration.delivery.channel import message_for
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_answers import NotAcceptedError
from orchestration.delivery.slack_api import SlackApi
from orchestration.delivery.slack_check import check_slack
from orchestration.digest.render import RenderedDigest
from orchestration.state.store import Store
from tests.slack_peer import ACCEPTED, LOST, TOKEN
from tests.slack_proxy import SlackProxy

# The first channel of a new workspace.
READER = SHOP_CHANNEL.model_copy(update={"address": "C000000001"})
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}/"
    words = ["start", "--service", "slack", "--port", str(port)]
    with running(tmp_path_factory.mktemp("emulate"), "emulate@0.11.0", words, address):
        yield f"{address}api/"


@pytest.fixture
def slack(url: str) -> Slack:
    return Slack(SlackApi(SecretStr("xoxb-a-bot"), url), pause_seconds=0)


def test_what_is_posted_is_found_by_its_metadata(slack: Slack, store: Store):
    digest = rendered()
    message = message_for(digest, READER)
    assert slack.find(message) is None
    (sent,) = deliver(digest, [READER], lambda _: slack, store, now)
    assert sent.delivery.status == "sent"
    found = slack.find(message)
    assert found is not None
    assert found.provider_id == sent.delivery.provider_id
    assert slack.find(replace(message, merchant_id="m002")) is None


def test_a_row_that_was_cut_off_is_settled_by_a_look(slack: Slack, store: Store):
    digest = rendered("7.00", revision=5)
    (sent,) = deliver(digest, [READER], lambda _: slack, store, now)
    with store.session() as session:
        row = session.merge(sent.delivery)
        row.status, row.provider_id = "claimed", None
    (again,) = deliver(digest, [READER], lambda _: slack, store, now)
    assert (again.delivery.status, again.is_new) == ("sent", False)
    assert again.delivery.provider_id == sent.delivery.provider_id


def test_every_step_of_the_channel_test(slack: Slack):
    steps = list(check_slack(slack, replace(message_for(rendered(), READER), merchant_id="test")))
    assert [step.name for step in steps if step.is_done] == [
        "sign in",
        "post",
        "read back",
        "update",
        "reply",
    ], steps[-1].sentence


def test_a_channel_that_is_not_there(slack: Slack, store: Store):
    nowhere = READER.model_copy(update={"address": "C999"})
    (failed,) = deliver(rendered(), [nowhere], lambda _: slack, store, now)
    assert failed.delivery.status == "failed"
    assert "channel_not_found" in str(failed.problem)


# What was asked too late may come after a look; our own Slack has that in its schedules.
TAKEN = [fault for fault in ACCEPTED if fault != "late"]
REFUSED = ("ratelimited", "long_wait", "invalid_blocks", "restricted_action")
POST = "chat.postMessage"


@pytest.fixture
def proxy(url: str) -> Iterator[SlackProxy]:
    with SlackProxy(upstream=url, seconds=1) as started:
        yield started


def of(merchant_id: str) -> RenderedDigest:
    """A digest of its own, so that no test finds another's."""
    sample = rendered()
    return replace(sample, content=sample.content.model_copy(update={"merchant_id": merchant_id}))


def by_proxy(
    proxy: SlackProxy, store: Store, digest: RenderedDigest, seconds: float = 30
) -> Outcome:
    channel = Slack(SlackApi(SecretStr(TOKEN), proxy.url, seconds), pause_seconds=0)
    return deliver(digest, [READER], lambda _: channel, store, now)[0]


def lying_there(slack: Slack, digest: RenderedDigest) -> list[str]:
    """The keys of a digest's messages in the channel itself, asked without the proxy."""
    wanted = message_for(digest, READER)
    rest = wanted.thread(None)
    keys = {wanted.key, *([rest.key] if rest else [])}
    asked = {"channel": READER.address}
    found = list(slack.api.messages("conversations.history", asked))
    threads = [one["ts"] for one in found if one.get("reply_count")]
    for ts in threads:
        replies = slack.api.messages("conversations.replies", {**asked, "ts": ts})
        found += [one for one in replies if one["ts"] != ts]
    payloads = [one.get("metadata", {}).get("event_payload", {}) for one in found]
    return sorted(one["key"] for one in payloads if one.get("key") in keys)


def once(digest: RenderedDigest) -> list[str]:
    message = message_for(digest, READER)
    rest = message.thread(None)
    assert rest is not None
    return sorted([message.key, rest.key])


@pytest.mark.parametrize("fault", [*TAKEN, *LOST, *REFUSED])
def test_behind_faults_it_is_there_once(proxy: SlackProxy, slack: Slack, store: Store, fault: str):
    digest = of(f"fault-{fault}")
    proxy.fail(POST, fault)
    first = by_proxy(proxy, store, digest, seconds=0.5 if fault == "slow" else 30)
    is_done = fault in (*TAKEN, "ratelimited")
    assert (first.delivery.status == "sent") is is_done, first.problem
    assert lying_there(slack, digest) == (once(digest) if is_done else [])
    for _ in range(2):
        assert by_proxy(proxy, store, digest).delivery.status == "sent"
    assert lying_there(slack, digest) == once(digest)


def test_a_method_whose_scope_the_manifest_lacks_is_refused(
    proxy: SlackProxy, slack: Slack, store: Store
):
    digest = of("scopes")
    proxy.scopes = {"chat:write"}
    proxy.fail(POST, "drop_after")
    unsure = by_proxy(proxy, store, digest)
    assert unsure.delivery.status == "ambiguous"
    assert "missing_scope: the app lacks the scope channels:history" in str(unsure.problem)
    with pytest.raises(NotAcceptedError, match="missing_scope"):
        SlackApi(SecretStr(TOKEN), proxy.url).call("users.list")
    proxy.scopes = {"channels:history"}
    refused = by_proxy(proxy, store, of("no scope"))
    assert "lacks the scope chat:write" in str(refused.problem)
    assert lying_there(slack, of("no scope")) == []
    proxy.scopes = {"chat:write", "channels:history"}
    assert by_proxy(proxy, store, digest).delivery.status == "sent"
    assert lying_there(slack, digest) == once(digest)


def test_what_is_beyond_slacks_limits_does_not_get_through(
    proxy: SlackProxy, slack: Slack, store: Store
):
    digest = of("limits")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    for number, blocks in enumerate(([section], [{"type": "divider"}] * 51)):
        broken = replace(digest, slack={"text": "x", "blocks": blocks}, revision=number + 1)
        assert "invalid_blocks" in str(by_proxy(proxy, store, broken).problem)
        assert lying_there(slack, broken) == []
