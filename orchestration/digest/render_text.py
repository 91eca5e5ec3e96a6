"""Plain text: the whole digest for readers without HTML, and for anybody's ears."""

from __future__ import annotations

from orchestration.digest.blocks import (
    Bars,
    Block,
    Callout,
    Divider,
    Document,
    Figure,
    Figures,
    Heading,
    Note,
    Paragraph,
    Table,
)

FIRST_SCREEN_ENDS = "-" * 40


def render_text(document: Document) -> str:
    """The document as lines of text; every number as in the other renderings."""
    parts = [document.title, *(block_text(block) for block in document.blocks)]
    links = [f"{link.label}: {link.address}" for link in document.links]
    return "\n\n".join([*parts, "\n".join([*document.footer, *links])]) + "\n"


def block_text(block: Block) -> str:
    """One block as text; Slack uses it where it has nothing better."""
    match block:
        case Heading():
            return f"== {block.text} =="
        case Paragraph():
            return block.text
        case Callout():
            return f"[{block.label}]\n{block.text}"
        case Figures():
            return "\n".join([block.caption, *(figure_line(f) for f in block.figures)])
        case Table():
            return "\n".join([block.caption, *table_lines(block), *_if(block.note)])
        case Bars():
            lines = [
                f"{bar.label}: " + " · ".join(number for number in bar.numbers if number)
                for bar in block.bars
            ]
            names = " · ".join(block.header[1:])
            return "\n".join([f"{block.caption} ({names})", *lines, *_if(block.note)])
        case Note():
            return f"! {block.text}" if block.is_caution else block.text
        case Divider():
            return FIRST_SCREEN_ENDS


def figure_line(figure: Figure) -> str:
    """Label, value, and in brackets what it is compared to and what limits it."""
    compared = " ".join(part for part in (figure.base, figure.change) if part)
    remarks = " · ".join(part for part in (compared, figure.note) if part)
    return f"{figure.label}: {figure.value}" + (f" ({remarks})" if remarks else "")


def table_lines(table: Table) -> list[str]:
    """One line a row, each cell with its column's name: no columns to keep aligned."""
    return [
        f"{row[0].text}: "
        + " · ".join(
            f"{name} {cell.text}"
            for name, cell in zip(table.header[1:], row[1:], strict=True)
            if cell.text
        )
        for row in table.rows
    ]


def _if(text: str) -> list[str]:
    return [text] if text else []
