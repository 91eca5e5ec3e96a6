"""What speaks for whose a file is, weighed: evidence, and the suggestion that it makes. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from orchestration.flow.owners import IdKey

# What only one merchant can have: a registered id, or rows of the same orders.
SURE = 0.95
# Likely enough to speak against another merchant.
LIKELY = 0.5

State = Literal["sure", "likely", "disputed", "unknown"]


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a merchant: how much (0 to 1), and in words."""

    merchant_id: str
    certainty: float
    reason: str


@dataclass(frozen=True)
class Unclaimed:
    """A file of nobody: what it is and whose it may be.

    `source` is None where it cannot be read, for the reason in `fault`. `ids` are the shops and
    accounts that it names, `names` those of shops and accounts in it. `evidence` is strongest
    first. `objection` says why even strong evidence is not enough.
    """

    file_sha256: str
    file_name: str
    source: str | None
    fault: str | None = None
    ids: frozenset[IdKey] = frozenset()
    names: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    objection: str | None = None

    @property
    def best(self) -> Evidence | None:
        """The strongest evidence, if it is for one merchant only."""
        if not self.evidence:
            return None
        best = self.evidence[0]
        rivals = [one for one in self.evidence if one.merchant_id != best.merchant_id]
        return None if rivals and rivals[0].certainty == best.certainty else best

    @property
    def state(self) -> State:
        """Whether it can be given away unasked, perhaps, to one of several, or to nobody."""
        if self.best is None:
            return "disputed" if self.evidence else "unknown"
        if self.objection:
            return "disputed"
        return "sure" if self.best.certainty >= SURE else "likely"


def weighed(files: Iterable[Unclaimed]) -> list[Unclaimed]:
    """The files with what sure ones tell about others, and with objections to contradictions."""
    judged = [_objected(_in_order(file)) for file in files]
    judged = _with_ids_of_sure_ones(judged)
    return _without_contradictions(judged)


def _in_order(file: Unclaimed) -> Unclaimed:
    ordered = sorted(file.evidence, key=lambda one: (-one.certainty, one.merchant_id, one.reason))
    return replace(file, evidence=tuple(ordered))


def _objected(file: Unclaimed) -> Unclaimed:
    """A file that something else speaks against is not sure."""
    best = file.best
    if best is None:
        return file
    against = [
        one
        for one in file.evidence
        if one.merchant_id != best.merchant_id and one.certainty >= LIKELY
    ]
    if not against:
        return file
    return replace(file, objection=f"but {against[0].reason}, which is {against[0].merchant_id}'s")


def _with_ids_of_sure_ones(files: Sequence[Unclaimed]) -> list[Unclaimed]:
    """A shop that a sure file names is that merchant's in the other files too."""
    told = _ids_of_sure_ones(files)
    result: list[Unclaimed] = []
    for file in files:
        more = [
            Evidence(
                merchant_id, SURE, f"it names {kind} {owned_id}, as {name} does, which is sure"
            )
            for key in sorted(file.ids)
            for merchant_id, name in told.get(key, {}).items()
            if file.state != "sure"
            for kind, _, owned_id in (key,)
        ]
        result.append(
            _objected(_in_order(replace(file, evidence=(*file.evidence, *more)))) if more else file
        )
    return result


def _ids_of_sure_ones(files: Iterable[Unclaimed]) -> Mapping[IdKey, Mapping[str, str]]:
    """By id: the merchants whose sure files name it, and such a file."""
    told: dict[IdKey, dict[str, str]] = defaultdict(dict)
    for file in files:
        if file.state == "sure" and file.best:
            for key in file.ids:
                told[key].setdefault(file.best.merchant_id, file.file_name)
    return told


def _without_contradictions(files: Sequence[Unclaimed]) -> list[Unclaimed]:
    """One shop or account cannot go to two merchants: none of its files is sure then."""
    told = _ids_of_sure_ones(files)
    result: list[Unclaimed] = []
    for file in files:
        torn = [key for key in sorted(file.ids) if len(told.get(key, {})) > 1]
        if torn and file.objection is None:
            kind, _, owned_id = torn[0]
            whose = " and ".join(sorted(told[torn[0]]))
            reason = f"but files that name {kind} {owned_id} would go to {whose}"
            result.append(replace(file, objection=reason))
        else:
            result.append(file)
    return result
