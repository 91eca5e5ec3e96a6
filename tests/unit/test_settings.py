"""Settings: where they come from, and what a wrong one says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from orchestration import settings
from orchestration.home import Home
from orchestration.settings import SettingsError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.load_settings(home).gate.max_file_share == 0.2
    home.settings_file.write_text("[gate]\nmax_file_share = 0.3\nmin_file_rows = 5\n")
    assert settings.load_settings(home).gate.max_file_share == 0.3
    monkeypatch.setenv("SEEDBED_GATE__MAX_FILE_SHARE", "0.4")
    found = settings.load_settings(home).gate
    assert (found.max_file_share, found.min_file_rows) == (0.4, 5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[gate]\nmax_file_share = 2\n", "gate.max_file_share"),
        ("[gate]\nmax_fileshare = 0.1\n", "gate.max_fileshare"),
        ("[gate\n", "not valid TOML"),
        ("home_version = 99\n", "newer Seedbed"),
        ('[schedule]\nfirst_week = "2024-09-03"\n', "schedule.first_week.*is 2024-09-02"),
        ('[schedule]\nfirst_week = "20240902"\n', "schedule.first_week.*is 2024-09-02"),
        ('[schedule]\nfirst_week = "2024-W36-1"\n', "schedule.first_week.*is 2024-09-02"),
        ('[schedule]\nfirst_week = "autumn"\n', "schedule.first_week.*no day; write a Monday"),
        ('ui_url = "dagster.example.com"\n', "ui_url.*https://dagster.example.com"),
        ('ui_url = "https://d.example.com/x|y>"\n', "ui_url"),
        ('ui_url = "javascript:alert(1)"\n', "ui_url"),
    ],
)
def test_a_wrong_setting_is_named(home: Home, text: str, says: str) -> None:
    home.settings_file.write_text(text)
    with pytest.raises(SettingsError, match=says):
        settings.load_settings(home)


def test_a_state_url_is_a_secret(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STATE_URL", "postgresql://seedbed:planted-password@localhost/x")
    found = settings.load_settings(home)
    assert "planted-password" not in repr(found)
    assert "planted-password" not in found.model_dump_json()
    assert "planted-password" in settings.state_url(home, found)


def test_an_inbox_keeps_its_address_and_options_to_itself(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.settings_file.write_text(
        '[inbox]\nurl = "sftp://planted-user:planted-password@host/folder"\n'
        '[inbox.options]\nport = 22\nclient_kwargs = {key = "planted-key", verify = true}\n'
    )
    monkeypatch.setenv("SEEDBED_INBOX__OPTIONS__SECRET", "planted-secret")
    found = settings.load_settings(home)
    assert "planted" not in repr(found) + found.model_dump_json()
    assert found.inbox.url.get_secret_value().startswith("sftp://planted-user")
    assert found.inbox.options["port"] == 22
    assert isinstance(found.inbox.options["secret"], SecretStr)
    home.settings_file.write_text('[inbox.options]\nkeys = ["planted-key"]\n')
    with pytest.raises(SettingsError, match=r"inbox\.options\.keys") as raised:
        settings.load_settings(home)
    assert "planted" not in str(raised.value)


def test_the_clock_can_be_set_and_needs_an_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
    assert settings.now() == datetime(2024, 9, 16, 2, tzinfo=UTC)
    for wrong in ("2024-09-16T10:00:00", "noon"):
        monkeypatch.setenv("SEEDBED_NOW", wrong)
        with pytest.raises(SettingsError):
            settings.now()


def test_the_address_of_the_ui_may_be_of_a_network_of_ones_own(home: Home) -> None:
    assert settings.load_settings(home).ui_url == ""
    home.settings_file.write_text('ui_url = "http://dagster.internal:3000/ui/"\n')
    assert settings.load_settings(home).ui_url == "http://dagster.internal:3000/ui"
