"""Whatever happened to the files on their way, the same files give the same state."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from examples import examples
from histories import Arrival, History, Name, Step, fates, histories, standing
from hypothesis import example, given
from hypothesis import strategies as st
from kinds import Export, Part, name_of
from used_homes import (
    State,
    at_once,
    copy_of,
    differences,
    fates_of,
    live_through,
    replay,
    restored,
    standing_of,
    state_of,
)

from orchestration.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning")]


def _made_up(export: Export, *hours: int | None) -> History:
    """A file that arrives under one name after the other."""
    names = tuple(Name(one, name_of(export, one, str(n))) for n, one in enumerate(hours))
    steps = (Step((Arrival(0, n, is_unfiled=False),)) for n in range(len(names)))
    return History((export,), (names,), tuple(steps))


@examples()
@example(
    # Loaded without its broken row; as its own name has it, all was paid after the export.
    _made_up(Export("qianfan__orders", "m001", (Part(6, 0, 1), Part(5, 0, 1, 1))), None, -90)
)
@example(_made_up(Export("qianfan__items", "m001", ()), 3, None, 5))
@given(history=histories())
def test_any_history_ends_in_the_state_that_its_files_have(
    template: Home, history: History
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        used = copy_of(template, Path(folder) / "used")
        state = _lived(used, history)

        fresh = copy_of(template, Path(folder) / "fresh")
        at_once(fresh, history)
        assert differences(state, state_of(fresh)) == {}
        again = restored(used, Path(folder) / "restored")
        assert differences(state, state_of(again)) == {}


@examples()
@given(history=histories(is_time_told=False), random=st.randoms(use_true_random=False))
def test_files_that_tell_no_export_time_depend_on_their_receipts_alone(
    template: Home, history: History, random: Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        used = copy_of(template, Path(folder) / "used")
        state = _lived(used, history)

        fresh = copy_of(template, Path(folder) / "fresh")
        replay(fresh, history, used, random.shuffle)
        assert differences(state, state_of(fresh)) == {}


def _lived(home: Home, history: History) -> State:
    """The state of a home after a history, which must be what the history says."""
    live_through(home, history)
    state = state_of(home)
    assert fates_of(state) == fates(history)
    assert standing_of(state) == standing(history)
    assert state.scratch == []
    return state
