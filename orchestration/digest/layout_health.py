"""Lay out how the data and the sending are: counts, each with the command that shows more."""

from __future__ import annotations

from orchestration.digest.blocks import Block, Figure, Figures, Heading
from orchestration.digest.content import DigestContent
from orchestration.digest.wording import Wording, mark

_LATE = mark("Merchants with days missing")
_QUARANTINED = mark("Rows set aside")
_HELD = mark("Files held")
_DRIFTED = mark("Headers that no layout knows")
_UNCLAIMED = mark("Files of nobody")


def data_health(content: DigestContent, words: Wording) -> list[Block]:
    """What is late, set aside, held, drifted and of nobody; what is unknown is left out."""
    values = {fact.figure: fact.value for fact in content.facts}
    week = content.week.isoformat()
    stood = content.as_composed
    late = sum(any(s.missing_days for s in m.sources if s.is_required) for m in content.merchants)
    counts = (
        (_LATE, late, f"seedbed digest status --week {week}"),
        (_QUARANTINED, values.get("rows_quarantined"), f"seedbed quarantine list --week {week}"),
        (_HELD, values.get("files_held"), "seedbed quarantine list"),
        (_DRIFTED, stood and stood.drifted, "seedbed doctor"),
        (_UNCLAIMED, stood and stood.unclaimed, "seedbed merchants suggest"),
    )
    shown = tuple(
        Figure(
            label=words.say(label),
            value=words.formats.number(count),
            # Nothing is to be looked for where nothing is.
            note=command if count else "",
        )
        for label, count, command in counts
        if count is not None
    )
    caption = words.say("Each with the command that shows more")
    return [Heading(words.say("Data health")), Figures(caption=caption, figures=shown)]
