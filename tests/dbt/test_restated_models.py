"""Models that keep their rows hold what a build from nothing would, whatever happened to files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded import (
    Recording,
    Statement,
    Tables,
    Warehouse,
    record,
    restated_models,
    tables_of,
)
from tiny_world import empty_home
from used_files import Batch, Event, Files, histories, register
from used_kinds import MODELS, Part

from orchestration.home import Home
from tests.dbt.portable import faults_in
from tests.dbt_runs import run_dbt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home that dbt was recorded on."""
    return empty_home(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def recordings(recorded: Home) -> tuple[Recording, Recording]:
    """A whole build and one that restates, as dbt sends them."""
    return record(recorded)


def asked(share: float) -> settings:
    """A share of the examples of the profile; the same in every run of the usual one."""
    chosen = settings.default
    assert chosen is not None
    return settings(
        max_examples=max(1, int(chosen.max_examples * share)),
        deadline=None,
        derandomize=chosen.max_examples == settings.get_profile("default").max_examples,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        print_blob=True,
    )


def _happen(warehouse: Warehouse, files: Files, events: Sequence[Event]) -> None:
    """Show a warehouse what the gate and the hand-over have written after these events."""
    for event in events:
        files.happen(event)
    for kind in {file.kind for file in files.written.values()}:
        raw, quarantine = files.rows(kind)
        warehouse.put(f"raw__{kind.source}", raw)
        warehouse.put(f"quarantine__{kind.source}", quarantine)
    warehouse.put("files", files.manifest())
    warehouse.put("coverage", files.coverage())


def _in_batches(
    history: Sequence[Batch],
    whole: Sequence[Statement],
    between: Sequence[Statement],
    last: Sequence[Statement],
) -> Tables:
    """The tables after a build from nothing of no file, and one after each batch."""
    files = Files()
    with closing(_warehouse()) as used:
        used.run(whole)
        for number, batch in enumerate(history, start=1):
            _happen(used, files, batch.events)
            killed_after = int((batch.killed_at or 1) * len(between))
            if number == len(history):
                used.run(last)
            else:
                used.run(between[:killed_after])
        return used.tables()


def _at_once(history: Sequence[Batch], whole: Sequence[Statement]) -> Tables:
    """The tables of one build from nothing of all that has happened."""
    files = Files()
    with closing(_warehouse()) as fresh:
        _happen(fresh, files, [event for batch in history for event in batch.events])
        fresh.run(whole)
        return fresh.tables()


def _warehouse() -> Warehouse:
    warehouse = Warehouse()
    for name, rows in register().items():
        warehouse.put(name, rows)
    return warehouse


def _views(recording: Recording) -> list[Statement]:
    """The schemas, and the views that the models read."""
    return [one for one in recording if not one.model or one.model.startswith("stg_")]


def _of(recording: Recording, models: Collection[str]) -> list[Statement]:
    return [one for one in recording if one.model in models]


@pytest.mark.parametrize("model", MODELS)
@asked(0.4)
@given(data=st.data())
def test_any_history_leaves_the_rows_of_a_build_from_nothing(
    recordings: tuple[Recording, Recording], model: str, data: st.DataObject
) -> None:
    whole, later = recordings
    first, again = [*_views(whole), *_of(whole, {model})], _of(later, {model})
    history = data.draw(histories(model))
    assert _in_batches(history, first, again, again) == _at_once(history, first)


def test_every_model_that_keeps_its_rows_is_asked_and_portable(
    recorded: Home, recordings: tuple[Recording, Recording]
) -> None:
    assert sorted(restated_models(recordings[1])) == MODELS
    # What was compiled last is the form of a later build.
    assert faults_in(recorded.dbt_target / "compiled") == []


@asked(0.1)
@given(history=histories())
def test_any_history_leaves_every_table_of_a_build_from_nothing(
    recordings: tuple[Recording, Recording], history: tuple[Batch, ...]
) -> None:
    whole, later = recordings
    # The views would be the same again.
    last = [one for one in later if not one.model.startswith("stg_")]
    tables = _in_batches(history, whole, _of(later, restated_models(later)), last)
    assert tables == _at_once(history, whole)


def _parts(turn: int) -> tuple[Part, ...]:
    """Of every key one, of which one is broken."""
    return tuple(Part(key, (key + turn) % 4, 2, key == turn) for key in range(4))


# Three files of every source; then corrections, decisions and one file more.
_ARRIVALS = tuple(Event(n, "read", _parts(n % 3), n // 7) for n in range(21))
_LATER = (
    *(Event(n, "reparse", _parts(3)) for n in range(7)),
    *(Event(n, "shift", hours=3) for n in range(0, 21, 5)),
    *(Event(n, "withdraw") for n in range(14, 21, 2)),
    *(Event(n, "give") for n in range(7, 14, 2)),
    *(Event(n, "read", _parts(2), 2) for n in range(8, 28, 3)),
)
_BACK = tuple(Event(n, "reinstate") for n in range(14, 21, 2))


@pytest.mark.parametrize("batches", [[_ARRIVALS, _LATER], [_LATER, _ARRIVALS, _BACK]])
def test_dbt_itself_does_what_was_recorded(
    tmp_path: Path, recordings: tuple[Recording, Recording], batches: list[tuple[Event, ...]]
) -> None:
    home, files = empty_home(tmp_path), Files()
    with closing(_warehouse()) as told:
        for events in batches:
            _happen(told, files, events)
            told.write_inputs(home)
            run_dbt(home, "run", "--exclude", "tag:weekly")
    with duckdb.connect() as built:
        built.execute(f"attach '{home.warehouse_db}' as warehouse (read_only)")
        built.execute(f"attach '{home.marts_db}' as marts (read_only)")
        assert tables_of(built) == _at_once([Batch(events) for events in batches], recordings[0])
