"""Processes that die: at a moment, before the nth thing they write, or once a message is taken."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link")
# Before each of them a delivery may be cut off, too.
_CALLS = ("socket.connect",)


@dataclass(frozen=True)
class End:
    """How a process ended: its exit code, or minus the signal; seconds; what it left to say."""

    code: int
    seconds: float
    said: str


class Child:
    """A forked process that does one thing; all of its group dies together."""

    def __init__(self, act: Callable[[], object], log: Path) -> None:
        self._began = time.monotonic()
        self._log = log
        self.pid = os.fork()
        if self.pid == 0:
            _live(act, log)

    def kill_after(self, seconds: float) -> None:
        """Kill it at a moment, counted from its beginning; nothing if it has ended before."""
        timer = threading.Timer(seconds, self.kill)
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        """Kill it and what it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def wait(self) -> End:
        """Wait for its end."""
        _, status = os.waitpid(self.pid, 0)
        took = time.monotonic() - self._began
        said = self._log.read_text(encoding="utf-8", errors="replace")
        return End(os.waitstatus_to_exitcode(status), took, said)


def _live(act: Callable[[], object], log: Path) -> None:
    os.setsid()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    code = 0
    try:
        act()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
        if ended.code != code:
            print(ended.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - the child says why it failed, whatever it was
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def die_before(number: int) -> None:
    """Let this process die before the nth change: a file, a folder, a commit or a call; from 1."""
    count, first = 0, os.getpid()

    def one_more() -> None:
        nonlocal count
        count += 1
        if count == number:
            # dbt outlives the process that has started it, as it would.
            alone = os.getpid() == first
            (os.kill if alone else os.killpg)(first, signal.SIGKILL)

    _watch(one_more)


def count_changes(tell: Path) -> Callable[[], None]:
    """Count what `die_before` would count; the function given writes down how many they were."""
    count = 0

    def one_more() -> None:
        nonlocal count
        count += 1

    _watch(one_more)
    return lambda: print(json.dumps(count), file=tell.open("w", encoding="utf-8"))


def _watch(one_more: Callable[[], None]) -> None:
    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        is_change = name in _CHANGES or name in _CALLS
        if is_change or (name == "open" and _is_writing(arguments)):
            one_more()

    sys.addaudithook(hook)
    event.listen(Engine, "commit", lambda _connection: one_more())


def _is_writing(arguments: tuple[Any, ...]) -> bool:
    path, _, flags = arguments
    is_device = isinstance(path, str) and path.startswith("/dev/")
    return not is_device and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
