"""Verdicts, actions and findings as sentences."""

from __future__ import annotations

from orchestration.digest.blocks import Paragraph
from orchestration.digest.content import ORDERS, Action, DigestContent, DigestError, Insight
from orchestration.digest.incentive_wording import distance
from orchestration.digest.labels import source_name
from orchestration.digest.promotion_wording import promotion_verdict
from orchestration.digest.wording import Wording, inert, mark

_VERDICTS = {
    "week_missing": mark("No figures for this week yet: the order export is missing."),
    "first_week": mark("The first week in our data: there is no week before to compare with."),
    "base_incomplete": mark("Last week's data have gaps, so there is no verdict on the change."),
    "too_early": mark("Numbers only: it is too early to tell what is unusual for you."),
    "too_few": mark("Numbers only: with so few orders a change says little."),
    "steady": mark("A steady week: {orders} orders, usually {low} to {high}."),
    "unusual_rise": mark("Clearly more orders than usual: {orders}, usually {low} to {high}."),
    "unusual_fall": mark("Clearly fewer orders than usual: {orders}, usually {low} to {high}."),
    "numbers_only": mark("The numbers of the week, without a verdict."),
    "team_unbalanced": mark("The rows do not add up: some were lost or counted twice."),
    "team_empty": mark("No merchants yet: the register is empty."),
    "programmes_waiting": mark(
        "No programme is open to any merchant as far as we know; some decisions wait."
    ),
    "programmes_quiet": mark("No programme is open to any merchant."),
}
_SWING = mark(
    "How we judge: your last four comparable weeks had {base} orders on average. By the ups and "
    "downs of your last {weeks}, {low} to {high} is nothing unusual."
)
_FINDINGS = {
    "weekly_change.within_swing": _SWING,
    "weekly_change.unusual_rise": _SWING,
    "weekly_change.unusual_fall": _SWING,
    "weekly_change.no_base": mark("What is unusual can be told after {needed} whole weeks."),
    "weekly_change.too_few": mark(
        "Your last {weeks} comparable weeks had {base} orders together; below {needed}, one order "
        "more or less is already a large share."
    ),
}
_SWINGS = frozenset({"steady", "unusual_rise", "unusual_fall"})
# Their reason is the verdict itself; a second sentence would only repeat it.
_TOLD_BY_VERDICT = frozenset(
    {
        "weekly_change.week_missing",
        "weekly_change.week_partial",
        "weekly_change.promotion",
        "weekly_change.base_missing",
        "weekly_change.base_partial",
    }
)
_ACTIONS = {
    "check_fall": mark(
        "In the Qianfan app's product data, take the three products that sold most the week before "
        "and see whether stock, price or listing has changed."
    ),
    "check_stock": mark(
        "In the Qianfan app, check stock and shipping time of the three products that sold most, "
        "so that the extra orders do not run into a sell-out."
    ),
    "answer_reviews": mark(
        "Nothing needs changing. Five minutes in the Qianfan app today: answer the newest reviews "
        "and questions of your best-selling product."
    ),
    "team_check_accounting": mark(
        "Compare rows read with rows loaded, set aside, held and skipped, file by file, before "
        "anything is sent."
    ),
    "programmes_nothing": mark("Nothing to do: no window lapses, and no decision waits."),
    "team_nothing": mark("Nothing to do: all exports are in, and no row was set aside."),
}
_EXPORTS = {
    "drop_export": mark(
        "Export {source} of {days} on a computer and reply to this message with the file. No "
        "computer at hand? Forward it to whoever has one."
    ),
    "drop_held_again": mark(
        "Too many rows of the file for {days} cannot be read, so it was not used. Export {source} "
        "again on a computer and reply to this message with the file, unopened and unchanged."
    ),
    "export_history": mark(
        "On a computer, export {source} of the months before, too, and reply with the files: with "
        "two months we can tell what is unusual for you."
    ),
    "next_export": mark("Next: export {source} of {days} and send us the file in your reply."),
}
# With more names a sentence becomes a list; the list stands further down.
_NAMES_IN_A_SENTENCE = 3


def verdict(content: DigestContent, words: Wording) -> str:
    """The verdict as one sentence."""
    number = words.formats.number
    if content.verdict == "week_partial":
        fact = content.fact("week", "order_count")
        return words.say(
            "Only {covered} of {days} days are in, so there is no verdict on the week yet.",
            covered=number(fact.days_covered or 0),
            days=number(fact.days_in_period or 0),
        )
    if content.verdict == "promotion_week":
        return promotion_verdict(content, words)
    if content.verdict in _SWINGS:
        return words.say(_VERDICTS[content.verdict], **_swing(content, words))
    if content.verdict in ("team_complete", "team_incomplete"):
        values = {fact.figure: fact.value for fact in content.facts}
        counts = {
            name: number(values.get(f"merchants_{name}") or 0)
            for name in ("complete", "partial", "missing")
        }
        total = int(values.get("merchants") or len(content.merchants))
        return words.count(
            "{n} merchant: {complete} with a whole week, {partial} with part, {missing} without.",
            "{n} merchants: {complete} with a whole week, {partial} with part, {missing} without.",
            total,
            **counts,
        )
    if content.verdict in ("programmes_lapsing", "programmes_open"):
        return _programmes(content, words)
    return words.say(_VERDICTS[content.verdict])


