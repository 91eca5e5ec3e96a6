"""What differs between two rulebooks, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from orchestration.incentives.programmes.load import Programmes
from orchestration.incentives.programmes.metrics import known_metrics
from orchestration.incentives.programmes.model import Programme
from orchestration.incentives.programmes.words import (
    Metrics,
    fact_words,
    name_words,
    version_words,
)

FACTS = "facts"


@dataclass(frozen=True)
class Difference:
    """One thing that is there, is not there any more, or is otherwise.

    Of a programme as a whole `version` is None, of a version as a whole `what` is. `programme` is
    'facts' for what is stated of merchants.
    """

    programme: str
    name: str
    version: int | None
    what: str | None
    kind: Literal["added", "removed", "changed"]
    old: str | None = None
    new: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Told:
    """Parts of something, each in words."""

    programme: str
    name: str
    version: int | None
    parts: Mapping[str, str]


def differences(old: Programmes, new: Programmes) -> list[Difference]:
    """What the second rulebook says otherwise than the first, as both know it today."""
    before = {one.says.programme: one.says for one in old.documents}
    after = {one.says.programme: one.says for one in new.documents}
    metrics = known_metrics(old.facts.says.facts), known_metrics(new.facts.says.facts)
    found: list[Difference] = []
    for programme in sorted(before | after):
        first, second = before.get(programme), after.get(programme)
        if first is None or second is None:
            found.append(_whole(first, second))
        else:
            found.extend(_of_programme(first, second, metrics))
    facts = [_Told(FACTS, FACTS, None, fact_words(one.facts.says)) for one in (old, new)]
    return [*found, *_of_parts(*facts)]


def _whole(old: Programme | None, new: Programme | None) -> Difference:
    """A programme that only one of them has."""
    programme = new or old
    assert programme is not None
    kind = "added" if old is None else "removed"
    return Difference(programme.programme, name_words(programme), None, None, kind)


def _of_programme(
    old: Programme, new: Programme, metrics: tuple[Metrics, Metrics]
) -> Iterator[Difference]:
    programme, name = new.programme, name_words(new)
    if old.name != new.name:
        yield Difference(programme, name, None, "name", "changed", name_words(old), name)
    for version in sorted(old.latest | new.latest):
        before, after = old.latest.get(version), new.latest.get(version)
        if before is None or after is None:
            kind = "added" if before is None else "removed"
            yield Difference(programme, name, version, None, kind)
            continue
        yield from _of_parts(
            _Told(programme, name, version, version_words(old.versions[before], metrics[0])),
            _Told(programme, name, version, version_words(new.versions[after], metrics[1])),
        )


def _of_parts(old: _Told, new: _Told) -> Iterator[Difference]:
    for what in {**old.parts, **new.parts}:
        before, after = old.parts.get(what), new.parts.get(what)
        if before == after:
            continue
        kind = "added" if before is None else "removed" if after is None else "changed"
        yield Difference(new.programme, new.name, new.version, what, kind, before, after)
