"""Thirty shops in thirty minutes: what a person does with a folder of export files, by commands.

Usage: python -m tests.thirty_shops [MERCHANTS [WEEKS]] (make thirty). A world of invented shops
is written in the true headers of every source, dirt included. Then, without opening a YAML file:
a home, the register as a workbook, the folder into the inbox, what is unclaimed or set aside,
and a week. It ends with 1 unless every shop that has its exports gets its preview, and every file
is loaded, held with a reason or unclaimed. A person's own minutes (filling in the workbook) are
not in the times.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.samples.market.deliver import write_world
from orchestration.samples.market.world import invent_world, register_of

SEEDBED = Path(sys.executable).parent / "seedbed"
FIRST_MONDAY = date(2024, 7, 1)
# 30 minutes, as the issue has it.
AIM_SECONDS = 1800
_DONE = (0, 3)


def main() -> None:
    """Go through it once, and say how long each step took."""
    merchants, weeks = (int(word) for word in [*sys.argv[1:], "30", "4"][:2])
    week = FIRST_MONDAY + timedelta(weeks=weeks - 1)
    with tempfile.TemporaryDirectory() as folder:
        person = _Person(Path(folder) / "H", now=week + timedelta(weeks=1, days=2))
        world = invent_world(merchants=merchants, weeks=weeks, first_day=FIRST_MONDAY)
        person.does("make a home", "init")
        person.does("the register as a workbook", "merchants", "export", person.workbook)
        _fill_in(person.workbook, register_of(world))
        person.does("take the workbook in", "merchants", "import", person.workbook)
        files = write_world(world, person.home / "inbox")
        person.does(f"ingest {len(files)} files", "ingest")
        person.does("ask whose the unclaimed files are", "merchants", "suggest", "--apply")
        person.does("set-aside rows as a workbook", "quarantine", "export", person.rejected)
        person.does("the week, to its previews", "run", "--week", week.isoformat())
        previews = person.asks("digest", "preview", "--week", week.isoformat())
        accounts = person.asks("ingest")["files"]
    _report(person, merchants, previews, accounts)


class _Person:
    """Somebody at a shell, with a watch."""

    def __init__(self, home: Path, now: date) -> None:
        self.home = home
        self.workbook = home.parent / "register.xlsx"
        self.rejected = home.parent / "rejected.xlsx"
        self.seconds: dict[str, float] = {}
        self._environment = {**os.environ, "SEEDBED_NOW": f"{now.isoformat()}T10:00:00+08:00"}

    def does(self, what: str, *words: str | Path) -> None:
        """Run a command; anything but done, or done with something set aside, ends it all."""
        began = time.monotonic()
        done = self._run(words)
        self.seconds[what] = time.monotonic() - began
        print(f"{self.seconds[what]:7.1f} s  {what}", flush=True)
        if done.returncode not in _DONE:
            raise SystemExit(f"seedbed {' '.join(map(str, words))}: {done.stdout}{done.stderr}")

    def asks(self, *words: str) -> Any:
        """The JSON that a command gives."""
        return json.loads(self._run((*words, "--json")).stdout)

    def _run(self, words: Iterable[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SEEDBED, *map(str, words), "--home", str(self.home)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


def _fill_in(path: Path, register: dict[str, Any]) -> None:
    """Type the register into the template, as a person would, under its Chinese headers."""
    book = load_workbook(path)
    for merchant in register["merchants"]:
        whose = merchant["merchant_id"]
        _type(
            book["商家"],
            商家编号=whose,
            中文名称=merchant["name"].get("zh"),
            英文名称=merchant["name"].get("en"),
            入驻日期=merchant["joined_on"],
            周报语言=merchant["locale"],
            一级行业=merchant["industry_l1"],
            二级行业=merchant["industry_l2"],
        )
        for shop in merchant["shops"]:
            _type(book["店铺"], 商家=whose, 店铺ID=shop["shop_id"], 店铺名称=shop["name"])
        for account in merchant["ad_accounts"]:
            number, platform = account["account_id"], account["platform"]
            _type(book["广告账户"], 商家=whose, 平台=platform, 账户ID=number)
        for reader in merchant["recipients"]:
            _type(book["收件人"], 商家=whose, 渠道=reader["channel"], 地址=reader["address"])
    book.save(path)


def _type(sheet: Worksheet, **cells: Any) -> None:
    places = {str(c.value).rstrip(" *"): n for n, c in enumerate(sheet[1], start=1) if c.value}
    line = sheet.max_row + 1
    while line > 2 and not any(cell.value for cell in sheet[line - 1]):
        line -= 1
    for header, value in cells.items():
        sheet.cell(line, places[header], value)


def _report(
    person: _Person, merchants: int, previews: list[Any], accounts: list[dict[str, Any]]
) -> None:
    shown = {item["merchant_id"] for item in previews if item["merchant_id"]}
    open_files = [a for a in accounts if a["status"] == "received" or _is_silent(a)]
    took = sum(person.seconds.values())
    print(f"{took:7.1f} s  in all; the aim is {AIM_SECONDS} s")
    print(f"{len(shown)} previews of {merchants} shops; files: {_counts(accounts)}")
    if len(shown) < merchants or open_files or took > AIM_SECONDS:
        raise SystemExit(f"not as it should be; files without a fate: {open_files[:3]}")


def _is_silent(account: dict[str, Any]) -> bool:
    return account["status"] == "held" and not account["reason"]


def _counts(accounts: list[dict[str, Any]]) -> str:
    found = Counter(account["status"] for account in accounts)
    return ", ".join(f"{status} {count}" for status, count in sorted(found.items()))


if __name__ == "__main__":
    main()
