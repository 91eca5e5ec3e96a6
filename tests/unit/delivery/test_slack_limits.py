"""Our Slack refuses what Slack's documentation refuses: each limit is met, and passed by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from delivery_samples import SHOP_CHANNEL, now, rendered
from pydantic import SecretStr

from orchestration.delivery.deliver import deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.digest.render_slack import limits
from orchestration.state.store import Store
from tests.slack_peer import TOKEN, Room, SlackPeer

Blocks = list[dict[str, Any]]


def mrkdwn(characters: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": "x" * characters}


def header(characters: int) -> Blocks:
    return [{"type": "header", "text": {"type": "plain_text", "text": "x" * characters}}]


def fields(count: int, characters: int = 1) -> Blocks:
    return [{"type": "section", "fields": [mrkdwn(characters)] * count}]


def context(count: int, characters: int = 1) -> Blocks:
    return [{"type": "context", "elements": [mrkdwn(characters)] * count}]


def table(rows: int, columns: int = 1, text: str = "x") -> Blocks:
    cell = {"type": "raw_text", "text": text}
    return [{"type": "table", "rows": [[cell] * columns for _ in range(rows)]}]


CASES: dict[str, tuple[int, Callable[[int], Blocks]]] = {
    "blocks_per_message": (50, lambda n: [{"type": "divider"}] * n),
    "section_text": (3000, lambda n: [{"type": "section", "text": mrkdwn(n)}]),
    "section_fields": (10, fields),
    "section_field_text": (2000, lambda n: fields(1, n)),
    "header_text": (150, header),
    "context_elements": (10, context),
    "context_text": (3000, lambda n: context(1, n)),
    "table_rows": (100, table),
    "table_columns": (20, lambda n: table(1, n)),
    "table_characters": (10_000, lambda n: table(1, 1, "x" * n)),
    "tables_per_message": (1, lambda n: table(1) * n),
}


@pytest.mark.parametrize("name", CASES)
def test_a_limit_is_met_and_not_passed(store: Store, name: str):
    most, blocks = CASES[name]
    # The renderer's own list of limits says the same.
    assert limits()[name] == most
    with SlackPeer({SHOP_CHANNEL.address: Room()}) as peer:
        channel = Slack(SlackApi(SecretStr(TOKEN), peer.url), pause_seconds=0)

        def said(number: int, revision: int) -> str:
            payload = {"text": "x", "blocks": blocks(number)}
            digest = replace(rendered(revision=revision), slack=payload, slack_thread=None)
            (outcome,) = deliver(digest, [SHOP_CHANNEL], lambda _: channel, store, now)
            return outcome.problem or outcome.delivery.status

        assert said(most, 1) == "sent"
        assert "invalid_" in said(most + 1, 2)
        assert [one["text"] for one in peer.digests(SHOP_CHANNEL.address)] == ["x"]
