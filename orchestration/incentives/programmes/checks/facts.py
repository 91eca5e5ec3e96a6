"""Facts: declared before they are stated, and stated of merchants that there are. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from orchestration.incentives.programmes.checks.finding import Finding, warning
from orchestration.incentives.programmes.facts import YES_NO, Statement
from orchestration.incentives.programmes.load import Programmes
from orchestration.incentives.programmes.metrics import shipped_metrics


def fact_findings(
    programmes: Programmes, merchant_ids: Collection[str] | None
) -> Iterator[Finding]:
    """What is wrong with the facts and with what is stated of merchants."""
    where = programmes.facts.where
    facts = programmes.facts.says
    taken = {metric.metric for metric in shipped_metrics()}
    units = {fact.fact: fact.unit for fact in facts.facts}
    for number, fact in enumerate(facts.facts):
        if fact.fact in taken:
            yield Finding(
                "facts",
                where(("facts", number)),
                f"'{fact.fact}' is a metric that exports tell; give the fact another name",
            )
    for number, statement in enumerate(facts.statements):
        place = ("statements", number)
        if problem := _wrong_value(statement, units):
            yield Finding("facts", where((*place, "fact")), problem)
        if merchant_ids is not None and statement.merchant_id not in merchant_ids:
            yield warning(
                "facts",
                where((*place, "merchant_id")),
                f"the register has no merchant '{statement.merchant_id}', so nobody is told by "
                "this; mend the id",
            )


def _wrong_value(statement: Statement, units: dict[str, str]) -> str | None:
    unit = units.get(statement.fact)
    if unit is None:
        return f"'{statement.fact}' is declared nowhere; add it to `facts` with its unit"
    if isinstance(statement.value, bool) != (unit == YES_NO):
        wanted = "true or false" if unit == YES_NO else f"a number ({unit})"
        return f"{statement.fact} is {wanted}; write its value so"
    return None
