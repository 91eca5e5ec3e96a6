"""The doctor: what it finds in a good home, and in one that somebody has harmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_kit import drop, run_ingest, spoilt, week_of_orders

from orchestration.flow.doctor import examine
from orchestration.home import Home


def _faults(home: Home) -> list[str]:
    return [finding.sentence for finding in examine(home) if finding.is_fault]


def _told(home: Home, level: str) -> str:
    return "\n".join(finding.sentence for finding in examine(home) if finding.level == level)


def test_a_good_home_has_no_fault(home: Home) -> None:
    assert _faults(home) == []
    assert "private" in _told(home, "ok")
    assert "m001 has no recipient" in _told(home, "note")


def test_no_home_is_told_with_what_to_run(tmp_path: Path) -> None:
    (fault,) = _faults(Home(tmp_path / "nothing"))
    assert "seedbed init" in fault


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("merchants.yml", "merchants: [", "is not valid YAML"),
        ("merchants.yml", "merchants: [{merchant_id: M 1}]", "merchant_id"),
        ("seedbed.toml", "home_version = ", "is not valid TOML"),
        ("seedbed.toml", "[gate]\nmax_file_shere = 1", "max_file_shere"),
        ("identity.key", "ab" * 32, "is not the key of this home"),
        ("identity.key", "short", "is damaged"),
        ("state.db", "no database", "The state cannot be opened"),
        ("layouts/qianfan__orders/columns.csv", "column\n", "line 1: it must read"),
    ],
)
def test_one_harmed_file_is_one_fault(home: Home, name: str, content: str, fault: str) -> None:
    path = home.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    (found,) = _faults(home)
    assert fault in found


def test_a_key_that_others_can_read_is_a_fault_with_its_mend(home: Home) -> None:
    home.identity_key.chmod(0o644)
    assert _faults(home) == [
        f"{home.identity_key} can be read by others; run: chmod 600 {home.identity_key}"
    ]


def test_held_and_not_archived_files_are_told(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, len(rows)))
    drop(home, "m001/2024-06-30_2024-06-24", rows, name="turned.xlsx")
    run_ingest(home)
    notes = _told(home, "note")
    assert "Held: m001: " in notes
    assert "Not archived: turned.xlsx" in notes
    assert _faults(home) == []


def test_a_gate_that_lets_nothing_through_is_a_fault(home: Home) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, spoilt(rows, len(rows) // 2))
    run_ingest(home)
    (fault,) = _faults(home)
    assert "The gate lets nothing through" in fault
    assert "gate.max_run_share" in fault
