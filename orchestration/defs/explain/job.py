"""A figure explained in the UI, as `seedbed explain` does in a terminal."""

import dagster as dg
from pydantic import Field

from orchestration.explanation.shown import as_text
from orchestration.flow.explain import explained
from orchestration.flow.workspace import HomeError
from orchestration.periods import PeriodError
from orchestration.settings import SettingsError, home_from_environment
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.explain.errors import ExplainError

# So many rows of each level fill a screen or two; `seedbed explain --json` has all.
_SHOWN = 20
_REFUSALS = (ExplainError, HomeError, PeriodError, SettingsError, WarehouseError)


class ExplainConfig(dg.Config):
    """Which figure to explain."""

    figure: str = Field(
        description="merchant/week/figure, such as m001/2024-W37/gmv, or the id of a digest's "
        "figure."
    )


@dg.op
def explain(context: dg.OpExecutionContext, config: ExplainConfig) -> None:
    """What a figure is made of; the answer is the metadata of the step's output."""
    try:
        found = explained(home_from_environment(), config.figure, _SHOWN)
    except _REFUSALS as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    context.add_output_metadata(
        {
            "figure": found.figure_id,
            "build": found.build_id,
            "every_sum_is_proven": found.is_proven,
            # Four backticks: no name of a file closes them.
            "explanation": dg.MetadataValue.md(f"````text\n{as_text(found)}\n````"),
        }
    )


@dg.job(
    description="Why is this number so? Write a figure into the Launchpad, such as "
    "`ops: {explain: {config: {figure: m001/2024-W37/gmv}}}`; the metadata of the step's output "
    "shows its sums, days, orders, lines and files. Reads what is published, and changes nothing; "
    "it waits for a run that is under way, as `seedbed explain` does not."
)
def explain_job() -> None:
    """One op: no asset, for an explanation is nobody's input."""
    explain()
