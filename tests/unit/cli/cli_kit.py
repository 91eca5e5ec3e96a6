"""A command run in this process, as the tests of every command run theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.home import Home


@dataclass(frozen=True)
class Done:
    """What a command left behind: its exit code, and what it printed where."""

    code: int
    out: str
    err: str


def run(words: Sequence[str]) -> Done:
    """A whole command line, without its first word.

    An exception that escapes it fails the test.
    """
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)


def seedbed(home: Home, *words: str) -> Done:
    """A command on a home."""
    return run([*words, "--home", str(home.root)])
