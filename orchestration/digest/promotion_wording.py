"""A promotion's week in words: orders and GMV beside what is fair to them, which is named."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from orchestration.digest.blocks import Block, Heading, Paragraph
from orchestration.digest.content import DigestContent, DigestError
from orchestration.digest.labels import quantity
from orchestration.digest.wording import Wording, inert


def promotion_verdict(content: DigestContent, words: Wording) -> str:
    """The week of a promotion beside what is fair to it, which is named."""
    orders, held = content.fact("week", "order_count").value, content.promotion
    if orders is None or held is None:
        raise DigestError(f"The promotion of {content.merchant_id} has no orders.")
    params = {"promotion": inert(held.promotion), "orders": words.formats.number(orders)}
    if held.order_change is not None:
        return words.say(
            "{promotion}: {orders} orders, {change} against the same days of its last edition.",
            change=words.formats.change(held.order_change),
            **params,
        )
    if held.order_base is None:
        return words.say(
            "{promotion}: {orders} orders; there is no whole week without a promotion to compare "
            "with.",
            **params,
        )
    return words.count(
        "{promotion}: {orders} orders; the last {n} week without a promotion had {base}.",
        "{promotion}: {orders} orders; the last {n} weeks without a promotion had {base} on "
        "average.",
        held.normal_weeks,
        base=words.formats.number(held.order_base.to_integral_value()),
        **params,
    )


def promotion_section(content: DigestContent, words: Wording) -> list[Block]:
    """The GMV of a promotion's week beside what is fair to it."""
    held, gmv = content.promotion, content.fact("week", "gmv")
    if held is None or gmv.value is None:
        return []
    heading = Heading(words.say("The promotion"))
    params = {"gmv": quantity(gmv.value, gmv.unit, words)}
    if held.base_start is not None:
        span = words.formats.full_span(held.base_start, held.base_start + timedelta(days=6))
        text = words.say(
            "GMV {gmv}, {change} against the same days of its last edition, {span}.",
            change=words.formats.change(held.gmv_change or Decimal(0)),
            span=span,
            **params,
        )
        return [heading, Paragraph(text)]
    if held.gmv_base is None:
        return []
    base = quantity(held.gmv_base, gmv.unit, words)
    text = words.count(
        "GMV {gmv}; the last {n} week without a promotion had {base}. Of its last edition we have "
        "no orders.",
        "GMV {gmv}; the last {n} weeks without a promotion had {base} on average. Of its last "
        "edition we have no orders.",
        held.normal_weeks,
        base=base,
        **params,
    )
    return [heading, Paragraph(text)]
