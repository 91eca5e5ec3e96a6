"""Putting the files of a world into an inbox, and what must become of each of them."""

from __future__ import annotations

import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from orchestration.samples.market.content import content
from orchestration.samples.market.exports import Plan
from orchestration.samples.market.world import World

Fate = Literal["loaded", "held", "unclaimed", "repeated"]

# Faults of rows that can be read and counted before their file is held.
_COUNTED_FAULTS = ("too_many_faults",)


class Rejected(NamedTuple):
    """A row that must be quarantined: its line in the file, from 1, and the family of its rule."""

    line: int
    family: str


@dataclass(frozen=True)
class Delivered:
    """One file of the inbox, or a member of a ZIP there, and what must become of it.

    `fate`: loaded (with what `quarantined` and `skipped` leave), held whole for `reason`,
    unclaimed (nothing says whose it is), or repeated (its bytes are loaded under another name; a
    reader may just as well take this name for the first).
    `merchant_id` is whose it truly is, but for a report of another's account: there it is the
    folder's. `rows_read` is None where a file is held before its rows are counted; otherwise
    rows_read = rows_loaded + rows_held + quarantined + skipped.
    """

    path: Path
    member: str | None
    merchant_id: str
    source: str
    exported_at: datetime
    is_time_known: bool
    fate: Fate
    reason: str
    rows_read: int | None
    rows_loaded: int
    rows_held: int
    quarantined: tuple[Rejected, ...]
    skipped: Mapping[str, int]

    @property
    def name(self) -> str:
        """The file's name; of a member of a ZIP, the name of the ZIP before it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


def write_world(world: World, inbox: Path) -> list[Delivered]:
    """Write every file below `inbox`, in the order of the exports.

    Most lie in `<merchant_id>/`, some in `<merchant_id>/<first day>_<last day>/`, and some that
    name their shop or account in `inbox` itself.
    """
    return write_plans(world.plans, inbox)


def write_plans(plans: Sequence[Plan], inbox: Path) -> list[Delivered]:
    """Write these files only; for arrivals one by one."""
    archives: dict[Path, list[Plan]] = defaultdict(list)
    for plan in plans:
        path = path_of(plan, inbox)
        if plan.archive:
            archives[path].append(plan)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content(plan))
    for path, packed in archives.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_zip_bytes(packed))
    return [delivered(plan, inbox) for plan in plans]


def path_of(plan: Plan, inbox: Path) -> Path:
    """Where a plan's file lies, or the ZIP that it is a member of."""
    return inbox / plan.folder / (plan.archive or plan.name)


def delivered(plan: Plan, inbox: Path) -> Delivered:
    """What must become of a plan's file."""
    is_counted = plan.fault in ("", *_COUNTED_FAULTS)
    is_read = is_counted and not plan.is_repeat
    fates = Counter(entry.fate for entry in plan.entries) if is_read else Counter()
    skipped = Counter(entry.why for entry in plan.entries if entry.fate == "skipped")
    skipped["title"] = len(plan.style.above)
    is_held = plan.fault in _COUNTED_FAULTS
    return Delivered(
        path=path_of(plan, inbox),
        member=plan.name if plan.archive else None,
        merchant_id=plan.merchant_id,
        source=plan.source,
        exported_at=plan.exported_at,
        is_time_known=plan.is_time_known,
        fate=_fate(plan),
        reason=plan.fault,
        rows_read=sum(fates.values()) + skipped["title"] if is_counted else None,
        rows_loaded=0 if is_held else fates["loaded"],
        rows_held=fates["loaded"] + fates["quarantined"] if is_held else 0,
        quarantined=() if is_held or not is_read else _rejected(plan),
        skipped={reason: count for reason, count in skipped.items() if count and is_read},
    )


def _fate(plan: Plan) -> Fate:
    if plan.is_repeat:
        return "repeated"
    if plan.fault == "unclaimed":
        return "unclaimed"
    return "held" if plan.fault else "loaded"


def _rejected(plan: Plan) -> tuple[Rejected, ...]:
    return tuple(
        Rejected(plan.line_of(place), entry.why)
        for place, entry in enumerate(plan.entries)
        if entry.fate == "quarantined"
    )


def _zip_bytes(plans: Sequence[Plan]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for plan in plans:
            moment = plan.exported_at.timetuple()[:6]
            member = zipfile.ZipInfo(plan.name, date_time=moment)
            archive.writestr(member, content(plan), zipfile.ZIP_DEFLATED)
    return file.getvalue()
