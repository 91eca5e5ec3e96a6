"""What a person is told to do about a rule, and which cells of a row it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from expectations.suite import Expectation, Suite, load_suite
from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.values.cell_types import EXPECTED

OTHER_LENGTH = "row_has_other_length"
_PARSE_RULE = re.compile(r"(?P<column>[a-z0-9_]+)_(?P<kind>unreadable|missing)")
_COLUMN_WORDS = ("column", "column_A", "column_B")
_QUERY = "unexpected_rows_query"
_WORD = re.compile(r"[a-z0-9_]+")
_NEGATIVE, _MINUS = "_negative", "-"
_PUT_UNDER_HEADERS = (
    "Put each cell under its header (export with --from-landing --personal to see the row as it "
    "stands in the file), or download the export again."
)


class Fixes:
    """The rules of all sources: their fixes and their cells."""

    def __init__(self, book: LayoutBook) -> None:
        self._book = book
        self._suite = cache(load_suite)

    def fix(self, source: str, rule: str) -> str:
        """One sentence that says how a row that breaks this rule is mended."""
        suite = self._suite(source)
        expectation = _of_rule(suite, rule)
        if expectation is not None:
            return expectation.suggested_fix
        if rule == OTHER_LENGTH:
            return _PUT_UNDER_HEADERS
        told = _PARSE_RULE.fullmatch(rule)
        column = self._book.get(source).columns.get(told["column"]) if told else None
        if told is None or column is None:
            return _reader_fix(suite)
        return _missing_fix(column) if told["kind"] == "missing" else _unreadable_fix(column)

    def faulty(self, source: str, rules: tuple[str, ...], cells: Mapping[str, str]) -> set[str]:
        """The columns of a row that its rules are about; an empty set is the whole row."""
        return {
            name
            for rule in rules
            for name in self.about(source, rule)
            if not rule.endswith(_NEGATIVE) or cells.get(name, "").startswith(_MINUS)
        }

    def about(self, source: str, rule: str) -> set[str]:
        """The columns that a rule is about."""
        layout = self._book.get(source)
        told = _PARSE_RULE.fullmatch(rule)
        if told and told["column"] in layout.columns:
            return {_in_file(layout, told["column"])}
        expectation = _of_rule(self._suite(source), rule)
        named = _named_columns(expectation, layout) if expectation else set()
        # A rule is named after its column where it is about one alone.
        own = max((name for name in named if rule.startswith(name)), key=len, default=None)
        return {_in_file(layout, name) for name in ([own] if own else named)}


def _of_rule(suite: Suite, rule: str) -> Expectation | None:
    return next((one for one in suite.expectations if one.rule == rule), None)


def _reader_fix(suite: Suite) -> str:
    """The fix that speaks for every rule of the reader."""
    return next(one.suggested_fix for one in suite.expectations if one.rule_column)


def _named_columns(expectation: Expectation, layout: Layout) -> set[str]:
    kwargs = expectation.kwargs
    words = {str(kwargs[word]) for word in _COLUMN_WORDS if word in kwargs}
    words |= set(_WORD.findall(str(kwargs.get(_QUERY, ""))))
    return words & set(layout.columns)


def _in_file(layout: Layout, name: str) -> str:
    """The column whose cell it is: a derived one takes another's."""
    derived_from = layout.columns[name].derived_from
    return derived_from if derived_from and derived_from in layout.columns else name


def _unreadable_fix(column: Column) -> str:
    header = column.headers[0] if column.headers else column.name
    if column.type == "customer":
        return (
            f"Under '{header}' write the whole number from the back-office as text, or - where "
            "there is no buyer."
        )
    if column.type == "text":
        return f"Under '{header}' write the whole text from the back-office, in a cell of text."
    return f"Under '{header}' {EXPECTED[column.type].partition('; ')[2]}."


def _missing_fix(column: Column) -> str:
    header = column.headers[0] if column.headers else column.name
    return f"Fill in '{header}' from the back-office, or discard the row if it stands for nothing."
