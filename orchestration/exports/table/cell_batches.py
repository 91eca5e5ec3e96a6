"""Text cells on their way to their types: some rows of a file, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from orchestration.exports.layout.recognise import Recognised


@dataclass(frozen=True)
class TextCells:
    """Rows that follow each other, as text: `columns` by canonical name, all of one length.

    `first` are the cells of the file's first column. By place of the row, from 0:
    `other_length` says what is wrong with a row that is longer or shorter than the header, and
    whose cells are left out; `discarded` are taken out by a person; `keys`, by column, are keys
    of buyers that a person found.
    """

    first: pa.StringArray
    columns: Mapping[str, pa.StringArray]
    other_length: Mapping[int, str] = field(default_factory=dict)
    discarded: Sequence[int] = ()
    keys: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.first)


# Makes the cells of some rows; to be called once, in whichever thread.
Piece = Callable[[], TextCells]


class CellBatches(Protocol):
    """A table of a file, whichever way it is read."""

    @property
    def header(self) -> list[str]:
        """The texts of its header row."""
        ...

    @property
    def titles(self) -> list[str]:
        """The text of each row above the header that holds anything."""
        ...

    @property
    def first_row(self) -> int:
        """The number of the first row below the header."""
        ...

    def pieces(self, found: Recognised) -> Iterator[Piece]:
        """All rows below the header, in their order. To be read once."""
        ...
