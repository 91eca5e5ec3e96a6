"""What every asset says of itself in the UI beside its words, and how lists and tables look."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import wraps
from inspect import isgeneratorfunction
from time import perf_counter
from typing import Any, ParamSpec, TypedDict, TypeVar

import dagster as dg

from orchestration.home import PROJECT_ROOT

# Whoever reads the data team's digest answers for the assets.
_OWNERS = ["team:data"]
_DOCS = {
    "eligibility": "rulebook.md",
    "publish": "monday.md",
    "reporting": "monday.md",
    "digest": "monday.md",
}
_ELSE = "architecture.md"


class About(TypedDict):
    """The words of an asset that are the same for its whole stage."""

    group_name: str
    owners: list[str]
    metadata: dict[str, Any]


def about(stage: str, code: str = "") -> About:
    """An asset of this stage: its group, its owner, the document that tells more, and its code.

    `code`: the file that wires it; dbt models name their own.
    """
    document = PROJECT_ROOT / "docs" / _DOCS.get(stage, _ELSE)
    metadata: dict[str, Any] = {"docs": dg.MetadataValue.path(str(document))}
    if code:
        wired = dg.LocalFileCodeReference(file_path=code, line_number=1)
        metadata["dagster/code_references"] = dg.CodeReferencesMetadataValue(
            code_references=[wired]
        )
    return About(group_name=stage, owners=_OWNERS, metadata=metadata)


_Told = TypeVar("_Told", dg.MaterializeResult, Iterator[dg.MaterializeResult])
_P = ParamSpec("_P")


def timed(step: Callable[_P, _Told]) -> Callable[_P, _Told]:
    """Let a step tell its seconds beside what else it tells: a number, drawn over time in the UI.

    Of a step that makes several assets each has those of the whole step. dbt models tell their own.
    """

    @wraps(step)
    def one(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        began = perf_counter()
        made = step(*args, **kwargs)
        return _with_seconds(made, perf_counter() - began)

    @wraps(step)
    def many(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        began = perf_counter()
        # All of it first: its time is over when the last one is made.
        found = list(step(*args, **kwargs))
        seconds = perf_counter() - began
        for made in found:
            yield _with_seconds(made, seconds)

    # Dagster looks whether a step yields.
    return many if isgeneratorfunction(step) else one


def _with_seconds(made: Any, seconds: float) -> dg.MaterializeResult:
    return made._replace(metadata={"seconds": round(seconds, 2), **(made.metadata or {})})


def listed(sentences: Iterable[str]) -> dg.MarkdownMetadataValue:
    """Sentences below each other; without any the word none, for an empty cell says nothing."""
    return dg.MetadataValue.md("\n".join(f"- {one}" for one in sentences) or "none")


def tabled(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """A table, numbers to the right; without rows the word none."""
    found = list(rows)
    if not found:
        return dg.MetadataValue.md("none")
    rule = ["--:" if _is_number(cell) else "---" for cell in found[0]]
    lines = [columns, rule, *([_cell(cell) for cell in row] for row in found)]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | Decimal)


def _cell(cell: object) -> str:
    if _is_number(cell):
        return f"{cell:,}"
    # A file is called whatever somebody typed, and a bar would begin another cell.
    return " ".join(str(cell).replace("|", "/").split())