def _programmes(content: DigestContent, words: Wording) -> str:
    opened = sum(one.open for one in content.programmes)
    lapsing = sum(one.lapsing for one in content.programmes)
    told = words.count(
        "{n} window is open to merchants.", "{n} windows are open to merchants.", opened
    )
    if not lapsing:
        return told
    more = words.count(
        "{n} ends within 14 days with something missing.",
        "{n} end within 14 days with something missing.",
        lapsing,
    )
    return words.joined([told, more])


def _swing(content: DigestContent, words: Wording) -> dict[str, str]:
    """The count and its usual range, as the playbook found them."""
    for insight in content.insights:
        if {"orders", "low", "high"} <= insight.params.keys():
            return {
                name: _number(insight.params[name], words) for name in ("orders", "low", "high")
            }
    raise DigestError(f"The verdict {content.verdict} of {content.merchant_id} has no finding.")


def _number(value: float | str, words: Wording) -> str:
    return words.formats.number(value) if isinstance(value, int) else inert(str(value))


def is_swing(content: DigestContent) -> bool:
    """Whether the verdict itself says the orders and their usual range."""
    return content.verdict in _SWINGS


def tells_orders(content: DigestContent) -> bool:
    """Whether the verdict itself says how many orders the week had."""
    return is_swing(content) or content.verdict == "promotion_week"


def findings(content: DigestContent, words: Wording) -> list[Paragraph]:
    """What stands behind the verdict, and is not said by it."""
    texts = [finding(insight, words) for insight in content.insights]
    return [Paragraph(text) for text in texts if text]


def finding(insight: Insight, words: Wording) -> str:
    """The evidence behind a verdict, or '' when the verdict says it all."""
    if insight.message in _TOLD_BY_VERDICT:
        return ""
    params = {name: _number(value, words) for name, value in insight.params.items()}
    if insight.message == "weekly_change.too_early":
        return words.count(
            "{weeks} whole weeks so far; {n} more, and we can say it.",
            "{weeks} whole weeks so far; {n} more, and we can say it.",
            int(insight.params["left"]),
            weeks=params["weeks"],
        )
    return words.say(_FINDINGS[insight.message], **params)


def action(todo: Action, words: Wording) -> str:
    """The one thing to do, as one or two sentences."""
    if todo.code == "announce_live" and todo.incentive and todo.currency:
        return words.say(
            "Announce a broadcast in the Xiaohongshu app today, with its time. {distance}",
            distance=distance(todo.incentive, todo.currency, words),
        )
    if todo.code in _EXPORTS:
        return _export_action(todo, words)
    if todo.code == "team_read_held":
        return words.count(
            "Read why {n} file is held (folder held/), and drop a mended export.",
            "Read why {n} files are held (folder held/), and drop mended exports.",
            todo.count or 0,
        )
    if todo.code == "team_ask_exports":
        return words.count(
            "Ask {n} merchant for the missing export: {names}.",
            "Ask {n} merchants for their missing exports: {names}.",
            todo.count or 0,
            names=_names(todo.names, words),
        )
    if todo.code == "team_read_quarantine":
        return words.count(
            "Look at {n} row set aside (folder quarantine/): its reason stands beside it.",
            "Look at {n} rows set aside (folder quarantine/): the reason stands beside each.",
            todo.count or 0,
        )
    if todo.code == "programmes_call":
        return words.say(
            "Tell {name} today what is missing: the window ends on {day}.",
            name=_names(todo.names, words),
            day=words.formats.days(todo.days),
        )
    if todo.code == "programmes_ask":
        return words.count(
            "Ask {n} merchant for what decisions wait for ({source}): {names}.",
            "Ask {n} merchants for what decisions wait for ({source}): {names}.",
            todo.count or 0,
            source=source_name(todo.source or "", words),
            names=_names(todo.names, words),
        )
    return words.say(_ACTIONS[todo.code])


def _export_action(todo: Action, words: Wording) -> str:
    """Where to export what, and that the file is the answer to this message.

    Nobody exports on a telephone: what is left to do there is to pass the message on.
    """
    params = {
        "source": source_name(todo.source or ORDERS, words),
        "days": words.formats.days(todo.days),
    }
    if todo.code == "export_history":
        return words.say(_EXPORTS[todo.code], source=params["source"])
    if todo.code == "next_export" and todo.due_at is not None:
        return words.say(
            "Next: by {due} (Beijing time), export {source} of {days} and send us the file in "
            "your reply.",
            due=words.formats.moment(todo.due_at),
            **params,
        )
    return words.say(_EXPORTS[todo.code], **params)


def _names(names: tuple[str, ...], words: Wording) -> str:
    first = words.formats.listed([inert(name) for name in names[:_NAMES_IN_A_SENTENCE]])
    more = len(names) - _NAMES_IN_A_SENTENCE
    if more <= 0:
        return first
    return words.count("{names} and {n} more", "{names} and {n} more", more, names=first)
