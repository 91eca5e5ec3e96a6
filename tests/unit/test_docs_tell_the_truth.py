"""Every test that the runbook names exists, and every command that the documents name is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from orchestration.cli import app
from orchestration.home import PROJECT_ROOT

DOCS = sorted((PROJECT_ROOT / "docs").glob("*.md"))
RUNBOOK = PROJECT_ROOT / "docs" / "runbook.md"


def _commands(command: TyperGroup, before: str = "") -> Iterator[str]:
    for name, one in command.commands.items():
        yield f"{before}{name}"
        if isinstance(one, TyperGroup):
            yield from _commands(one, f"{name} ")


COMMANDS = set(_commands(typer.main.get_command(app)))  # pyright: ignore[reportArgumentType]
GROUPS = {name.partition(" ")[0] for name in COMMANDS if " " in name}


@pytest.mark.parametrize("path", [*DOCS, PROJECT_ROOT / "README.md"], ids=lambda path: path.stem)
def test_commands_of_a_document_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for first, second in re.findall(r"`?seedbed ([a-z]+)(?: ([a-z]+)\b)?[ `]", text):
        assert first in COMMANDS, first
        if first in GROUPS and second:
            assert f"{first} {second}" in COMMANDS, f"{first} {second}"


def test_each_trouble_is_rehearsed_by_a_test_that_is_there() -> None:
    _, *sections = RUNBOOK.read_text(encoding="utf-8").split("\n## ")
    assert len(sections) >= 8
    for section in sections:
        named = re.findall(r"`(tests/[\w/]+\.py)`", section)
        assert named, section.partition("\n")[0]
        assert [name for name in named if not (PROJECT_ROOT / name).exists()] == []
