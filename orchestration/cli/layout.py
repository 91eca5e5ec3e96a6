"""Teach a home the layout of files whose headers are new."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import printing
from orchestration.cli.common import (
    ERR,
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    group,
    notify,
)
from orchestration.cli.layout_shown import proposals, taught
from orchestration.rows import SOURCE_NAME

if TYPE_CHECKING:
    from orchestration.exports.learn.proposal import Proposal
    from orchestration.flow.learn.lesson import Lesson
    from orchestration.flow.workspace import Workspace

app = group("layout", "Layouts: how the files of each source look.")


@app.command("learn")
def layout_learn(
    file: Annotated[Path, typer.Argument(help="An export.", exists=True, dir_okay=False)],
    source: Annotated[
        str | None,
        typer.Option("--source", help="What it is an export of; a new name is a new source."),
    ] = None,
    covers: Annotated[
        str | None, typer.Option("--covers", help="Days it speaks for: 2024-06-24..2024-06-30.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what is proposed; write nothing.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: take what is certain enough.")
    ] = False,
    certainty: Annotated[
        float, typer.Option("--certainty", min=0, max=1, help="How certain --yes must be.")
    ] = 0.9,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Propose layout rows for a file whose headers are new, and write them to the home."""
    from orchestration.flow.learn.lesson import study
    from orchestration.flow.learn.teach import teach
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_day_range

    with errors_in_one_line(debug=debug):
        if source and not re.fullmatch(SOURCE_NAME, source):
            raise WrongUsage(f"--source {source}: write <platform>__<entity>, small letters.")
        declared = parse_day_range(covers) if covers else None
        with open_workspace(chosen_home(home), notify) as workspace:
            with printing.progress(ERR) as tell:
                tell(f"looking at {file.name}")
                lesson = study(workspace, file, source=source, declared=declared)
            if not as_json:
                proposals(OUT, lesson)
            if not (yes or dry_run or _can_ask(as_json=as_json)):
                raise WrongUsage(
                    "nobody can be asked here; add --dry-run, or --yes to take what is at least "
                    f"{certainty:.0%} certain."
                )
            is_asking = not (yes or dry_run)
            decided = (
                list(_asked(workspace, lesson))
                if is_asking
                # Without --yes a dry run shows what comes of it if every proposal is taken.
                else [_taken(one, certainty if yes else 0) for one in lesson.proposals]
            )
            report = teach(workspace, lesson, decided, dry_run=dry_run)
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
    else:
        taught(OUT, report)
    raise typer.Exit(report.exit_code)


def _can_ask(*, as_json: bool) -> bool:
    return sys.stdin.isatty() and not as_json


def _taken(one: Proposal, certainty: float) -> Proposal:
    from orchestration.exports.learn.proposal import left

    return one if one.certainty >= certainty else left(one)


def _asked(workspace: Workspace, lesson: Lesson) -> Iterator[Proposal]:
    """Decisions of the person at the terminal; a new layout is taken or left as a whole."""
    if lesson.new is None:
        for one in lesson.proposals:
            is_open = one.is_writable and not one.is_personal
            yield _ask_about(workspace, lesson, one) if is_open else one
        return
    if not typer.confirm(
        "Write this layout? Every cell of it can be changed as CSV later", err=True
    ):
        raise WrongUsage("nothing was written.")
    yield from lesson.proposals


def _ask_about(workspace: Workspace, lesson: Lesson, one: Proposal) -> Proposal:
    from orchestration.exports.learn.proposal import LearnError, ignored, left
    from orchestration.flow.learn.teach import as_column

    words = _words(one)
    while True:
        answer = typer.prompt(words, default="y", err=True).strip()
        if answer == "y":
            return one
        if answer == "n":
            return left(one)
        if answer == "i":
            return ignored(one)
        try:
            return as_column(workspace, lesson, one, answer)
        except LearnError as error:
            printing.error(ERR, str(error))


def _words(one: Proposal) -> str:
    what = {
        "map": f"read as {one.column}",
        "ignore": "drop its values, as not used",
        "leave": "leave it unknown",
    }[one.action]
    return (
        f"'{_bare(one.header)}': {what} ({one.certainty:.0%})? "
        "y yes, n leave it unknown, i never use it, or another column"
    )


def _bare(text: str) -> str:
    """Text of somebody else for a prompt, which knows no markup."""
    return "".join(char if char.isprintable() else "?" for char in text)
