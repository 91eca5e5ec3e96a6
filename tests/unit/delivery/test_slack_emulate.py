"""The plain path against a Slack that somebody else wrote: npm's `emulate`, where npm is there."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest
from delivery_samples import SHOP_CHANNEL, now, rendered
from pydantic import SecretStr

from orchestration.delivery.channel import message_for
from orchestration.delivery.deliver import deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.delivery.slack_check import check_slack
from orchestration.state.store import Store

# Another version under this name is another program.
_PACKAGE = "emulate@0.11.0"
_SECONDS = 60
# The first channel of a new workspace.
READER = SHOP_CHANNEL.model_copy(update={"address": "C000000001"})
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm and node are not installed")
    folder = tmp_path_factory.mktemp("emulate")
    words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", _PACKAGE]
    try:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"{_PACKAGE} cannot be installed here: {error}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = folder / "node_modules" / ".bin" / "emulate"
    started = subprocess.Popen(
        [node, str(program), "start", "--service", "slack", "--port", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        _wait_for(address)
        yield f"{address}api/"
    finally:
        started.terminate()
        started.wait(timeout=_SECONDS)


def _wait_for(address: str) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.skip(f"{_PACKAGE} does not start here")


@pytest.fixture
def slack(url: str) -> Slack:
    return Slack(SlackApi(SecretStr("xoxb-a-bot"), url), pause_seconds=0)


def test_what_is_posted_is_found_by_its_metadata(slack: Slack, store: Store):
    digest = rendered()
    message = message_for(digest, READER)
    assert slack.find(message) is None
    (sent,) = deliver(digest, [READER], lambda _: slack, store, now)
    assert sent.delivery.status == "sent"
    found = slack.find(message)
    assert found is not None
    assert found.provider_id == sent.delivery.provider_id
    assert slack.find(replace(message, merchant_id="m002")) is None


def test_a_row_that_was_cut_off_is_settled_by_a_look(slack: Slack, store: Store):
    digest = rendered("7.00", revision=5)
    (sent,) = deliver(digest, [READER], lambda _: slack, store, now)
    with store.session() as session:
        row = session.merge(sent.delivery)
        row.status, row.provider_id = "claimed", None
    (again,) = deliver(digest, [READER], lambda _: slack, store, now)
    assert (again.delivery.status, again.is_new) == ("sent", False)
    assert again.delivery.provider_id == sent.delivery.provider_id


def test_every_step_of_the_channel_test(slack: Slack):
    steps = list(check_slack(slack, replace(message_for(rendered(), READER), merchant_id="test")))
    assert [step.name for step in steps if step.is_done] == [
        "sign in",
        "post",
        "read back",
        "update",
        "reply",
    ], steps[-1].sentence


def test_a_channel_that_is_not_there(slack: Slack, store: Store):
    nowhere = READER.model_copy(update={"address": "C999"})
    (failed,) = deliver(rendered(), [nowhere], lambda _: slack, store, now)
    assert failed.delivery.status == "failed"
    assert "channel_not_found" in str(failed.problem)
