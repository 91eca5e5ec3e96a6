"""The identity key of a home: another one, or none, is refused before anybody becomes another."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_kit import drop, run_ingest, week_of_orders

from orchestration.exports.errors import IdentityKeyError
from orchestration.exports.identity import create_identity_key
from orchestration.flow import homes
from orchestration.flow.ready import check_ready
from orchestration.flow.workspace import HomeError, open_workspace
from orchestration.home import Home


def test_another_key_is_refused_in_one_line(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    home.identity_key.unlink()
    create_identity_key(home.identity_key)
    with pytest.raises(HomeError, match="not the key of this home") as refused:
        run_ingest(home)
    assert "\n" not in str(refused.value)
    assert "backup set" in str(refused.value)
    assert list(home.staged.rglob("*.parquet")) == []


def test_a_missing_key_is_not_made_anew(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    home.identity_key.unlink()
    with pytest.raises(HomeError, match="is missing; restore it") as refused:
        run_ingest(home)
    assert "\n" not in str(refused.value)
    assert not home.identity_key.exists()


def test_the_right_key_put_back_is_accepted_again(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    key = home.identity_key.read_bytes()
    home.identity_key.unlink()
    with pytest.raises(HomeError):
        run_ingest(home)
    home.identity_key.write_bytes(key)
    home.identity_key.chmod(0o600)
    assert run_ingest(home).exit_code == 0


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_key_that_others_can_read_is_refused(home: Home, mode: int) -> None:
    home.identity_key.chmod(mode)
    with open_workspace(home) as workspace, pytest.raises(IdentityKeyError, match="chmod 600"):
        check_ready(workspace)


def test_every_home_has_a_private_key_of_its_own(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    homes.make_home(other)
    assert home.identity_key.read_text() != other.identity_key.read_text()
    assert home.identity_key.stat().st_mode & 0o777 == 0o600
