"""What every command shares: its options, the home, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from orchestration import printing
from orchestration.home import Home
from orchestration.settings import home_from_environment

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="The home directory [default: $SEEDBED_HOME, ./home].")
]
WeekOption = Annotated[str, typer.Option("--week", help="Its Monday, 2024-W37, or last.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]

_WORKBOOK_ENDING = ".xlsx"

ERR = printing.console(stderr=True)
OUT = printing.console()


class WrongUsage(Exception):  # noqa: N818 - it names what happened
    """The command was called with words that do not go together."""


def group(name: str, about: str) -> typer.Typer:
    """A command of several, such as `seedbed digest`."""
    return typer.Typer(name=name, help=about, no_args_is_help=True)


def chosen_home(path: Path | None) -> Home:
    """The home of the option, else of the environment."""
    return Home(path.expanduser().resolve()) if path else home_from_environment()


def notify(sentence: str) -> None:
    """Tell something beside the result."""
    ERR.print(printing.plain(sentence))


def refuse_other_ending(file: Path) -> None:
    """Raise WrongUsage for a name that no spreadsheet opens as a workbook."""
    if file.suffix.lower() != _WORKBOOK_ENDING:
        raise WrongUsage(f"{file} is no name of a workbook; let it end in {_WORKBOOK_ENDING}.")


@contextmanager
def errors_in_one_line(*, debug: bool) -> Iterator[None]:
    """End the command with one sentence and its exit code, whatever is raised in the block."""
    try:
        yield
    except typer.Exit:
        raise
    except Exception as error:
        if debug:
            raise
        printing.error(ERR, _sentence(error))
        raise typer.Exit(_exit_code(error)) from None


def _exit_code(error: Exception) -> int:
    from orchestration.periods import PeriodError

    return 2 if isinstance(error, WrongUsage | PeriodError) else 1


def _sentence(error: Exception) -> str:
    """Our own errors say what is wrong and how to mend it; another one is a fault of ours."""
    is_ours = type(error).__module__.partition(".")[0] in ("orchestration", "expectations")
    if is_ours or isinstance(error, OSError):
        return str(error)
    first_line = str(error).strip().partition("\n")[0]
    return (
        f"{type(error).__name__}: {first_line} (nobody foresaw this; run it again with --debug "
        "and report what it shows)"
    )
