"""A note to the data team: a subject and some lines, in the form of each medium. No digest."""

from __future__ import annotations

import html
from collections.abc import Sequence

from orchestration.delivery.channel import Message
from orchestration.periods import Week
from orchestration.register import Recipient

# Slack takes 3,000 characters in the text of a section.
_SECTION_CHARS = 3000


def plain_note(
    note_id: str, week: Week, recipient: Recipient, subject: str, lines: Sequence[str]
) -> Message:
    """A note in which nothing is marked up: what a line quotes of a file is shown as it is.

    Args:
        note_id: the same for every try of one note, and for no other.
        week: since when a channel is looked through for it.
        recipient: who is told.
        subject: one sentence.
        lines: the rest, a sentence or more each.
    """
    return Message(
        kind="data_team",
        merchant_id=note_id,
        week=week.monday,
        revision=1,
        medium=recipient.channel,
        address=recipient.address,
        language="en",
        subject=subject,
        slack={
            # What a notification shows is read as markup, where only these three mean something.
            "text": html.escape(subject, quote=False),
            "blocks": [_section(text) for text in (subject, *lines)],
        },
        html=_page(subject, lines),
        text="\n\n".join((subject, *lines)) + "\n",
    )


def _section(text: str) -> dict[str, object]:
    # No emoji: a colon in a quoted name would become a picture.
    plain = {"type": "plain_text", "text": text[:_SECTION_CHARS], "emoji": False}
    return {"type": "section", "text": plain}


def _page(subject: str, lines: Sequence[str]) -> str:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f'<html lang="en"><body><h1>{html.escape(subject)}</h1>{paragraphs}</body></html>'
