"""Slack: the document as Block Kit, within Slack's limits, with a text for notifications.

What does not fit is cut and says so. All text is escaped, so that a name can neither mention
anybody nor become a link; only our own labels are set in bold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.digest.blocks import (
    Bars,
    Block,
    Callout,
    Divider,
    Document,
    Figure,
    Figures,
    Heading,
    Link,
    Note,
    Paragraph,
    Table,
)
from orchestration.digest.render_text import block_text, figure_line, table_lines

SlackBlock = dict[str, Any]
_LIMITS_FILE = Path(__file__).parent / "slack_limits.toml"
# An empty cell is rejected by Slack together with its whole message.
_EMPTY_CELL = "–"


@cache
def limits() -> dict[str, int]:
    """Slack's limits, by name."""
    with _LIMITS_FILE.open("rb") as file:
        return {name: value for name, value in tomllib.load(file).items() if name != "as_of"}


def render_slack(document: Document) -> SlackBlock:
    """The first screen as `chat.postMessage` takes it, without channel.

    A document without a divider is told whole.
    """
    first, rest = _split(document)
    footer = [] if rest else [_context(*document.footer)]
    blocks = [_header(document.title), *_shown(first), *footer]
    links = _links(document.links)
    return _message(_notification(document), blocks, document.shortened, links)


def render_slack_thread(document: Document) -> SlackBlock | None:
    """What stands below the first screen, as its reply; None where nothing does."""
    _, rest = _split(document)
    if not rest:
        return None
    return _message(document.title, [*_shown(rest), _context(*document.footer)], document.shortened)


def _split(document: Document) -> tuple[Sequence[Block], Sequence[Block]]:
    """The blocks before and after the last divider."""
    blocks = document.blocks
    places = [place for place, block in enumerate(blocks) if isinstance(block, Divider)]
    return (blocks[: places[-1]], blocks[places[-1] + 1 :]) if places else (blocks, ())


def _shown(blocks: Sequence[Block]) -> list[SlackBlock]:
    shown: list[SlackBlock] = []
    tables_left = limits()["tables_per_message"]
    for block in blocks:
        if isinstance(block, Table) and tables_left and _fits(block):
            shown += _native_table(block)
            tables_left -= 1
        else:
            shown += _blocks(block)
    return shown


