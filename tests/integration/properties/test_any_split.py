"""Into which files the same rows are split makes no difference to what stands and is covered."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from examples import examples
from histories import Arrival, History, Name, Step, parts, standing
from hypothesis import given
from hypothesis import strategies as st
from kinds import KINDS, Export, Part, day_of, name_of
from used_homes import State, at_once, copy_of, standing_of, state_of

from orchestration.home import Home

pytestmark = pytest.mark.slow

Split = list[list[Part]]


def _by_day(some: Sequence[Part]) -> Split:
    days = sorted({day_of(part.key) for part in some})
    return [[part for part in some if day_of(part.key) == day] for day in days]


def _by_size(some: Sequence[Part], size: int) -> Split:
    return [list(some[start : start + size]) for start in range(0, len(some), size)]


@st.composite
def _overlapping(draw: st.DrawFn, some: Sequence[Part]) -> Split:
    chosen = draw(st.lists(st.lists(st.sampled_from(some), unique=True, min_size=1), max_size=3))
    rest = [part for part in some if not any(part in one for one in chosen)]
    return [*chosen, rest]


@st.composite
def _splits(draw: st.DrawFn, some: Sequence[Part]) -> Split:
    return draw(
        st.just(_by_day(some))
        | st.integers(1, 3).map(lambda size: _by_size(some, size))
        | _overlapping(some)
    )


@examples()
@given(data=st.data())
def test_the_same_rows_in_other_files_are_the_same_rows(
    template: Home, data: st.DataObject
) -> None:
    """One whole export of each source, and the same as many files of the same morning."""
    whole: list[Export] = []
    pieces: list[Export] = []
    for source in sorted(KINDS):
        keys = data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True))
        some = [data.draw(parts(key, is_dirty=True)) for key in keys]
        export = Export(
            source,
            "m001",
            tuple(some),
            shape=data.draw(st.integers(0, 3)),
            is_workbook=data.draw(st.booleans()),
        )
        whole.append(export)
        pieces += [replace(export, parts=tuple(some)) for some in data.draw(_splits(some))]
    hours = data.draw(st.lists(st.integers(0, 12), min_size=len(pieces), max_size=len(pieces)))
    with tempfile.TemporaryDirectory() as folder:
        one, many = (copy_of(template, Path(folder) / name) for name in ("one", "many"))
        history = _history(whole, [6] * len(whole))
        at_once(one, history)
        at_once(many, _history(pieces, hours))
        state, split = state_of(one), state_of(many)
        assert standing_of(split) == standing_of(state) == standing(history)
        assert _covered(split) == _covered(state)


def _history(exports: Sequence[Export], hours: Sequence[int]) -> History:
    names = tuple(
        (Name(when, name_of(export, when, f"{place}")),)
        for place, (export, when) in enumerate(zip(exports, hours, strict=True))
    )
    arrivals = tuple(Arrival(place, 0, is_unfiled=False) for place in range(len(exports)))
    return History(tuple(exports), names, (Step(arrivals),))


def _covered(state: State) -> set[tuple[str, date]]:
    return {
        (run["source"], run["covered_from"] + timedelta(days=day))
        for run in state.coverage
        if run["is_loaded"]
        for day in range((run["covered_to"] - run["covered_from"]).days + 1)
    }
