"""All secrets of the settings are planted at once, and looked for wherever somebody may read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from link_kit import ask, free_port, press, serving
from pydantic import BaseModel, SecretStr
from sending_kit import WEEK, Desk, by_slack, entry, make_home, slack
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.delivery.channel import message_for
from orchestration.delivery.channels import configured
from orchestration.delivery.links import links_of
from orchestration.flow.digests.archive import latest_digests
from orchestration.flow.workspace import open_beside
from orchestration.register import Recipient
from orchestration.serve.app import make_app
from orchestration.settings import Settings, SettingsError, load_settings
from tests.slack_peer import TOKEN, SlackPeer

pytestmark = pytest.mark.slow

KEY = "planted-key-that-signs-links"
# Every secret of the settings, by the place where it stands.
PLANTED = {
    "delivery.slack.token": TOKEN,
    "delivery.email.password": "planted-mail-password",
    "serve.key": KEY,
    # Only hex digits are a key.
    "landing.key": "0badc0de" * 8,
    "heartbeat.url": "http://127.0.0.1:9/planted-watcher",
    "inbox.url": "",
    "state_url": "",
}
OWNER = {"channel": "email", "address": "owner@example.com", "digest": "merchant"}
SHOP = {"channel": "webhook", "address": "json:SHOP", "digest": "merchant"}
ROOM = "C0000011"


def _secrets_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _secrets_of(kind, f"{prefix}{name}.")
        elif SecretStr in (kind, *getattr(kind, "__args__", ())):
            yield f"{prefix}{name}"


def test_every_secret_of_the_settings_is_planted_here():
    """An inbox and a database need a server; test_landing_url and test_settings have theirs."""
    assert set(_secrets_of(Settings)) == set(PLANTED)


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM) as found:
        yield found


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(params=["in the environment", "in files"])
def desk(
    tmp_path: Path,
    peer: SlackPeer,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM), OWNER, SHOP))
    desk = Desk(home, monkeypatch).by(peer)
    others = {
        # Nobody listens there, and the sentences say so.
        "SEEDBED_DELIVERY__EMAIL__HOST": "localhost",
        "SEEDBED_DELIVERY__EMAIL__PORT": "9",
        "SEEDBED_DELIVERY__EMAIL__USERNAME": "digest@example.com",
        "SEEDBED_SERVE__PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SEEDBED_HEARTBEAT__URL": PLANTED["heartbeat.url"],
        "SEEDBED_WEBHOOK_SHOP": "http://127.0.0.1:9/planted-hook",
        "SEEDBED_WEBHOOK_SHOP_SECRET": "planted-signing-secret",
    }
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    for name in ("delivery.slack.token", "delivery.email.password", "serve.key", "landing.key"):
        variable = "SEEDBED_" + name.upper().replace(".", "__")
        if request.param == "in files":
            monkeypatch.delenv(variable, raising=False)
            path = tmp_path / name
            path.write_text(PLANTED[name] + "\n", encoding="utf-8")
            monkeypatch.setenv(f"{variable}_FILE", str(path))
        else:
            monkeypatch.setenv(variable, PLANTED[name])
    desk.compose("m001")
    return desk


def _typed(desk: Desk) -> Iterator[str]:
    commands = (
        ["doctor"],
        ["doctor", "--json"],
        ["digest", "preview"],
        ["digest", "send", "--debug"],
        ["digest", "status", "--json"],
        ["digest", "answers"],
        ["channel", "test", ROOM],
        ["channel", "test", OWNER["address"]],
        ["channel", "test", SHOP["address"]],
        ["digest", "send", "--to", ROOM],
        ["merchants", "list"],
    )
    for words in commands:
        done = CliRunner().invoke(app, [*words, "--home", str(desk.home.root)])
        # Whatever is wrong is a sentence, and no traceback.
        assert done.exception is None or isinstance(done.exception, SystemExit), words
        yield done.stdout + done.stderr


def test_no_secret_is_where_somebody_may_read(
    desk: Desk,
    peer: SlackPeer,
    port: int,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    peer.fail("chat.postMessage", "garbage_after", "drop_before")
    seen = list(_typed(desk))
    assert "planted" not in "".join(seen)
    with open_beside(desk.home) as workspace:
        settings = workspace.settings
        links = links_of(desk.home, settings.serve)
        assert links is not None
        seen += [repr(links), str(links), repr(settings), str(settings), settings.model_dump_json()]
        seen += [repr(settings.model_dump()), repr(workspace)]
        way = configured(desk.home, settings.delivery)
        for one in (by_slack(ROOM), OWNER, SHOP):
            reader = Recipient.model_validate(one)
            seen += [repr(way(reader)), repr(vars(way(reader)))]
            message = message_for(latest_digests(workspace, WEEK)[0], reader, links)
            seen.append(repr(message))
        with serving(make_app(workspace, links), port):
            for address in (message.unsubscribe_url, f"http://127.0.0.1:{port}/done/x"):
                for answer in (ask(address), press(address)):
                    seen += [answer.body, repr(answer.headers)]
    assert "m001" in "".join(seen)
    told = "\n".join([*seen, caplog.text, *capfd.readouterr()])
    secrets = [TOKEN, "planted", *filter(None, PLANTED.values())]
    assert [one for one in secrets if one in told] == []
    # Nor in the state, the ledger, the outbox, the archive or Dagster's own folder.
    for path in desk.home.root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            raw = path.read_bytes()
            assert [one for one in secrets if one.encode() in raw] == [], path
    # The planted key is what signs: none of our own was made beside it.
    assert not desk.home.links_key.exists()


@pytest.mark.parametrize(
    "wrong",
    ["SERVE__REQUESTS_PER_MINUTE", "SERVE__KEYS", "DELIVERY__EMAIL__PORT", "DELIVERY__SLACK__X",
     "SERVE__PUBLIC_URL"],
)  # fmt: skip
def test_a_setting_that_is_wrong_beside_a_secret_is_told_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
):
    home = make_home(tmp_path / "H")
    home.settings_file.write_text(
        f'[serve]\nkey = "{KEY}"\n[delivery.slack]\ntoken = "{TOKEN}"\n'
        '[delivery.email]\npassword = "planted-mail-password"\n'
    )
    monkeypatch.setenv(f"SEEDBED_{wrong}", "no such thing")
    with pytest.raises(SettingsError) as caught:
        load_settings(home)
    error: BaseException | None = caught.value
    while error is not None:
        assert "planted" not in f"{error} {error!r} {error.args!r}"
        error = error.__cause__ or error.__context__


def test_a_key_that_cannot_be_read_is_told_by_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = make_home(tmp_path / "H")
    monkeypatch.setenv("SEEDBED_SERVE__PUBLIC_URL", "https://digest.example.com")
    monkeypatch.setenv("SEEDBED_SERVE__KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(SettingsError, match=r"serve\.key_file"):
        links_of(home, load_settings(home).serve)