def _message(
    text: str, blocks: list[SlackBlock], shortened: str, links: Sequence[SlackBlock] = ()
) -> SlackBlock:
    most = limits()["blocks_per_message"]
    if len(blocks) + len(links) > most:
        blocks = [*blocks[: most - 1 - len(links)], _context(shortened)]
    blocks += links
    return {
        "text": _cut(escape(text), limits()["message_text"]),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """Slack's three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _notification(document: Document) -> str:
    """The first screen as text: what a telephone's lock screen shows and what is read aloud."""
    first_screen: list[str] = []
    for block in document.blocks:
        if isinstance(block, Divider):
            break
        # The subject says the verdict already.
        if not (isinstance(block, Paragraph) and block.is_lead):
            first_screen.append(block_text(block))
    return "\n".join([document.subject, *first_screen])


def _blocks(block: Block) -> list[SlackBlock]:
    match block:
        case Heading():
            return [_header(block.text)]
        case Paragraph():
            return [_section(f"*{escape(block.text)}*" if block.is_lead else escape(block.text))]
        case Callout():
            return [_section(f"*{escape(block.label)}*\n{escape(block.text)}")]
        case Figures():
            return _figures(block)
        case Table():
            lines = [escape(line) for line in table_lines(block)]
            return [*_sections([f"*{escape(block.caption)}*", *lines]), *_notes(block.note)]
        case Bars():
            return [*_sections(_bar_lines(block)), *_notes(block.note)]
        case Note():
            return [_context(f"⚠️ {block.text}" if block.is_caution else block.text)]
        case Divider():
            return [{"type": "divider"}]


def _figures(block: Figures) -> list[SlackBlock]:
    if not block.is_headline:
        lines = [escape(figure_line(figure)) for figure in block.figures]
        return [_context(block.caption), *_sections(lines)]
    fields = [_mrkdwn(_field(figure), limits()["section_field_text"]) for figure in block.figures]
    step = limits()["section_fields"]
    return [
        _context(block.caption),
        *({"type": "section", "fields": fields[n : n + step]} for n in range(0, len(fields), step)),
    ]


def _field(figure: Figure) -> str:
    compared = " ".join(part for part in (figure.base, figure.change) if part)
    parts = [figure.value, compared, figure.note]
    return "\n".join([f"*{escape(figure.label)}*", *(escape(part) for part in parts if part)])


def _bar_lines(block: Bars) -> list[str]:
    """Each week's numbers and then its bar: whoever listens hears the numbers first."""
    names = " · ".join(block.header[1:])
    lines = [f"*{escape(block.caption)}* ({escape(names)})"]
    for bar in block.bars:
        # Eight squares behind the numbers still stand on a telephone's line.
        squares = ("▁" if bar.is_hollow else "▇") * round(bar.share * 8)
        numbers = " · ".join(number for number in bar.numbers if number)
        lines.append(f"{escape(bar.label)}: {escape(numbers)} {squares}".rstrip())
    return lines


def _fits(table: Table) -> bool:
    texts = [*table.header, *(cell.text for row in table.rows for cell in row)]
    return (
        len(table.rows) + 1 <= limits()["table_rows"]
        and len(table.header) <= limits()["table_columns"]
        and sum(len(escape(text)) for text in texts) <= limits()["table_characters"]
    )


def _native_table(table: Table) -> list[SlackBlock]:
    rows = [table.header, *([cell.text for cell in row] for row in table.rows)]
    native = {
        "type": "table",
        "column_settings": [
            {"align": "left" if column < table.text_columns else "right"}
            for column in range(len(table.header))
        ],
        "rows": [
            [{"type": "raw_text", "text": escape(text) or _EMPTY_CELL} for text in row]
            for row in rows
        ],
    }
    return [_context(table.caption), native, *_notes(table.note)]


def _notes(note: str) -> list[SlackBlock]:
    return [_context(note)] if note else []


def _sections(lines: list[str]) -> list[SlackBlock]:
    """Lines as few sections as their limit allows, broken between lines."""
    chunks, room = [""], limits()["section_text"]
    for line in lines:
        if chunks[-1] and len(chunks[-1]) + 1 + len(line) > room:
            chunks.append("")
        chunks[-1] = f"{chunks[-1]}\n{line}" if chunks[-1] else line
    return [_section(chunk) for chunk in chunks]


def _section(text: str) -> SlackBlock:
    return {"type": "section", "text": _mrkdwn(text, limits()["section_text"])}


def _mrkdwn(text: str, room: int) -> SlackBlock:
    # verbatim: Slack must not find links, channels or mentions in plain words by itself.
    return {"type": "mrkdwn", "text": _cut(text, room), "verbatim": True}


def _header(text: str) -> SlackBlock:
    room = limits()["header_text"]
    return {"type": "header", "text": {"type": "plain_text", "text": _cut(escape(text), room)}}


def _context(*texts: str) -> SlackBlock:
    lines = texts[: limits()["context_elements"]]
    room = limits()["context_text"]
    return {"type": "context", "elements": [_mrkdwn(escape(line), room) for line in lines]}


def _links(links: tuple[Link, ...]) -> list[SlackBlock]:
    """Addresses of ours, the only ones in a message that can be clicked."""
    if not links:
        return []
    text = " · ".join(f"<{escape(link.address)}|{escape(link.label)}>" for link in links)
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}]


def _cut(text: str, room: int) -> str:
    """Text within its room; a cut one ends in an ellipsis, never inside an entity."""
    if len(text) <= room:
        return text
    kept = text[: room - 1]
    start = kept.rfind("&")
    if start > kept.rfind(";"):
        kept = kept[:start]
    return f"{kept}…"
