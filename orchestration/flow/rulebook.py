"""The rulebook of a home, or a folder of one: checked, and compared with another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from orchestration.home import Home
from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.programmes.checks import Finding, findings_of
from orchestration.incentives.programmes.differences import Difference, differences
from orchestration.incentives.programmes.load import load_programmes, read_programmes
from orchestration.incentives.promotions import load_promotions
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK, SETTINGS_FILE, load_settings_file
from orchestration.incentives.taxonomies import load_taxonomies
from orchestration.register import RegisterError, read_register

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class RulebookReport:
    """What a rulebook holds, and everything that was found in it.

    `unreadable`: faults that keep a file from being read.
    """

    folder: Path
    programmes: int
    versions: int
    unreadable: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """A sentence for each thing that keeps the rulebook from being used."""
        return (*self.unreadable, *(one.sentence for one in self.findings if one.is_fault))

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(one.sentence for one in self.findings if not one.is_fault)

    @property
    def exit_code(self) -> int:
        return 1 if self.faults else 0

    def as_dict(self) -> dict[str, Any]:
        unreadable = [
            {"level": "fault", "check": "file", "where": None, "problem": sentence}
            for sentence in self.unreadable
        ]
        return {
            "folder": self.folder,
            "programmes": self.programmes,
            "versions": self.versions,
            "is_usable": not self.faults,
            "findings": [*unreadable, *(one.as_dict() for one in self.findings)],
        }


def check_rulebook(home: Home, folder: Path | None = None) -> RulebookReport:
    """Look at a rulebook as a whole: the home's, or a folder that is to become one.

    A folder need not hold everything; what it lacks is taken as shipped. Statements about
    merchants are held against the home's register, if there is one.

    Raises:
        RulebookError: there is no such folder.
    """
    place = _folder(folder or home.rulebook)
    unreadable: list[str] = []
    if folder is None or (place / SETTINGS_FILE).exists():
        _gather(unreadable, lambda: load_settings_file(place))
    _gather(unreadable, lambda: load_promotions(place, DEFAULT_RULEBOOK))
    categories = _gather(unreadable, lambda: load_taxonomies(place, DEFAULT_RULEBOOK))
    programmes, faults = read_programmes(place, DEFAULT_RULEBOOK)
    return RulebookReport(
        folder=place,
        programmes=len(programmes.documents),
        versions=sum(1 for _ in programmes.latest),
        unreadable=(*unreadable, *faults),
        findings=tuple(findings_of(programmes, categories or (), _merchant_ids(home))),
    )


def compare_rulebooks(old: Path, new: Path) -> list[Difference]:
    """What the second folder says otherwise than the first.

    Raises:
        RulebookError: one of them is no folder, or cannot be read.
    """
    return differences(
        load_programmes(_folder(old), DEFAULT_RULEBOOK),
        load_programmes(_folder(new), DEFAULT_RULEBOOK),
    )


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise RulebookError(
            f"{path} is no folder; name one with programmes/ in it, or make a home with `seedbed "
            "init`."
        )
    return path


def _gather(faults: list[str], read: Callable[[], _Read]) -> _Read | None:
    """What is read, or its faults gathered."""
    try:
        return read()
    except RulebookError as error:
        faults.extend(error.faults)
        return None


def _merchant_ids(home: Home) -> Collection[str] | None:
    """The merchants of the register; a register that cannot be read is not the rulebook's fault."""
    try:
        return {one.merchant_id for one in read_register(home.register_file).merchants}
    except RegisterError:
        return None
