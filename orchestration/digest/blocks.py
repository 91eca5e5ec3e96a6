"""What a digest is made of when it is laid out: meaning only, no markup, words already chosen.

Every renderer knows every block; a block that one of them cannot show does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """A section's title."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Running text; the lead is the verdict, the first thing anybody reads."""

    text: str
    is_lead: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Callout:
    """The one thing to do."""

    label: str
    text: str
    kind: Literal["callout"] = "callout"


@dataclass(frozen=True)
class Figure:
    """One number with what it is compared to and what limits it; '' where there is nothing."""

    label: str
    value: str
    is_known: bool = True
    base: str = ""
    change: str = ""
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Numbers, one under the other; headline ones are large."""

    caption: str
    figures: tuple[Figure, ...]
    is_headline: bool = False
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True)
class Cell:
    """A cell of a table. `share` (0..1) shades it; a hollow one is not final yet."""

    text: str
    share: float | None = None
    is_hollow: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under named columns; the first cell of a row names it. Text first, then numbers."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    text_columns: int = 1
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Bar:
    """One bar: its length (0..1), the numbers it stands for as text, and whether it is doubtful."""

    label: str
    share: float
    numbers: tuple[str, ...]
    is_current: bool = False
    is_hollow: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars under each other; `header` names the label and the numbers."""

    caption: str
    header: tuple[str, ...]
    bars: tuple[Bar, ...]
    note: str = ""
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True)
class Note:
    """A sentence about the data behind the numbers; a caution changes how they must be read."""

    text: str
    is_caution: bool = False
    kind: Literal["note"] = "note"


@dataclass(frozen=True)
class Divider:
    """The end of the first screen."""

    kind: Literal["divider"] = "divider"


Block = Heading | Paragraph | Callout | Figures | Table | Bars | Note | Divider


@dataclass(frozen=True)
class Link:
    """Something that a reader can do by an address of ours."""

    label: str
    address: str


@dataclass(frozen=True)
class Document:
    """A digest in the reader's language. `summary` is what a notification or inbox list shows.

    `links` are one reader's own.
    """

    language: str
    subject: str
    title: str
    summary: str
    blocks: tuple[Block, ...]
    footer: tuple[str, ...]
    shortened: str
    links: tuple[Link, ...] = ()
