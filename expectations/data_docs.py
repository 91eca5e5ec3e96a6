"""The Data Docs of a validation: Great Expectations' own renderer, in a page that asks for nothing.

Its shipped page loads styles, fonts and scripts from elsewhere, and shows values of failing cells.
Here its sections, statements and statistics stand in a template of ours, of counts alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.suite import Expectation

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.render.view.view import DefaultJinjaPageView

    from expectations.engine import Outcome

_TEMPLATES = Path(__file__).parent / "templates"
# What says how many, never what: every other part of an answer may hold a cell.
_COUNTS = ("element_count", "unexpected_count", "unexpected_percent", "missing_count")
# What they observe is a number of rows, or names of columns; others observe values.
_OBSERVE_NO_VALUE = ("unexpected_rows_expectation", "expect_table_")
# As it calls the section of those that are about no single column.
_OF_THE_TABLE = "Table-Level Expectations"
# How Great Expectations marks a row where it may not use a font of icons.
_STATUS = {"✅": "passed", "❌": "failed", "❗": "raised"}


@dataclass(frozen=True)
class _Row:
    """An expectation as rendered: `statement` and `observed` are blocks of Great Expectations.

    `status` is one of passed, failed, raised; `failing` counts rows, None where they are not.
    """

    status: str
    failing: int | None
    statement: Any
    observed: Any
    expectation: Expectation


def page_of(
    title: str,
    about: str,
    expectations: Sequence[Expectation],
    outcomes: Mapping[str, Outcome],
) -> str:
    """The page of one validation as HTML; each expectation has its name as the anchor.

    Args:
        title: what was validated, and when.
        about: a sentence below it.
        expectations: the suite, each of them in `outcomes`.
        outcomes: as `engine.validate` gave them.
    """
    document = _rendered([_counts_only(one, outcomes[one.name]) for one in expectations])
    overview, *columns = document["sections"]
    # Beside the statistics it has links to pages that are not there, and names of objects of a
    # context that is gone.
    _, statistics, *_ = overview["content_blocks"]
    # It keeps the order of a column's expectations, but has no place for what the suite says of
    # each: a configuration with a property of ours is refused.
    of_column: dict[str, list[Expectation]] = defaultdict(list)
    for one in expectations:
        of_column[one.kwargs.get("column", _OF_THE_TABLE)].append(one)
    sections = []
    for column in columns:
        name, (_, table) = column["section_name"], column["content_blocks"]
        pairs = zip(of_column[name], table["table"], strict=True)
        sections.append((name, [_row(one, outcomes[one.name], cells) for one, cells in pairs]))
    template = _view().env.get_template("data_docs.html")
    return template.render(
        title=title, about=about, statistics=statistics["table"], sections=sections
    )


def _rendered(results: list[ExpectationValidationResult]) -> Any:
    """What its own renderer makes of a validation: sections of blocks, as JSON."""
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    successes = sum(bool(one.success) for one in results)
    validation = ExpectationSuiteValidationResult(
        success=successes == len(results),
        results=results,
        suite_name="",
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": successes,
            "unsuccessful_expectations": len(results) - successes,
            "success_percent": 100 * successes / len(results),
        },
    )
    return ValidationResultsPageRenderer().render(validation).to_json_dict()


@cache
def _view() -> DefaultJinjaPageView:
    from great_expectations.render.view.view import DefaultJinjaPageView

    return DefaultJinjaPageView(custom_views_directory=str(_TEMPLATES))


def _counts_only(expectation: Expectation, outcome: Outcome) -> ExpectationValidationResult:
    """What Great Expectations answered, but for cells, its own description and its traceback."""
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    found: dict[str, Any] = dict(outcome.answer.result) if outcome.answer is not None else {}
    counts = {name: found[name] for name in _COUNTS if found.get(name) is not None}
    if expectation.type.startswith(_OBSERVE_NO_VALUE):
        seen = found.get("observed_value")
        names = f"{len(seen)} columns" if isinstance(seen, list) else None
        counts["observed_value"] = outcome.detail or names or seen
    return ExpectationValidationResult(
        success=outcome.passed,
        expectation_config=ExpectationConfiguration(
            type=expectation.type,
            kwargs=dict(expectation.kwargs),
        ),
        result=counts,
        exception_info=_raised(outcome.fault),
    )


def _raised(fault: str | None) -> dict[str, Any]:
    return {
        "raised_exception": fault is not None,
        "exception_message": fault or "",
        "exception_traceback": "",
    }


def _row(expectation: Expectation, outcome: Outcome, cells: Sequence[Any]) -> _Row:
    mark, statement, observed = cells
    status = _STATUS[mark["string_template"]["params"]["markdown_status_icon"]]
    failing = outcome.unexpected_count
    return _Row(status, failing, _without_folds(statement), observed, expectation)


def _without_folds(cell: Any) -> Any:
    """A list without what needs a script to be unfolded."""
    if not isinstance(cell, list):
        return cell
    return [_without_folds(one) for one in cell if one.get("content_block_type") != "collapse"]
