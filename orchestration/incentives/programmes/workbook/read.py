"""From the rows of a workbook to programmes and facts, or to everything that is wrong. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.incentives.checked_yaml import Document, Place, RulebookError, checked
from orchestration.incentives.programmes.facts import Facts
from orchestration.incentives.programmes.load import Programmes
from orchestration.incentives.programmes.model import Programme
from orchestration.incentives.programmes.workbook.columns import (
    CONDITIONS,
    FACTS,
    GROUPS,
    STATEMENTS,
    TIERS,
    VERSIONS,
)
from orchestration.incentives.programmes.workbook.tables import Row, Sheets, read_tables

_Key = tuple[str, str, str]
_KEY_FIELDS = ("programme", "version", "recorded_at")
_LISTS = ("include", "exclude")
_Tables = Mapping[str, Sequence[Row]]


class _Content:
    """What a file would say, gathered from cells, and the cell of each place."""

    def __init__(self) -> None:
        self.says: dict[str, Any] = {}
        self._cells: dict[Place, str] = {}

    def put(self, place: Place, row: Row, field: str, value: Any = None) -> None:
        """Put the value of a cell (or another one) at a place; a blank cell only has its place."""
        self._cells.setdefault(place, row.cell(field))
        value = row.values.get(field) if value is None else value
        if value is None:
            return
        *above, last = place
        below: Any = self.says
        for part in above:
            below = below[part] if isinstance(part, int) else below.setdefault(part, {})
        below[last] = value

    def put_row(self, place: Place, row: Row, skipped: tuple[str, ...] = ()) -> None:
        """Put a row and all its cells below a place."""
        self._cells.setdefault(place, row.where)
        for field in row.places:
            if field not in skipped:
                self.put((*place, *field.split(".")), row, field)

    def grow(self, place: Place) -> Place:
        """Add an empty entry to the list at a place; gives its own place."""
        *above, last = place
        below: Any = self.says
        for part in above:
            below = below[part]
        entries = below.setdefault(last, [])
        entries.append({})
        return (*place, len(entries) - 1)

    def where(self, place: Place) -> str:
        """The cell of a place, or the first one of those below it, or of what is above it."""
        while place:
            if place in self._cells:
                return self._cells[place]
            below = (cell for at, cell in self._cells.items() if at[: len(place)] == place)
            if found := next(below, None):
                return found
            place = place[:-1]
        return next(iter(self._cells.values()), "The workbook")


def programmes_of(sheets: Sheets) -> Programmes:
    """The programmes and facts of a workbook.

    Raises:
        RulebookError: cells mean nothing or contradict each other; every one is told.
    """
    tables = read_tables(sheets)
    faults = [*_strays(tables), *_doubled(tables), *_misnumbered(tables[TIERS])]
    below = {sheet: _by_key(tables[sheet]) for sheet in (CONDITIONS, TIERS, GROUPS)}
    documents: list[Document[Programme]] = []
    for rows in _by_programme(tables[VERSIONS]).values():
        content = _programme(rows, below)
        try:
            says = checked(content.says, Programme, content.where)
            documents.append(Document(says, content.where))
        except RulebookError as error:
            faults.extend(error.faults)
    facts = _facts(tables)
    try:
        says = checked(facts.says, Facts, facts.where)
    except RulebookError as error:
        raise RulebookError(*faults, *error.faults) from error
    if faults:
        raise RulebookError(*faults)
    documents.sort(key=lambda document: document.says.programme)
    return Programmes(tuple(documents), Document(says, facts.where))


def _key(row: Row) -> _Key:
    return row.text("programme"), row.text("version"), row.text("recorded_at")


def _by_key(rows: Sequence[Row]) -> Mapping[_Key, list[Row]]:
    found: defaultdict[_Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[_key(row)].append(row)
    return found


def _by_programme(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.text("programme")].append(row)
    return found


def _strays(tables: _Tables) -> Iterator[str]:
    """Rows of other sheets that belong to no version."""
    known = {_key(row) for row in tables[VERSIONS]}
    for sheet in (CONDITIONS, TIERS, GROUPS):
        for row in tables[sheet]:
            if _key(row) not in known:
                _, version, recorded_at = _key(row)
                yield row.fault(
                    "programme",
                    f"sheet {VERSIONS} has no version {version} of it that was recorded at "
                    f"{recorded_at}; write all three as they stand there",
                )


def _doubled(tables: _Tables) -> Iterator[str]:
    """A programme that has two names, or a record that stands there twice."""
    seen: dict[_Key, Row] = {}
    for rows in _by_programme(tables[VERSIONS]).values():
        for row in rows:
            first = seen.setdefault(_key(row), row)
            if first is not row:
                yield row.fault("version", f"row {first.number} is the same record; take one out")
            for field in ("name.zh", "name.en", "name.it"):
                if row.text(field) != rows[0].text(field):
                    yield row.fault(
                        field,
                        f"row {rows[0].number} has '{rows[0].text(field)}'; a programme has one "
                        "name in all its rows",
                    )


def _misnumbered(rows: Sequence[Row]) -> Iterator[str]:
    """Tiers that are not 1, 2, 3 and so on."""
    for tiers in _by_key(rows).values():
        numbers = sorted(_number(row, "tier") for row in tiers)
        if numbers != list(range(1, len(tiers) + 1)):
            yield tiers[0].fault(
                "tier",
                f"the tiers of {tiers[0].text('programme')} are {', '.join(map(str, numbers))}; "
                f"number them from 1 to {len(tiers)}, each once",
            )


def _number(row: Row, field: str) -> int:
    """A number to put rows in order by; what is none comes first."""
    text = row.text(field)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _programme(rows: Sequence[Row], below: Mapping[str, Mapping[_Key, list[Row]]]) -> _Content:
    content = _Content()
    first = rows[0]
    for field in ("programme", "name.zh", "name.en", "name.it"):
        content.put(tuple(field.split(".")), first, field)
    content.says.setdefault("name", {})
    names = ("programme", "name.zh", "name.en", "name.it")
    for row in rows:
        version = content.grow(("versions",))
        content.put_row(version, row, names)
        content.says["versions"][version[-1]].update(gates=[], goals=[], exclusive=[])
        _put_conditions(content, version, below[CONDITIONS].get(_key(row), []))
        tiers = below[TIERS].get(_key(row), [])
        for tier in sorted(tiers, key=lambda one: _number(one, "tier")):
            place = content.grow((*version, "reward", "tiers"))
            content.put_row(place, tier, (*_KEY_FIELDS, "tier"))
        for group in below[GROUPS].get(_key(row), []):
            content.put_row(content.grow((*version, "exclusive")), group, _KEY_FIELDS)
    return content


def _put_conditions(content: _Content, version: Place, rows: Sequence[Row]) -> None:
    entries: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        entries[row.text("role"), _number(row, "entry")].append(row)
    for (role, _), conditions in sorted(entries.items(), key=lambda entry: entry[0]):
        entry = content.grow((*version, role))
        for row in conditions:
            is_alone = len(conditions) == 1
            place = entry if is_alone else content.grow((*entry, "any"))
            content.put_row(place, row, (*_KEY_FIELDS, "role", "entry", "comparison", "value"))
            comparison = row.text("comparison")
            value = row.values.get("value")
            if comparison in _LISTS and isinstance(value, str):
                content.put((*place, comparison), row, "value", listed(value))
            else:
                content.put((*place, comparison), row, "value")


def listed(text: str) -> list[str]:
    """The names in a cell: one a line, or all in one line between 、."""
    parts = text.splitlines() if "\n" in text else text.split("、")
    return [part.strip() for part in parts if part.strip()]


def _facts(tables: _Tables) -> _Content:
    content = _Content()
    content.says.update(facts=[], statements=[])
    for sheet, field in ((FACTS, "facts"), (STATEMENTS, "statements")):
        for row in tables[sheet]:
            content.put_row(content.grow((field,)), row)
    return content
