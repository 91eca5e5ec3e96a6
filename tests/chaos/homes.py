"""A home as each step finds it, made once and copied for every disturbance."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.flow.models import start_parsing
from orchestration.home import Home
from orchestration.settings import export_environment
from tests.chaos.kill import Child, End, count_changes
from tests.chaos.snapshot import Snapshot, snapshot
from tests.chaos.steps import NOW, STEPS, next_of, slack_rooms, work_of, write_inbox
from tests.slack_peer import TOKEN, Room, SlackPeer


@dataclass(frozen=True)
class Undisturbed:
    """What a step takes and leaves when nothing disturbs it: seconds, changes, and the home."""

    seconds: float
    changes: int
    leaves: Snapshot


class Bench:
    """The folder in which homes are disturbed, and Slack as far as digests need it."""

    def __init__(self, folder: Path, slack: SlackPeer) -> None:
        self.folder = folder
        self.slack = slack
        self.home = work_of(folder)
        self.rooms: set[str] = set()
        self.undisturbed: dict[str, Undisturbed] = {}
        self.told: dict[str, list[str]] = {}

    def prepare(self, tell: Callable[[str], None], merchants: int) -> None:
        """Walk through an undisturbed week, and keep the home before every step."""
        _export(self.home, self.slack)
        write_inbox(self.home, merchants)
        self.rooms = slack_rooms(self.home)
        _import_everything(self.home)
        fill(self.kept(next(iter(STEPS))), self.home.root)
        for name, step in STEPS.items():
            counted, left = self.folder / "changes.json", self.folder / "leaves.json"

            def act(step: Callable[[Home], object] = step, counted: Path = counted) -> None:
                write_count = count_changes(counted)
                step(self.home)
                write_count()

            self.forget_messages()
            end = self.run(act)
            if end.code:
                raise SystemExit(f"The undisturbed {name} failed:\n{end.said}")
            fill(self.kept(next_of(name)), self.home.root)
            self.undisturbed[name] = Undisturbed(
                end.seconds, int(counted.read_text()), self.look(left)
            )
            tell(f"{name}: {end.seconds:.1f} s, {self.undisturbed[name].changes} changes")
        self.told = self.messages()

    def run(self, act: Callable[[], object]) -> End:
        """Let a process do something, and wait for it."""
        return self.start(act).wait()

    def start(self, act: Callable[[], object]) -> Child:
        """Let a process do something."""
        return Child(act, self.folder / "said.log")

    def look(self, place: Path) -> Snapshot:
        """What the home holds; looked at by a process of its own, which leaves nothing open."""
        end = self.run(lambda: place.write_text(json.dumps(snapshot(self.home)), encoding="utf-8"))
        if end.code:
            return {"a home that can be read": end.said[-300:]}
        return json.loads(place.read_text(encoding="utf-8"))

    def lay_out(self, step: str) -> None:
        """The home as a step finds it; nobody was told anything."""
        fill(self.home.root, self.kept(step))
        self.forget_messages()

    def forget_messages(self) -> None:
        """Empty rooms."""
        self.slack.rooms = {name: Room() for name in self.rooms}

    def messages(self) -> dict[str, list[str]]:
        """The key of every message in every room, replies too; one that is twice there is twice."""
        return {
            name: sorted(
                m["metadata"]["event_payload"]["key"]
                for m in (*self.slack.digests(name), *self.slack.threads(name))
            )
            for name in sorted(self.rooms)
        }

    def kept(self, step: str) -> Path:
        """Where the home lies as a step finds it."""
        return self.folder / "before" / step


def fill(target: Path, source: Path) -> None:
    """Make a folder equal to another one; the folder itself stays, as the one that sends."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in list(target.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


def _export(home: Home, slack: SlackPeer) -> None:
    os.environ |= {
        "SEEDBED_NOW": NOW,
        "SEEDBED_HOME": str(home.root),
        "SEEDBED_DELIVERY__SLACK__TOKEN": TOKEN,
        "SEEDBED_DELIVERY__SLACK__API_URL": slack.url,
        # What was copied a moment ago is whole.
        "SEEDBED_INBOX__SETTLE_SECONDS": "0",
    }


def _import_everything(home: Home) -> None:
    """What costs seconds to import is there before the first process is forked."""
    start_parsing(home)
    export_environment(home)
    import dbt.adapters.duckdb.impl
    import dbt.cli.main  # noqa: F401
    import great_expectations  # noqa: F401
    import slack_sdk  # noqa: F401

    import orchestration.cli
    import orchestration.defs.execute  # noqa: F401
    from orchestration.definitions import defs

    defs().resolve_job_def("monday_job")
