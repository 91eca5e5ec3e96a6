"""One case of the fuzz: from a number to a broken file, always the same one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.fuzz import byte_changes, cell_changes
from tests.fuzz.seed_files import Seed, as_text, seeds
from tests.fuzz.workbook_changes import (
    bytes_of_a_part,
    change_parts,
    lost_part,
    renamed_part,
    zip_of,
)


@dataclass(frozen=True)
class Case:
    """A file that was valid once.

    `rows` are its rows below the header, where each row still begins in a line of its own and
    none can be lost. `is_steady`: each cell still stands under its header, so that nothing of a
    person may be found in what is read.
    """

    label: str
    name: str
    content: bytes
    rows: int | None = None
    is_steady: bool = False


def case(number: int) -> Case:
    """The case of a number: a source in a style, and one to three ways to break it."""
    # Not the number alone, for those of neighbours begin alike.
    rng = Random(f"fuzz {number}")
    seed = seeds()[number % len(seeds())]
    kind = rng.choices(["bytes", "cells", "parts", "zip"], [4, 6, 4, 1])[0]
    if kind == "parts" and seed.kind != "xlsx":
        kind = "bytes"
    return _MAKERS[kind](rng, seed, f"{number} {seed.source} {seed.kind} {seed.encoding} {kind}")


def _of_bytes(rng: Random, seed: Seed, label: str) -> Case:
    content = seed.content
    names = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        change = rng.choice(byte_changes.CHANGES)
        names.append(change.__name__)
        content = change(rng, content) if content else content
    return Case(f"{label} {'+'.join(names)}", seed.name, content)


def _of_cells(rng: Random, seed: Seed, label: str) -> Case:
    rows = [list(row) for row in seed.rows]
    is_steady = rng.random() < 0.7
    ways = cell_changes.STEADY if is_steady else cell_changes.SHIFTING
    names = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        change = rng.choice(ways)
        names.append(change.__name__)
        if len(rows) > seed.header + 1:
            change(rng, seed, rows)
    label = f"{label} {'+'.join(names)}"
    try:
        content = seed.written(rows)
    except (UnicodeEncodeError, ValueError):
        # The format cannot hold it.
        content = seed.content
        rows = [list(row) for row in seed.rows]
    # Rows without a cell at the end are none to a workbook.
    ends_whole = seed.kind == "csv" or any(as_text(cell) for cell in rows[-1])
    is_counted = is_steady and ends_whole and "blank_rows" not in names
    below = len(rows) - seed.header - 1
    return Case(label, seed.name, content, below if is_counted else None, is_steady)


def _of_parts(rng: Random, seed: Seed, label: str) -> Case:
    return Case(label, seed.name, change_parts(rng, seed.content))


def _of_zip(rng: Random, seed: Seed, label: str) -> Case:
    """An archive of files, broken in and around them."""
    other = rng.choice(seeds())
    whole = zip_of(
        {f"导出/{seed.name}": seed.content, f"{rng.randrange(9)}{other.name}": other.content}
    )
    if rng.random() < 0.5:
        content = change_parts(rng, whole, (bytes_of_a_part, lost_part, renamed_part))
    else:
        content = rng.choice(byte_changes.CHANGES)(rng, whole)
    return Case(label, "exports.zip", content)


_MAKERS = {"bytes": _of_bytes, "cells": _of_cells, "parts": _of_parts, "zip": _of_zip}
