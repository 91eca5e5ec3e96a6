"""Our Slack with two channels, and a digest delivered to the shop's."""

from __future__ import annotations

from delivery_samples import SHOP_CHANNEL, TEAM_CHANNEL, now, rendered
from pydantic import SecretStr

from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.digest.render import RenderedDigest
from orchestration.state.store import Store
from tests.slack_peer import TOKEN, Room, SlackPeer

CHANNEL = SHOP_CHANNEL.address
POST = "chat.postMessage"
HISTORY = "conversations.history"


def slack_of_two_rooms() -> SlackPeer:
    return SlackPeer({CHANNEL: Room(), TEAM_CHANNEL.address: Room()})


def slack(peer: SlackPeer, token: str = TOKEN, *, pause: float = 0) -> Slack:
    return Slack(SlackApi(SecretStr(token), peer.url, timeout_seconds=0.5), pause_seconds=pause)


def run(
    peer: SlackPeer, store: Store, digest: RenderedDigest | None = None, *, pause: float = 0
) -> Outcome:
    channel = slack(peer, pause=pause)
    (outcome,) = deliver(digest or rendered(), [SHOP_CHANNEL], lambda _: channel, store, now)
    return outcome


def chatter(peer: SlackPeer, messages: int) -> None:
    for number in range(messages):
        peer.answer(POST, {"channel": CHANNEL, "text": f"a person's message {number}"})
