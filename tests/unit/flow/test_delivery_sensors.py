"""Sensors of delivery, called as the daemon calls them: what they ask for, and what never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from sending_kit import (
    CUT_OFF,
    EARLY,
    LATER,
    WEEK,
    Desk,
    by_slack,
    entry,
    make_home,
    register,
    slack,
    texts,
)

from tests.slack_peer import SlackPeer
from tests.unit.delivery.smtp_peer import Fault, running

pytestmark = pytest.mark.slow

ROOM = "C0000011"
Asked = dg.RunRequest | dg.SkipReason


@dg.job
def some_job() -> None:
    """A run that ends well: the sensors look at nothing else of it."""


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM)))
    monkeypatch.setenv("SEEDBED_HOME", str(home.root))
    monkeypatch.setenv("SEEDBED_DELIVERY__AUTO_SEND", "true")
    return Desk(home, monkeypatch).by(peer)


@pytest.fixture(scope="module")
def ended() -> Iterator[Ended]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Ended(instance, some_job.execute_in_process(instance=instance))


class Ended:
    """A run that has ended well, seen by the sensors."""

    def __init__(self, instance: dg.DagsterInstance, done: dg.ExecuteInProcessResult) -> None:
        self._instance, self._run = instance, done.dagster_run
        events = (one for one in done.all_events if one.event_type_value == "PIPELINE_SUCCESS")
        self._event = next(events)

    def asks(self, name: str, **tags: str) -> Asked:
        """What a sensor asks for when the run had these tags."""
        from orchestration.defs.weekly import delivery

        context = dg.build_run_status_sensor_context(
            sensor_name=name,
            dagster_instance=self._instance,
            dagster_run=self._run.with_tags(tags),
            dagster_event=self._event,
            partition_key=tags.get("dagster/partition"),
        )
        asked = getattr(delivery, name)(context)
        assert isinstance(asked, Asked)
        return asked

    def look_again(self) -> str:
        """The week that is asked for, or why none is."""
        asked = self.asks("look_again_at_held")
        if isinstance(asked, dg.RunRequest):
            return str(asked.partition_key)
        return str(asked.skip_message)


def test_what_waits_is_looked_at_again_after_each_ingest_until_it_went(
    desk: Desk, peer: SlackPeer, ended: Ended
):
    desk.at(EARLY).compose("m001", missing=(5, 6))
    assert "Nothing leaves yet" in ended.look_again()
    for moment in (LATER, CUT_OFF):
        desk.at(moment)
        assert ended.look_again() == WEEK.key
    desk.send()
    assert len(texts(peer, ROOM)) == 1
    assert ended.look_again() == f"Everybody was told {WEEK.iso}."


def test_a_mail_of_which_nobody_is_sure_starts_no_run(
    desk: Desk, ended: Ended, monkeypatch: pytest.MonkeyPatch
):
    """A run can look into Slack; a mail waits for a person, not for a run each hour."""
    mail = {"channel": "email", "address": "owner@example.com", "digest": "merchant"}
    register(desk.home, entry("m001", mail))
    desk.compose("m001")
    with running() as server:
        settings = {"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none"}
        for name, value in settings.items():
            monkeypatch.setenv(f"SEEDBED_DELIVERY__EMAIL__{name}", value)
        server.fault = Fault(body="451 4.3.0 Later")
        desk.at(LATER).send()
        assert ended.look_again() == WEEK.key
        server.fault = Fault(drop="after body")
        desk.send()
        assert "1 deliveries of 2024-W37 wait for a person's look" in ended.look_again()


def test_nobody_looks_where_a_person_sends_or_a_command_works(
    desk: Desk, ended: Ended, monkeypatch: pytest.MonkeyPatch
):
    desk.at(LATER).compose("m001", missing=(5, 6))
    with monkeypatch.context() as elsewhere:
        # The lock would be this process's own.
        elsewhere.setattr("orchestration.defs.weekly.delivery.is_in_use", lambda _: True)
        assert "in use" in ended.look_again()
    monkeypatch.setenv("SEEDBED_DELIVERY__AUTO_SEND", "false")
    assert "auto_send is off" in ended.look_again()


def test_a_backfill_of_two_years_delivers_nothing(desk: Desk, peer: SlackPeer, ended: Ended):
    """Not even of the last closed week, which is one of them."""
    desk.compose("m001")
    weeks = [(WEEK.monday - timedelta(weeks=ago)).isoformat() for ago in range(104)]
    for key in weeks:
        asked = ended.asks(
            "deliver_after_monday", **{"dagster/partition": key, "dagster/backfill": "b"}
        )
        assert isinstance(asked, dg.SkipReason), key
    # Nor runs that somebody starts one by one, but for the last closed week.
    asked = {key: ended.asks("deliver_after_monday", **{"dagster/partition": key}) for key in weeks}
    assert [key for key, one in asked.items() if isinstance(one, dg.RunRequest)] == [WEEK.key]
    assert texts(peer, ROOM) == []


def test_the_job_itself_refuses_every_other_week(desk: Desk, peer: SlackPeer):
    from orchestration.defs.resources import SeedbedHome
    from orchestration.defs.weekly.delivery import delivery_job

    desk.compose("m001")
    resources = {"seedbed": SeedbedHome()}
    for ago, is_done in ((104, False), (1, False), (0, True)):
        key = (WEEK.monday - timedelta(weeks=ago)).isoformat()
        done = delivery_job.execute_in_process(
            run_config={"ops": {"deliver": {"config": {"week": key}}}},
            resources=resources,
            raise_on_error=False,
        )
        assert done.success is is_done
        assert len(texts(peer, ROOM)) == is_done
