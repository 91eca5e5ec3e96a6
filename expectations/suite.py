"""Suite files: read and checked here, without Great Expectations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.rows import ROW_KEYS, SOURCE_NAME, STAGED_FAULT

SUITES = Path(__file__).parent / "suites"

# The kinds of expectation for which Great Expectations hands out a query of all failing rows
# that can be trusted on DuckDB. Multi-column ones leave parameters unbound in theirs.
_ROW_TYPES = (
    "expect_column_values_",
    "expect_column_value_lengths_",
    "expect_column_pair_values_",
    "unexpected_rows_expectation",
)
_NAME = r"^[a-z][a-z0-9_]*$"


class SuiteError(Exception):
    """A suite cannot be used; the message names file, expectation, fault and mend."""


class Strict(BaseModel):
    """What a suite file holds: nothing but what it is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectation(Strict):
    """One thing that is expected of the rows of a source or of a mart.

    `kind` row: rows pass or fail one by one; table: the rows as a whole do.
    `severity` critical: what fails is never published; warning: it is only told.
    """

    name: str = Field(pattern=_NAME)
    type: str = Field(pattern=_NAME)
    kwargs: dict[str, Any]
    severity: Literal["critical", "warning"]
    kind: Literal["row", "table"]
    description: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    suggested_fix: str = Field(min_length=1)

    @model_validator(mode="after")
    def _row_type_is_known(self) -> Expectation:
        if self.kind == "row" and not self.type.startswith(_ROW_TYPES):
            raise ValueError(
                f"'{self.type}' cannot name its failing rows; "
                "write it as unexpected_rows_expectation, or make its kind 'table'"
            )
        if "row_condition" in self.kwargs:
            raise ValueError(
                "row_condition is lost when the failing rows are listed; "
                "write it as unexpected_rows_expectation with the condition in its query"
            )
        query = self.kwargs.get("unexpected_rows_query")
        if query is not None and "{batch}" not in query:
            raise ValueError("unexpected_rows_query must read from {batch}")
        return self


class GateExpectation(Expectation):
    """One thing that is expected of the staged rows of a source.

    A row that fails a critical one goes to quarantine, a table that does stops the source.
    `rule` and `reason` go to quarantine with each failing row; `rule_column` and `reason_column`
    name the staged columns that hold them, where each row knows its own.
    """

    rule: str | None = Field(default=None, pattern=_NAME)
    reason: str | None = None
    rule_column: str | None = Field(default=None, pattern=r"^[a-z0-9_]+$")
    reason_column: str | None = Field(default=None, pattern=r"^[a-z0-9_]+$")

    @property
    def rejects_rows(self) -> bool:
        """Whether a failing row goes to quarantine."""
        return self.kind == "row" and self.severity == "critical"

    @model_validator(mode="after")
    def _rule_where_rows_are_rejected(self) -> GateExpectation:
        fixed = self.rule is not None and self.reason is not None
        own = self.rule_column is not None and self.reason_column is not None
        given = [self.rule, self.reason, self.rule_column, self.reason_column]
        complete = (fixed != own) and sum(value is not None for value in given) == 2
        if self.rejects_rows and not complete:
            raise ValueError(
                "a critical row expectation needs rule and reason, or rule_column and reason_column"
            )
        if not self.rejects_rows and any(value is not None for value in given):
            raise ValueError("rule and reason belong to critical row expectations only")
        return self


