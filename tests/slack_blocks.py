"""What Slack refuses in a message, by its documentation (docs.slack.dev, read 2026-11).

Written apart from the renderer and its `slack_limits.toml`, so that one can find the other wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Answer = dict[str, Any]
Faults = Iterator[str]


def is_refused(asked: Answer) -> Answer | None:
    """The error that Slack would answer, or None."""
    text, blocks, metadata = asked.get("text"), asked.get("blocks", []), asked.get("metadata")
    if not text and not blocks:
        return {"error": "no_text"}
    if len(text or "") > 40_000:
        return {"error": "msg_too_long"}
    if metadata is not None and (
        not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        return {"error": "invalid_metadata_format"}
    if len(blocks) > 50:
        return _invalid("/blocks")
    for number, block in enumerate(blocks):
        for where in _faults(block):
            return _invalid(f"/blocks/{number}{where}")
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        return {"error": "invalid_attachments"}
    return None


def _invalid(pointer: str) -> Answer:
    told = f"[ERROR] failed to match all allowed schemas [json-pointer:{pointer}]"
    return {"error": "invalid_blocks", "response_metadata": {"messages": [told]}}


def _faults(block: Answer) -> Faults:
    match block:
        case {"type": "divider"}:
            pass
        case {"type": "header", "text": {"type": "plain_text", "text": str(text)}}:
            yield from _text("/text", text, 150)
        case {"type": "section"}:
            yield from _section(block)
        case {"type": "context", "elements": [_, *_] as elements}:
            if len(elements) > 10:
                yield "/elements"
            for number, element in enumerate(elements):
                yield from _text_object(f"/elements/{number}", element, 3000)
        case {"type": "table", "rows": [_, *_] as rows}:
            yield from _table(list(rows), block.get("column_settings", []))
        case _:
            yield "/type"


def _section(block: Answer) -> Faults:
    text, fields = block.get("text"), block.get("fields", [])
    if text is None and not fields:
        yield "/text"
    if text is not None:
        yield from _text_object("/text", text, 3000)
    if len(fields) > 10:
        yield "/fields"
    for number, item in enumerate(fields):
        yield from _text_object(f"/fields/{number}", item, 2000)


def _table(rows: list[list[Answer]], columns: list[Answer]) -> Faults:
    if len(rows) > 100 or len(columns) > 20:
        yield "/rows"
    cells = [cell for row in rows for cell in row]
    if any(len(row) > 20 or len(row) != len(rows[0]) for row in rows):
        yield "/rows"
    if any(cell.get("type") != "raw_text" or not cell.get("text") for cell in cells):
        yield "/rows"
    if sum(len(cell["text"]) for cell in cells) > 10_000:
        yield "/rows"


def _text_object(where: str, item: Answer, most: int) -> Faults:
    if item.get("type") not in ("mrkdwn", "plain_text"):
        yield where
    yield from _text(where, item.get("text", ""), most)


def _text(where: str, text: str, most: int) -> Faults:
    if not 0 < len(text) <= most:
        yield f"{where}/text"
