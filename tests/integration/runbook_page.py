"""docs/runbook.md as somebody on call types it: the commands of a section, in the page's order."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from homes import SEEDBED, Done
from monday_home import MONDAY, WEEK
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.home import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "runbook.md"
_COMMAND = re.compile(r"`seedbed ([^`]+)`")
# They run Dagster, which knows one home for as long as a process lives.
_OF_DAGSTER = ("run", "backfill")


def sections() -> dict[str, list[str]]:
    """The commands of each section of the page, without their first word."""
    _, *parts = PAGE.read_text(encoding="utf-8").split("\n## ")
    return {part.partition("\n")[0]: _COMMAND.findall(part) for part in parts}


class Typist:
    """Types what a section says, its own words filled in, and nothing in another order."""

    def __init__(self, title: str, home: Path, words: dict[str, str]) -> None:
        self.left = sections()[title]
        self._words = {"H": str(home), "W": WEEK, **words}

    def types(self, beginning: str, answers: str | None = None, **words: str) -> Done:
        """The next command of the page, which begins so; `answers` are given on a terminal."""
        typed = shlex.split(self._next(beginning))
        filled = [self._filled(word, self._words | words) for word in typed]
        if answers is not None:
            done = _by_the_shell(filled, answers)
        elif filled[0] in _OF_DAGSTER:
            done = _by_the_shell(filled)
        else:
            done = here(*filled)
        # What a stranger reads; `pytest -s` shows it.
        print(f"\n$ seedbed {shlex.join(filled)}\n{done.out}{done.err}[{done.code}]")
        return done

    def is_tried_elsewhere(self, beginning: str, test: str) -> None:
        """The next command of the page is typed by another test, which is there and names it."""
        # Its command and options; what is filled in is another there.
        words = [word for word in self._next(beginning).split() if word.islower()]
        text = (PROJECT_ROOT / test).read_text(encoding="utf-8")
        assert all(f'"{word}"' in text for word in words), f"{test} does not try {beginning}"

    def _next(self, beginning: str) -> str:
        assert self.left, f"the page does not go on with {beginning}"
        command = self.left.pop(0)
        assert command.startswith(beginning), f"the page goes on with {command}, not {beginning}"
        return command

    def _filled(self, word: str, words: dict[str, str]) -> str:
        names = "|".join(map(re.escape, words))
        # Not the W of 2024-W36 that was filled in: all at once.
        return re.sub(rf"\b({names})\b", lambda found: words[found[0]], word)


@contextmanager
def rehearsing(
    title: str, home: Path, monkeypatch: pytest.MonkeyPatch, **words: str
) -> Iterator[Typist]:
    """Somebody in this home with the page open; at the end every command of it was typed."""
    monkeypatch.setenv("SEEDBED_HOME", str(home))
    monkeypatch.setenv("SEEDBED_NOW", MONDAY)
    monkeypatch.setenv("COLUMNS", "200")
    typist = Typist(title, home, words)
    yield typist
    assert typist.left == [], f"{title}: the page goes on"


def here(*words: str) -> Done:
    """A command in this process, of the page or besides."""
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)


def _by_the_shell(words: list[str], answers: str = "") -> Done:
    """In a process of its own, with a terminal to read from."""
    terminal, given = pty.openpty()
    os.write(terminal, answers.encode())
    done = subprocess.run(
        [SEEDBED, *words], stdin=given, capture_output=True, text=True, check=False
    )
    os.close(given)
    os.close(terminal)
    return Done(done.returncode, done.stdout, done.stderr)
