"""Lay out how the data and the sending are: counts, each with the command that shows more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from orchestration.digest.blocks import Block, Figure, Figures, Heading, Link, Note
from orchestration.digest.content import DigestContent
from orchestration.digest.team_values import Deliveries
from orchestration.digest.wording import Wording, mark
from orchestration.periods import Week

# The assets as the paths of Dagster's UI name them.
PUBLISHED_MARTS, QUALITY_PAGE = "published/marts", "quality/page"
_LATE = mark("Merchants with days missing")
_DRIFTED = mark("Headers that no layout knows")
_UNCLAIMED = mark("Files of nobody")
_SENT = mark("Readers reached")
_FAILED = mark("Readers not reached")
_AMBIGUOUS = mark("Readers of whom nobody knows whether it arrived")
_WITHHELD = mark("Digests whose figures were withheld")
_PAUSED = mark("Readers who are paused")
# Label, count (None is not known), and the command that shows more, if there is one.
_Count = tuple[str, Decimal | int | None, str]


def data_health(content: DigestContent, words: Wording) -> list[Block]:
    """What is late, set aside, held, drifted and of nobody; what is unknown is left out."""
    values = {fact.figure: fact.value for fact in content.facts}
    week = content.week.isoformat()
    stood = content.as_composed
    late = sum(any(s.missing_days for s in m.sources if s.is_required) for m in content.merchants)
    counts: list[_Count] = [
        (words.say(_LATE), late, f"seedbed digest status --week {week}"),
        (
            words.term("figure", "rows_quarantined"),
            values.get("rows_quarantined"),
            f"seedbed quarantine list --week {week}",
        ),
        (words.term("figure", "files_held"), values.get("files_held"), "seedbed quarantine list"),
        (words.say(_DRIFTED), stood and stood.drifted, "seedbed doctor"),
        (words.say(_UNCLAIMED), stood and stood.unclaimed, "seedbed merchants suggest"),
    ]
    caption = words.say("Each with the command that shows more")
    blocks: list[Block] = [Heading(words.say("Data health")), _told(caption, counts, words)]
    if stood and not stood.ui_url:
        blocks.append(_quality_page(content, words))
    if stood and stood.deliveries:
        blocks += _delivery_health(stood.deliveries, words)
    return blocks


def _quality_page(content: DigestContent, words: Wording) -> Note:
    """Where the page of the week lies, for those who have no link to it."""
    file = f"docs/quality/{Week(content.week).iso}.html"
    return Note(words.say("Everything about the week's data: {file} in the home.", file=file))


def ui_links(content: DigestContent, words: Wording) -> tuple[Link, ...]:
    """The published marts and the page of data quality in Dagster; none without its address."""
    url = content.as_composed.ui_url if content.as_composed else ""
    if not url:
        return ()
    return (
        Link(words.say("Published tables in Dagster"), f"{url}/assets/{PUBLISHED_MARTS}"),
        Link(words.say("Data quality of the week in Dagster"), f"{url}/assets/{QUALITY_PAGE}"),
    )


def _delivery_health(found: Deliveries, words: Wording) -> list[Block]:
    """How the week before reached its readers."""
    week = found.week.isoformat()
    status = f"seedbed digest status --week {week}"
    counts: list[_Count] = [
        (words.say(_SENT), found.sent, ""),
        (words.say(_FAILED), found.failed, f"seedbed digest send --week {week}"),
        (words.say(_AMBIGUOUS), found.ambiguous, status),
        (words.say(_WITHHELD), found.withheld, status),
        (words.say(_PAUSED), found.paused, "seedbed doctor"),
    ]
    caption = words.formats.span(found.week, found.week + timedelta(days=6))
    heading = Heading(words.say("Delivery of the week before"))
    return [heading, _told(caption, counts, words)]


def _told(caption: str, counts: Sequence[_Count], words: Wording) -> Figures:
    shown = tuple(
        Figure(
            label=label,
            value=words.formats.number(count),
            # Nothing is to be looked for where nothing is.
            note=command if count else "",
        )
        for label, count, command in counts
        if count is not None
    )
    return Figures(caption=caption, figures=shown)
