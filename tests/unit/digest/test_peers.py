"""Similar shops are told with how many they are, and a broader group is called so."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from digest_rows import WEEK, Row, fact_row, peers_row
from digest_samples import complete_rows, merchant

from orchestration.digest.compose_merchant import compose_merchant
from orchestration.digest.layout_sections import peers_note
from orchestration.digest.render import lay_out, render_digest
from orchestration.digest.wording import Wording


def told(*peers: Row, **facts: Any) -> list[str]:
    rows = replace(complete_rows(), peers=peers)
    if facts:
        rows = replace(rows, facts=[fact_row("gmv", "10.00", **facts)])
    content = compose_merchant(merchant(locale="en"), WEEK, rows)
    return [note.text for note in peers_note(content, Wording("en"))]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (peers_row(), "Similar shops: the median of 14 in 家居饰品 (yours among them) is +3.0%"),
        (
            peers_row("industry_l1", group_name="家居"),
            "Similar shops: too few are in your own branch. The median of 14 in all of 家居",
        ),
        (
            peers_row("all", median_change=Decimal("-0.12")),
            "Other shops: too few are in your industry. The median of all 14 that we know (yours "
            "among them) is -12.0%, yours is +5.7%",
        ),
    ],
)
def test_who_is_similar_is_said(row: Row, said: str):
    [text] = told(row)
    assert text.startswith(said)


def test_nothing_is_said_without_enough_others_or_an_own_change():
    assert told() == []
    without = {"base_value": None, "change": None, "base_period_start": None, "has_base": False}
    assert told(peers_row(), comparison=None, **without) == []


def test_a_name_of_an_industry_cannot_call_a_channel():
    rows = replace(complete_rows(), peers=[peers_row(group_name="<!channel>")])
    rendered = render_digest(compose_merchant(merchant(), WEEK, rows), "b", 1)
    said = json.dumps([rendered.slack, rendered.slack_thread]) + rendered.html
    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said


def test_it_stands_below_the_first_screen():
    content = compose_merchant(merchant(), WEEK, complete_rows())
    kinds = [block.kind for block in lay_out(content).blocks]
    texts = [getattr(block, "text", "") for block in lay_out(content).blocks]
    [place] = [number for number, text in enumerate(texts) if text.startswith("同行比较")]
    assert place > kinds.index("divider")
