"""Which layout a file follows: told by its headers, never by its name."""

from __future__ import annotations

import csv
import difflib
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from orchestration.exports.errors import AmbiguousHeader, MissingHeader, UnrecognisedFile
from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.headers import normalise, shown
from orchestration.exports.layout.rows import ColumnRow

# A layout fits well enough to name what is missing when it has at least half of what it needs.
_NEAR_SHARE = 0.5
# Long lists help nobody; a real order export has about 75 headers.
_HEADERS_SHOWN = 12
# How programs garble text: bytes of the second encoding, read in the first.
_CONFUSED = (
    ("latin-1", "utf-8"),
    ("cp1252", "utf-8"),
    ("gb18030", "utf-8"),
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
)
_HEADER_UNKNOWN = "HEADER AS IN THE FILE"

# Whether nothing required is missing, how many columns are found, and how few are missing.
Fit = tuple[bool, int, int]
NO_FIT: Fit = (False, 0, -sys.maxsize)


@dataclass(frozen=True)
class Recognised:
    """A layout and where its columns stand in one file.

    `positions` and `headers` by canonical name: index from 0, and the spelling in the file. A
    column that takes another's cell stands where that one does.
    `unknown` are headers that no row of the layout knows.
    """

    layout: Layout
    positions: dict[str, int]
    headers: dict[str, str]
    unknown: tuple[str, ...]

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Columns that stand under a header of their own."""
        columns = self.layout.columns
        return tuple(name for name in self.positions if columns[name].derived_from is None)


@dataclass(frozen=True)
class _Candidate:
    """A layout held against a row: places of its columns by name, and of headers it refuses."""

    layout: Layout
    found: dict[str, list[int]]
    refused: list[int]

    @cached_property
    def missing(self) -> list[Column]:
        return [column for column in self.layout.required if column.name not in self.found]

    @property
    def is_near(self) -> bool:
        needed = len(self.layout.required)
        return (
            not self.refused
            and bool(self.found)
            and needed - len(self.missing) >= needed * _NEAR_SHARE
        )

    @property
    def rank(self) -> Fit:
        is_fit = not self.missing and not self.refused
        return (is_fit, 0 if self.refused else len(self.found), -len(self.missing))

    def unknown(self, headers: Sequence[str]) -> tuple[str, ...]:
        """The headers that no row of the layout knows, each once, as they are shown."""
        known = (self.layout.column_of, self.layout.ignored)
        keys = zip(headers, map(normalise, headers), strict=True)
        return tuple(
            dict.fromkeys(shown(h) for h, key in keys if key and not any(key in k for k in known))
        )


def recognise(headers: Sequence[str], book: LayoutBook, file_name: str) -> Recognised:
    """Find the layout whose required headers are all there; of several, the one that knows most.

    Raises:
        MissingHeader: the layout that fits best lacks required headers.
        AmbiguousHeader: two columns of the file are the same canonical column.
        UnrecognisedFile: no layout has half of what it requires, or all refuse one of the headers.
    """
    best = _best(headers, book)
    if best.refused or (best.missing and not best.is_near):
        raise _unrecognised(headers, book, file_name)
    if best.missing:
        raise _missing(best, headers, file_name)
    _refuse_twins(best, headers, file_name)
    places = {name: found[0] for name, found in best.found.items()}
    columns = best.layout.columns.values()
    positions = {c.name: places[of] for c in columns if (of := c.derived_from or c.name) in places}
    return Recognised(
        layout=best.layout,
        positions=positions,
        headers={name: shown(headers[place]) for name, place in positions.items()},
        unknown=best.unknown(headers),
    )


def fit(headers: Sequence[str], book: LayoutBook) -> Fit:
    """How well a row would do as a header: the greater, the better."""
    # Most rows that are asked hold data, of which nobody need be asked any more.
    known = _known(headers, book)
    return max(_match(known, one).rank for one in book.layouts.values()) if known else NO_FIT


def _best(headers: Sequence[str], book: LayoutBook) -> _Candidate:
    # max() keeps the first of equals, and a book is in the order of its sources' names.
    return max(_candidates(headers, book), key=lambda candidate: candidate.rank)


def _candidates(headers: Sequence[str], book: LayoutBook) -> list[_Candidate]:
    known = _known(headers, book)
    return [_match(known, layout) for layout in book.layouts.values()]


def _known(headers: Sequence[str], book: LayoutBook) -> list[tuple[int, str]]:
    """Places and spellings of the headers that any layout knows."""
    return [(n, key) for n, key in enumerate(map(normalise, headers)) if key in book.known]


def _match(known: Sequence[tuple[int, str]], layout: Layout) -> _Candidate:
    found: dict[str, list[int]] = {}
    refused: list[int] = []
    for place, key in known:
        if key in layout.column_of:
            found.setdefault(layout.column_of[key], []).append(place)
        elif key in layout.refused:
            refused.append(place)
    return _Candidate(layout, found, refused)


def _quoted(names: Sequence[str]) -> str:
    more = f" and {len(names) - _HEADERS_SHOWN} more" if len(names) > _HEADERS_SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:_HEADERS_SHOWN]) + more


def _csv_row(column: Column, unknown: Sequence[str]) -> str:
    near = [
        match
        for header in column.headers
        for match in difflib.get_close_matches(header, unknown, n=1, cutoff=0.3)
    ]
    header = near[0] if near else unknown[0] if len(unknown) == 1 else _HEADER_UNKNOWN
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        [column.name, header, column.type, column.required, "", "seen", ""]
    )
    return line.getvalue()


def _missing(best: _Candidate, headers: Sequence[str], file_name: str) -> MissingHeader:
    source = best.layout.source
    unknown = best.unknown(headers)
    rows = tuple(_csv_row(column, unknown) for column in best.missing)
    expected = ", ".join(
        " or ".join(f"'{header}'" for header in column.headers) + f" ({column.name})"
        for column in best.missing
    )
    found = _quoted(unknown) if unknown else "none"
    return MissingHeader(
        f"{file_name}: it looks like {source}, but expected and not there: {expected}. "
        f"Found, and known to no layout: {found}. `seedbed layout learn` on the file proposes "
        "which of these is the missing column, and writes it; or by hand: add to "
        f"layouts/{source}/columns.csv of the home (first line: "
        f"{','.join(ColumnRow.model_fields)}) the row: {' ; '.join(rows)}",
        source=source,
        columns=tuple(column.name for column in best.missing),
        unmatched=unknown,
        rows=rows,
    )


def _unrecognised(headers: Sequence[str], book: LayoutBook, file_name: str) -> UnrecognisedFile:
    names = [shown(header) for header in headers if normalise(header)]
    nearest = max(
        _candidates(headers, book),
        key=lambda candidate: (len(candidate.found), -len(candidate.missing)),
    )
    if not nearest.found and _is_mojibake(headers, book):
        return UnrecognisedFile(
            f"{file_name}: its text was read in a wrong encoding before it was saved, so its "
            "headers are garbled and cells may be lost; download it again."
        )
    if not nearest.found:
        # The first row may be data, even personal data: it is not shown.
        what = f"no layout fits its first row ({len(names)} cells, none of them a known header)"
    elif nearest.refused and not nearest.missing:
        refused = [shown(headers[place]) for place in nearest.refused]
        what = f"it looks like {nearest.layout.source}, but has {_quoted(refused)}"
    else:
        needs = _quoted([column.headers[0] for column in nearest.layout.required])
        what = (
            f"no layout fits its headers ({_quoted(names)}); the nearest, "
            f"{nearest.layout.source}, needs {needs}"
        )
    return UnrecognisedFile(
        f"{file_name}: {what}. Download it again with its header row, or teach its layout with "
        f"`seedbed layout learn`."
    )


def _is_mojibake(headers: Sequence[str], book: LayoutBook) -> bool:
    """Whether headers would be known, had their bytes been read in the right encoding."""
    known = {key for layout in book.layouts.values() for key in layout.column_of}
    text = "\n".join(headers)
    for wrong, right in _CONFUSED:
        meant = text.encode(wrong, errors="ignore").decode(right, errors="ignore")
        if any(normalise(header) in known for header in meant.split("\n")):
            return True
    return False


def _refuse_twins(best: _Candidate, headers: Sequence[str], file_name: str) -> None:
    for name, places in best.found.items():
        twins = [shown(headers[place]) for place in places]
        if len(twins) == 1:
            continue
        if len(set(twins)) == 1:
            raise AmbiguousHeader(
                f"{file_name}: the column '{twins[0]}' is in it {len(twins)} times, and only one "
                "can be right; remove the others from the file."
            )
        raise AmbiguousHeader(
            f"{file_name}: the columns {_quoted(twins)} are all {name}, and only one can be; "
            f"remove the others from the file, or list their headers in "
            f"layouts/{best.layout.source}/ignored.csv of the home."
        )
