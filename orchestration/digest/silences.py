"""All that is missing or not counted, in one line; and that all is in, where it is."""

from __future__ import annotations

from orchestration.digest.blocks import Note
from orchestration.digest.content import ORDERS, DigestContent, SourceState
from orchestration.digest.labels import source_name
from orchestration.digest.wording import Wording


def data_state(content: DigestContent, words: Wording) -> Note | None:
    """The state of the data; a caution if it changes how the orders must be read."""
    orders = content.source(ORDERS)
    if orders is None:
        return None
    doubts = _doubts(orders, words)
    known = [] if orders.missing_days else [_all_in(orders, words)]
    told = [*known, *doubts, *_unknown(content, words)]
    return Note(words.joined(told), is_caution=bool(doubts))


def _doubts(orders: SourceState, words: Wording) -> list[str]:
    doubts: list[str] = []
    if orders.missing_days:
        doubts.append(_missing(orders, words))
    if orders.bridged_days:
        text = words.say(
            "Data: {days} lie between two exports and count as days without orders.",
            days=words.formats.days(orders.bridged_days),
        )
        doubts.append(text)
    if orders.rows_quarantined:
        text = words.say(
            "Some order lines are left out: their quantity, amount or date cannot be right."
        )
        doubts.append(text)
    if orders.rows_held:
        doubts.append(words.say("A file did not pass the checks and is not counted."))
    return doubts


def _missing(orders: SourceState, words: Wording) -> str:
    if not orders.days_covered:
        return words.say("Data: no order export covers this week. Unknown is not zero.")
    days = words.formats.days(orders.missing_days)
    return words.say("Data: orders of {days} are missing.", days=days)


def _all_in(orders: SourceState, words: Wording) -> str:
    if orders.latest_effective_at is None:
        return words.say("Data: the orders are all in.")
    return words.say(
        "Data: the orders are all in; last export {moment} (Beijing time).",
        moment=words.formats.moment(orders.latest_effective_at),
    )


def _unknown(content: DigestContent, words: Wording) -> list[str]:
    """What other exports would tell."""
    told: list[str] = []
    if content.verdict != "week_missing" and not content.fact("week", "refund_amount").is_known:
        told.append(words.say("Refunds are unknown: no after-sales file."))
    silent = [one for one in content.incentives if one.status == "undecidable"]
    missing = sorted({name for one in silent for name in one.missing})
    if silent:
        names = words.formats.listed([source_name(name, words) for name in missing])
        told.append(words.say("For some incentives we lack: {names}.", names=names))
    return told
