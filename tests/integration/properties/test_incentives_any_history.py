"""Whatever happens to the files: amounts are worked out anew from what is there, never added up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from incentive_worlds import decided, make_world
from incentive_worlds.histories import KINDS, Kind, after, begin
from incentive_worlds.limits import overdrawn

from tests.dbt_homes import empty_home

pytestmark = pytest.mark.slow

MERCHANTS = 60
# Each step takes a whole run of dbt: one history in every run, ten by the long profile.
_SHARE = 100


@given(seed=st.integers(min_value=0, max_value=10_000), kinds=st.permutations(KINDS))
@examples(_SHARE)
def test_decisions_follow_the_files(seed: int, kinds: Sequence[Kind]):
    random = Random(seed)
    moment = begin(make_world(seed, MERCHANTS), random)
    with TemporaryDirectory() as folder:
        home = empty_home(Path(folder) / "home")
        decided.build(home, moment.world)
        for kind in kinds:
            before = decided.eligibility_table(home)
            moment = after(moment, kind, random)
            decided.build(home, moment.world)
            table = decided.eligibility_table(home)
            assert (table == before) == (kind == "nothing"), kind
            assert overdrawn(table, moment.world.programmes) == []
            assert decided.differences(home, decided.by_oracle(moment.world)) == []
