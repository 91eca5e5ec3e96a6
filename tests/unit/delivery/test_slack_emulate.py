"""The plain path against a Slack that somebody else wrote: npm's `emulate`, where npm is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from delivery_samples import SHOP_CHANNEL, now, rendered
from npm_peer import free_ports, running
from pydantic import SecretStr

from orchestration.delivery.channel import message_for
from orchestration.delivery.deliver import deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.delivery.slack_check import check_slack
from orchestration.state.store import Store

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
