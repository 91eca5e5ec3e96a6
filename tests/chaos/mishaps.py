"""Full disks and damaged files: told in a sentence or mended, and equal after a plain re-run."""

from __future__ import annotations

import ctypes
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from orchestration.home import Home
from orchestration.warehouse.handover import EMPTY
from tests.chaos.homes import Bench, fill
from tests.chaos.points import leaves
from tests.chaos.snapshot import differences
from tests.chaos.steps import STEPS, ingest, ingest_and_judge, next_of

FULL, PARQUET, STATE = "full disk", "damaged Parquet", "truncated state.db"
# Two full disks for each step: somewhere in what it writes.
_FULL_DISKS = 2
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_REMOUNT = 32
_PLENTY = 2 << 30
# Each run writes the weeks that it decides, and each hand-over what has no rows.
_WRITTEN_ANEW = (EMPTY, "weeks.parquet")


@dataclass(frozen=True)
class Mishap:
    """What came of it: what was said, how long the re-run took, what was other afterwards."""

    kind: str
    said: str
    seconds: float
    other: list[str]


def all_of(bench: Bench, seed: int) -> Iterator[tuple[str, Callable[[], Mishap]]]:
    """Every mishap by name."""
    chance = random.Random(f"{seed}/mishaps")
    for step in STEPS:
        for number in range(1, _FULL_DISKS + 1):
            share = chance.uniform(0.02, 0.9)
            yield f"{FULL} {number}, {step}", partial(full_disk, bench, step, share)
    for folder in ("staged", "raw", "quarantine", "held", "handover", "handover/packed"):
        picked, share = chance.random(), chance.uniform(0.0, 0.99)
        yield f"{PARQUET} in {folder}", partial(damaged_parquet, bench, folder, picked, share)
    yield f"{PARQUET} in its midst", partial(overwritten_parquet, bench, chance.random())
    for share in (0.0, chance.uniform(0.01, 0.5), chance.uniform(0.5, 0.99)):
        yield f"{STATE} to {share:.2f}", partial(truncated_state, bench, share)


def few_of(bench: Bench) -> Iterator[tuple[str, Callable[[], Mishap]]]:
    """The quick ones that cost least and would hurt most."""
    yield f"{PARQUET} in raw", partial(damaged_parquet, bench, "raw", 0.5, 0.5)
    yield f"{STATE} to nothing", partial(truncated_state, bench, 0.0)


def full_disk(bench: Bench, step: str, share: float) -> Mishap:
    """A disk of its own with room for a share of what the step writes; then there is plenty.

    It is a real one, a tmpfs that only these processes see, where this system lets one be made.
    """
    bench.forget_messages()
    before, after = used_of(bench.kept(step)), used_of(bench.kept(next_of(step)))
    room = before + int(share * max(after - before, 64 << 10))
    found = bench.folder / "found.json"
    full = bench.folder / "full.log"

    def act() -> None:
        with_disk_of_its_own(bench.home.root, _PLENTY)
        fill(bench.home.root, bench.kept(step))
        resize_disk(bench.home.root, room)
        first = bench.run(lambda: STEPS[step](bench.home))
        full.write_text(first.said if first.code else "it had room enough", encoding="utf-8")
        resize_disk(bench.home.root, _PLENTY)
        again = bench.run(lambda: STEPS[step](bench.home))
        if again.code:
            raise SystemExit(f"the re-run failed: {again.said}")
        bench.look(found)

    # The processes that it starts write another log than its own.
    own = Bench(bench.folder / "full", bench.slack)
    own.folder.mkdir(exist_ok=True)
    end = own.run(act)
    if end.code:
        is_refused = "no disk of its own" in end.said
        return Mishap(FULL, end.said.strip()[-300:], end.seconds, [] if is_refused else ["failed"])
    now_there = json.loads(found.read_text(encoding="utf-8"))
    other = differences(bench.undisturbed[step].leaves, now_there)
    if step == "delivery" and bench.messages() != bench.told:
        other.append("told")
    return Mishap(FULL, _last_line(full.read_text(encoding="utf-8")), end.seconds, other)