class Suite(Strict):
    """All expectations of one source.

    `family`: those in `_<family>.yml`, which several sources share, come before its own.
    """

    source: str = Field(pattern=f"^{SOURCE_NAME}$")
    family: str | None = Field(default=None, pattern=_NAME)
    expectations: tuple[GateExpectation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Suite:
        refuse_repeated("name", [one.name for one in self.expectations])
        refuse_repeated("rule", [one.rule for one in self.expectations if one.rule])
        return self


def refuse_repeated(label: str, values: Sequence[str]) -> None:
    """Raise a ValueError that names the first value that stands there more than once."""
    for value in sorted(set(values)):
        if values.count(value) > 1:
            raise ValueError(f"the {label} '{value}' is used {values.count(value)} times")


class _Shared(Strict):
    """Expectations of several sources of one kind."""

    expectations: tuple[GateExpectation, ...] = Field(min_length=1)


_Content = TypeVar("_Content", bound=Strict)


def suite_names() -> tuple[str, ...]:
    """The sources that have a suite, in alphabetical order."""
    return tuple(sorted(path.stem for path in SUITES.glob("[!_]*.yml")))


def read_suite(path: Path) -> Suite:
    """Read and check one suite file, and what it shares with its family.

    Raises:
        SuiteError: a file is missing, is no YAML, or an entry is wrong.
    """
    known = f"the sources with a suite are: {', '.join(suite_names())}"
    suite = read_content(path, Suite, known)
    if suite.source != path.stem:
        raise SuiteError(
            f"{path}: its source is '{suite.source}'; rename the file to {suite.source}.yml."
        )
    if suite.family is None:
        return suite
    shared = read_content(path.with_name(f"_{suite.family}.yml"), _Shared, known)
    together = {**suite.model_dump(), "expectations": (*shared.expectations, *suite.expectations)}
    return _checked(path, Suite, together)


def read_content(path: Path, model: type[_Content], known: str) -> _Content:
    """What a file says, checked; `known` says which files there are, should it be missing.

    Raises:
        SuiteError: it is missing, is no YAML, or an entry is wrong.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SuiteError(f"{path} is missing; {known}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} is not valid YAML: {error}.") from error
    return _checked(path, model, content)


def _checked(path: Path, model: type[_Content], content: object) -> _Content:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = _place(first["loc"], content)
        raise SuiteError(f"{path}: {place}: {first['msg']}.") from error


def _place(location: tuple[int | str, ...], content: object) -> str:
    """Where in the file: an expectation by its name rather than by its number."""
    parts = [str(part) for part in location] or ["the whole file"]
    if len(location) > 1 and isinstance(content, dict) and isinstance(location[1], int):
        entry = content["expectations"][location[1]]
        if isinstance(entry, dict) and "name" in entry:
            parts[1] = str(entry["name"])
    return " › ".join(parts)


def load_suite(source: str) -> Suite:
    """The shipped suite of a source; without one, the plain suite.

    Raises:
        SuiteError: its file is wrong.
    """
    path = SUITES / f"{source}.yml"
    return read_suite(path) if path.exists() else plain_suite(source)


def plain_suite(source: str) -> Suite:
    """What is expected of every source: a home's own layout needs no more to be let in.

    What its layout says of cells (their type, those that must be filled) is judged while reading,
    and comes out here.

    Raises:
        SuiteError: no source is named so.
    """
    content = {"source": source, "expectations": [_READABLE, _COMPLETE]}
    return _checked(SUITES / f"{source}.yml", Suite, content)


_READABLE: dict[str, Any] = {
    "name": "rows_are_readable",
    "description": "Every mapped cell of the row could be read as its type.",
    "type": "expect_column_values_to_be_null",
    "kwargs": {"column": "_parse_rule"},
    "severity": "critical",
    "kind": "row",
    "owner": "data team",
    "rule_column": "_parse_rule",
    "reason_column": "_parse_reason",
    "suggested_fix": "Correct the cell in the export, or mend its type in the layout and read the "
    "file again.",
}
_COMPLETE: dict[str, Any] = {
    "name": "all_columns_are_there",
    "description": "Every staged file has the columns that all sources share.",
    "type": "expect_table_columns_to_match_set",
    "kwargs": {
        "exact_match": False,
        "column_set": [name for name, _ in (*ROW_KEYS, *STAGED_FAULT)],
    },
    "severity": "critical",
    "kind": "table",
    "owner": "data team",
    "suggested_fix": "The reader and the gate disagree; run the reader's tests first.",
}
