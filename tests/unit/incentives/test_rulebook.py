import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.incentives.rulebook import (
    DEFAULT_RULEBOOK,
    RulebookError,
    compile_tables,
    install_default_rulebook,
    load_rulebook,
)
from orchestration.warehouse.schemas import HANDOVERS


def _written(folder: Path, text: str) -> Path:
    (folder / "settings.yml").write_text(text, encoding="utf-8")
    return folder


def _edited(folder: Path, old: str, new: str) -> Path:
    text = (DEFAULT_RULEBOOK / "settings.yml").read_text(encoding="utf-8")
    assert old in text
    return _written(folder, text.replace(old, new))


def test_shipped_rulebook_compiles_to_the_handover_schemas():
    tables = compile_tables(load_rulebook(DEFAULT_RULEBOOK))
    parameters = {row["parameter"]: row["value"] for row in tables["rulebook_parameters"]}
    assert len(parameters.pop("rulebook_hash")) == 64
    assert parameters == {
        "history_warmup_days": "365",
        "least_peers": "10",
        "first_broadcast_minutes": "0",
        "reconciliation_tolerance": "0.01",
    }
    rules = {
        row["source"]: (row["is_required"], row["due_hours"]) for row in tables["rulebook_sources"]
    }
    assert rules["qianfan__orders"] == (True, 9)
    assert [source for source, (is_required, _) in rules.items() if is_required] == [
        "juguang__accounts",
        "qianfan__aftersales",
        "qianfan__orders",
    ]
    editions = tables["rulebook_promotions"]
    assert {row["promotion"] for row in editions} == {"38", "618", "双11", "双12"}
    for name, rows in tables.items():
        assert pa.Table.from_pylist(rows, schema=HANDOVERS[name]).num_rows == len(rows)


def test_install_never_overwrites_a_homes_own_rules(tmp_path: Path):
    install_default_rulebook(tmp_path / "rulebook")
    _edited(tmp_path / "rulebook", "365", "90")
    install_default_rulebook(tmp_path / "rulebook")
    assert load_rulebook(tmp_path / "rulebook").settings.parameters.history_warmup_days == 90


def test_install_brings_the_programmes_and_leaves_a_folder_of_ones_own_alone(tmp_path: Path):
    install_default_rulebook(tmp_path)
    assert (tmp_path / "programmes" / "store_live_cold_start.yml").exists()
    for path in (tmp_path / "programmes").iterdir():
        path.unlink()
    install_default_rulebook(tmp_path)
    assert list((tmp_path / "programmes").iterdir()) == []
    assert compile_tables(load_rulebook(tmp_path))["rulebook_versions"] == []


def test_a_home_older_than_programmes_has_the_shipped_ones(tmp_path: Path):
    install_default_rulebook(tmp_path)
    shutil.rmtree(tmp_path / "programmes")
    (tmp_path / "facts.yml").unlink()
    assert compile_tables(load_rulebook(tmp_path)) == compile_tables(
        load_rulebook(DEFAULT_RULEBOOK)
    )


def test_a_rulebook_from_before_a_parameter_keeps_its_default(tmp_path: Path):
    folder = _edited(tmp_path, "  first_broadcast_minutes: 0\n", "")
    assert load_rulebook(folder).settings.parameters.first_broadcast_minutes == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "place"),
    [
        ("365", "a year", 6, "parameters › history_warmup_days"),
        ("365", "-1", 6, "parameters › history_warmup_days"),
        ("is_required: true", "is_required: maybe", 21, "sources › qianfan__orders › is_required"),
        ("due_hours", "due_hour", 20, "sources › qianfan__orders › due_hours"),
        ("qianfan__orders:", "Qianfan orders:", 20, "sources › Qianfan orders"),
        ("history_warmup_days: 365", "{}", 5, "parameters › history_warmup_days"),
    ],
)
def test_fault_names_file_line_and_place(tmp_path: Path, old: str, new: str, line: int, place: str):
    if new == "{}":
        folder = _written(tmp_path, "\n\n\n\nparameters: {}\nsources: {}\n")
    else:
        folder = _edited(tmp_path, old, new)
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder)
    assert str(caught.value).startswith(f"{folder / 'settings.yml'}, line {line}: {place}: ")


def test_unknown_key_is_a_fault_not_a_silent_default(tmp_path: Path):
    folder = _edited(tmp_path, "history_warmup_days: 365", "history_warmup_days: 365\n  warmup: 1")
    with pytest.raises(RulebookError, match="line 7: parameters › warmup"):
        load_rulebook(folder)


def test_a_key_written_twice_is_a_fault(tmp_path: Path):
    line = "  history_warmup_days: 365"
    folder = _edited(tmp_path, line, f"{line}\n{line}")
    with pytest.raises(RulebookError, match=r"line 7: 'history_warmup_days' .* second time"):
        load_rulebook(folder)


@pytest.mark.parametrize("text", ["a: [", "- 1\n- 2\n", ""])
def test_a_file_that_is_no_rulebook_is_named(tmp_path: Path, text: str):
    with pytest.raises(RulebookError, match=r"settings\.yml"):
        load_rulebook(_written(tmp_path, text))


def test_missing_file_says_how_to_mend(tmp_path: Path):
    with pytest.raises(RulebookError, match="seedbed init"):
        load_rulebook(tmp_path)
