"""What the documents name is there: tests, commands to their last option, settings."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel
from typer.core import TyperGroup

from orchestration.cli import app
from orchestration.home import PROJECT_ROOT
from orchestration.settings import Settings

DOCS = sorted((PROJECT_ROOT / "docs").glob("*.md"))
RUNBOOK = PROJECT_ROOT / "docs" / "runbook.md"


def _commands(command: TyperGroup, before: str = "") -> Iterator[str]:
    for name, one in command.commands.items():
        yield f"{before}{name}"
        if isinstance(one, TyperGroup):
            yield from _commands(one, f"{name} ")


COMMANDS = set(_commands(typer.main.get_command(app)))  # pyright: ignore[reportArgumentType]
GROUPS = {name.partition(" ")[0] for name in COMMANDS if " " in name}


PAGES = [*DOCS, PROJECT_ROOT / "README.md"]
# Code in a sentence, and lines of a block of code up to what is said of them.
_IN_A_SENTENCE = re.compile(r"`seedbed ([^`]+)`")
_IN_A_BLOCK = re.compile(r"^(?:\.venv/bin/)?seedbed (.+?)(?:\s+#.*)?$", re.MULTILINE)
# Where the home is, its clock, Dagster's storage, and variables that the register names.
_NO_SETTING = re.compile(r"HOME|NOW|DAGSTER_URL|(SLACK|WEBHOOK)_CLOUD_HOME\w*")


def _typed(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [*_IN_A_SENTENCE.findall(text), *_IN_A_BLOCK.findall(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_of_a_document_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for first, second in re.findall(r"`?seedbed ([a-z]+)(?: ([a-z]+)\b)?[ `]", text):
        assert first in COMMANDS, first
        if first in GROUPS and second:
            assert f"{first} {second}" in COMMANDS, f"{first} {second}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_command_of_a_document_is_one_to_the_last_option(path: Path) -> None:
    assert [(line, _fault(line)) for line in _typed(path) if _fault(line)] == []


def _fault(line: str) -> str:
    """What the parser of the command line says of it, values left aside."""
    words = shlex.split(line)
    command: Any = typer.main.get_command(app)
    context = command.context_class(command)
    while isinstance(command, TyperGroup) and words:
        name = words.pop(0)
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
        context = command.context_class(command, parent=context)
    try:
        _, left, _ = command.make_parser(context).parse_args(words)
    except Exception as error:  # noqa: BLE001 - of the parser, whatever library it is of
        return str(error)
    # Words that stand for some more of them.
    return " ".join(word for word in left if word != "…")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_settings_of_a_document_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sections = "|".join(name for name in Settings.model_fields if _model_of(Settings, name))
    named = re.findall(rf"`((?:{sections})\.[a-z_.]+)`", text)
    of_environment = re.findall(r"\bSEEDBED_([A-Z_]*[A-Z])\b", text)
    named += [
        name.lower().replace("__", ".")
        for name in of_environment
        if not _NO_SETTING.fullmatch(name)
    ]
    for block in re.findall(r"```toml\n(.+?)```", text, re.DOTALL):
        named += list(_keys(tomllib.loads(block)))
    assert [name for name in named if not _is_setting(name)] == []


def _keys(table: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in table.items():
        yield f"{before}{name}"
        if isinstance(value, dict) and name != "options":
            yield from _keys(value, f"{before}{name}.")


def _is_setting(name: str) -> bool:
    model: Any = Settings
    for part in name.split("."):
        if model is None or part not in model.model_fields:
            return False
        model = _model_of(model, part)
    return True


def _model_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    kind = model.model_fields[name].annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def test_each_trouble_is_rehearsed_by_a_test_that_is_there() -> None:
    before, *sections = RUNBOOK.read_text(encoding="utf-8").split("\n## ")
    assert len(sections) >= 8
    for section in (before, *sections):
        named = re.findall(r"`(tests/[\w/]+\.py)`", section)
        assert named, section.partition("\n")[0]
        assert [name for name in named if not (PROJECT_ROOT / name).exists()] == []


def test_each_section_with_commands_is_typed_by_a_rehearsal() -> None:
    _, *sections = RUNBOOK.read_text(encoding="utf-8").split("\n## ")
    tests = (PROJECT_ROOT / "tests" / "integration").glob("*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in tests)
    for section in sections:
        title = section.partition("\n")[0]
        assert not _IN_A_SENTENCE.search(section) or f'"{title}"' in text, title


@pytest.mark.parametrize("line", ["rum", "run --sent", "digest sent", "changes m001 --file SHA"])
def test_a_command_that_is_none_is_found(line: str) -> None:
    assert _fault(line)


@pytest.mark.parametrize("name", ["deliver.auto_send", "delivery.auto", "delivery.slack.token.a"])
def test_a_setting_that_is_none_is_found(name: str) -> None:
    assert not _is_setting(name)
