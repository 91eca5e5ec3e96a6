"""Which merchant a row speaks of: by its id, by its name, or by the next id that is free. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import count

from orchestration.register.model import Register
from orchestration.register.workbook.cells import CellError, spelling
from orchestration.register.workbook.findings import Findings
from orchestration.register.workbook.tables import Row, Table

_NUMBERED = re.compile(r"m([0-9]{1,9})")
_NAMES = ("name_zh", "name_en", "name_it")


def free_ids(used: Iterable[str]) -> Iterator[str]:
    """The numbers after the highest: m001, m002, ...; one that was given up comes not again."""
    numbers = [int(match[1]) for match in map(_NUMBERED.fullmatch, used) if match]
    return (f"m{number:03d}" for number in count(max(numbers, default=0) + 1))


class Whose:
    """The merchants of a workbook, found by what people call them."""

    def __init__(
        self, table: Table, home: Register, used_ids: Collection[str], findings: Findings
    ) -> None:
        self.ids: dict[int, str] = {}
        """The id of each row of the sheet, by the number of the row."""
        self._home_names: defaultdict[str, set[str]] = defaultdict(set)
        for merchant in home.merchants:
            for name in map(spelling, merchant.name.spellings):
                self._home_names[name].add(merchant.merchant_id)
        self._home_ids = {merchant.merchant_id for merchant in home.merchants}
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        self._rows: dict[str, int] = {}
        for row in table.rows:
            if given := row.text("merchant_id"):
                self._add(table, row, given, findings)
        free = free_ids({*used_ids, *self._rows, *self._home_ids})
        for row in table.rows:
            if row.text("merchant_id") or "merchant_id" in row.bad:
                continue
            try:
                merchant_id = self._known(row) or next(free)
            except CellError as error:
                findings.faults.append(table.fault(row, "merchant_id", str(error)))
            else:
                self._add(table, row, merchant_id, findings)

    def _add(self, table: Table, row: Row, merchant_id: str, findings: Findings) -> None:
        if merchant_id in self._rows:
            problem = f"row {self._rows[merchant_id]} is {merchant_id} too; keep one of the two"
            findings.faults.append(table.fault(row, "merchant_id", problem))
            return
        self._rows[merchant_id] = row.number
        self.ids[row.number] = merchant_id
        for name in _names(row):
            self._by_name[name].append(merchant_id)

    def _known(self, row: Row) -> str | None:
        """The merchant of the home that has a name of this row, which has no id.

        Raises:
            CellError: it could be another one too.
        """
        names = _names(row)
        rows = [self._rows[found] for name in names for found in self._by_name[name]]
        if rows:
            raise CellError(f"row {rows[0]} has the same name; write an id in this row")
        known = sorted(set().union(*(self._home_names.get(name, ()) for name in names)))
        if len(known) > 1:
            raise CellError(f"{' and '.join(known)} have this name; write the id of the one meant")
        return known[0] if known else None

    def find(self, called: str) -> str:
        """The id of the merchant that a row of another sheet names.

        Raises:
            CellError: there is none, or more than one.
        """
        if called in self._rows:
            return called
        found = self._by_name.get(spelling(called), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise CellError(f"{' and '.join(found)} have this name; write the id of the one meant")
        if called in self._home_ids or self._home_names.get(spelling(called)):
            raise CellError("it is in the register, but has no row in sheet 商家; add one there")
        raise CellError("no merchant of this id or name is in sheet 商家; add a row there")


def _names(row: Row) -> set[str]:
    return {spelling(name) for name in map(row.text, _NAMES) if name}