def used_of(folder: Path) -> int:
    """What a folder takes on a tmpfs, in whole pages."""
    page = os.sysconf("SC_PAGE_SIZE")
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(-(-path.stat().st_size // page) * page for path in files)


def with_disk_of_its_own(place: Path, size: int) -> None:
    """Mount a tmpfs that this process and its children see, and nobody else.

    Raises:
        SystemExit: this system lets nobody make one.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNS | _CLONE_NEWUSER):
        raise SystemExit(f"no disk of its own: {os.strerror(ctypes.get_errno())}")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    place.mkdir(exist_ok=True)
    _mount(place, 0, size)


def resize_disk(place: Path, size: int) -> None:
    """Give the disk of this process another size, in bytes."""
    _mount(place, _REMOUNT, size)


def _mount(place: Path, flags: int, size: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"size={size},mode=0700".encode()
    if libc.mount(b"tmpfs", str(place).encode(), b"tmpfs", flags, options):
        raise SystemExit(f"no disk of its own: {os.strerror(ctypes.get_errno())}")


def overwritten_parquet(bench: Bench, picked: float) -> Mishap:
    """Bytes in the midst of a raw file are others; what cannot be read is named, and removed."""
    bench.lay_out("build")
    path = _pick(bench.home.raw, picked)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(b"\xff" * (path.stat().st_size // 3))
    refused = bench.run(lambda: ingest_and_judge(bench.home))
    is_named = path.name in refused.said
    path.unlink()
    end = bench.run(lambda: ingest_and_judge(bench.home))
    other = differences(leaves(bench, "gate"), bench.look(bench.folder / "found.json"))
    if end.code:
        other.append("failed")
    if not is_named:
        other.append(f"{path.name} was not named: {refused.said[-300:]}")
    return Mishap(PARQUET, _last_line(refused.said), end.seconds, other)


def _pick(folder: Path, picked: float) -> Path:
    files = sorted(
        path
        for path in folder.rglob("*.parquet")
        if path.name not in _WRITTEN_ANEW and "current" not in path.parts
    )
    return files[int(picked * len(files))]


def damaged_parquet(bench: Bench, folder: str, picked: float, share: float) -> Mishap:
    """Cut one file of a folder off; what was read of its export is read again."""
    bench.lay_out("gate" if folder == "staged" else "build")
    path = _pick(bench.home.root / folder, picked)
    os.truncate(path, int(share * path.stat().st_size))
    end = bench.run(lambda: ingest_and_judge(bench.home))
    said = f"{path.relative_to(bench.home.root).parts[-2:]} cut to {share:.0%}: {end.code}"
    if end.code:
        return Mishap(PARQUET, f"{said} {_last_line(end.said)}", end.seconds, ["failed"])
    other = differences(leaves(bench, "gate"), bench.look(bench.folder / "found.json"))
    return Mishap(PARQUET, said, end.seconds, other)


def truncated_state(bench: Bench, share: float) -> Mishap:
    """A state that was cut off is refused in a sentence, before anything is done with it.

    Then the whole one is put back, as from the backup set, and the week is run on.
    """
    bench.lay_out("delivery")
    state = bench.home.state_file
    whole = bench.folder / "whole.db"
    shutil.copy2(state, whole)
    os.truncate(state, int(share * state.stat().st_size))
    refused = bench.run(lambda: _ingest_and_send(bench.home))
    told = sum(map(len, bench.messages().values()))
    shutil.copy2(whole, state)
    end = bench.run(lambda: STEPS["delivery"](bench.home))
    other = differences(bench.undisturbed["delivery"].leaves, bench.look(bench.folder / "f.json"))
    if end.code:
        other.append(end.said[-300:])
    if not refused.code:
        other.append("it was used as it was")
    if told:
        other.append(f"{told} messages were sent from it")
    if bench.messages() != bench.told:
        other.append("told")
    return Mishap(STATE, _last_line(refused.said), end.seconds, other)


def _ingest_and_send(home: Home) -> None:
    ingest(home)
    STEPS["delivery"](home)


def _last_line(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return lines[-1][-250:] if lines else ""
