"""Changing merchants.yml: what people wrote around it stays, and what it was is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_kit import merchant

from orchestration.register import Register, RegisterError, Team, read_register, write_register

HAND_WRITTEN = """\
# our shops
merchants:
  # the first
  - merchant_id: m001   # also the folder
    name: {zh: 云朵家居, en: Cloud Home}
    joined_on: 2024-03-01  # as on the licence
    shops: [{shop_id: 00123, name: 旗舰店}]  # main
  - merchant_id: m002
    name: {zh: 小茶铺}
    joined_on: 2024-04-01
    private_domain: yes
team:
  locale: en
# the end
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "merchants.yml"
    path.write_text(HAND_WRITTEN, encoding="utf-8")
    return path


def _with(register: Register, merchant_id: str, **fields: object) -> Register:
    changed = [
        m.model_copy(update=fields) if m.merchant_id == merchant_id else m
        for m in register.merchants
    ]
    return register.model_copy(update={"merchants": tuple(changed)})


def test_only_the_changed_field_is_another(path: Path) -> None:
    write_register(path, _with(read_register(path), "m002", timezone="Europe/Rome"))
    before, after = HAND_WRITTEN.splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == ["    timezone: Europe/Rome"]
    assert [line for line in before if line not in after] == []


def test_what_it_was_is_kept_byte_by_byte_and_private(path: Path) -> None:
    backup = path.with_name("merchants.yml.bak")
    assert write_register(path, Register(merchants=(merchant("m009"),))) == backup
    assert backup.read_text(encoding="utf-8") == HAND_WRITTEN
    assert {file.stat().st_mode & 0o777 for file in (path, backup)} == {0o600}


def test_where_comments_cannot_stay_the_register_is_right_all_the_same(path: Path) -> None:
    write_register(path, Register())
    assert read_register(path) == Register()
    assert "# the first" not in path.read_text(encoding="utf-8")
    assert "# the first" in path.with_name("merchants.yml.bak").read_text(encoding="utf-8")


def test_nothing_is_written_when_nothing_changes(path: Path) -> None:
    register = read_register(path)
    other_order = register.model_copy(update={"merchants": register.merchants[::-1]})
    assert write_register(path, other_order) is None
    assert [file.name for file in path.parent.iterdir()] == ["merchants.yml"]
    assert path.read_text(encoding="utf-8") == HAND_WRITTEN


def test_merchants_come_and_go_and_fields_are_taken_out(path: Path) -> None:
    register = read_register(path)
    wanted = Register(
        merchants=(merchant("m003", "no"), register.merchants[1]), team=Team(locale="it")
    )
    write_register(path, wanted)
    again = read_register(path)
    assert [m.merchant_id for m in again.merchants] == ["m002", "m003"]
    assert set(again.merchants) == set(wanted.merchants)
    assert again.team == wanted.team

    write_register(path, _with(again, "m003", industry_l1="茶", industry_l2="红茶"))
    write_register(path, _with(again, "m003", industry_l1="茶"))
    text = path.read_text(encoding="utf-8")
    assert "红茶" not in text
    assert "# the end" in text


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "merchants:\nteam:\n", "merchants: []\n"])
def test_a_file_without_merchants_takes_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "merchants.yml"
    path.write_text(text.replace("merchants:\nteam:\n", "team: {}\n"), encoding="utf-8")
    wanted = Register(merchants=(merchant("m001"),), team=Team(locale="it"))
    write_register(path, wanted)
    assert read_register(path) == wanted
    assert path.read_text(encoding="utf-8").startswith(text.partition("merchants")[0])


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "merchants.yml"
    path.write_text("merchants: [", encoding="utf-8")
    with pytest.raises(RegisterError, match="not valid YAML"):
        write_register(path, Register())
    assert path.read_text(encoding="utf-8") == "merchants: ["
    assert [file.name for file in tmp_path.iterdir()] == ["merchants.yml"]
