"""Homes for tests that run the real command, and what their published tables hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.home import Home
from tests.made_homes import new_home
from tests.parsed_models import give_parsed_models

SEEDBED = Path(sys.executable).parent / "seedbed"
# After the last week of the real orders, so that `last` is that week.
NOW = "2024-09-16T10:00:00+08:00"
WEEK = ("--week", "2024-09-09")
ORDER_MARTS = (
    "fct_orders",
    "fct_coverage",
    "fct_merchant_days",
    "fct_merchant_weeks",
    "fct_merchant_months",
    "fct_customer_cohorts",
    "fct_customer_cohorts_30d",
)
# All but fct_restatements: what was told is each home's own, whatever its files say now.
MARTS = (
    *ORDER_MARTS,
    "fct_refunds",
    "fct_ad_days",
    "fct_live_sessions",
    "fct_segment_growth",
    "fct_merchant_cohorts",
    "fct_reconciliation",
    "dim_categories",
)
# design: what is kept; everything else is rebuilt from it.
BACKUP_SET = (
    "landing",
    "raw",
    "issued",
    "state.db",
    "identity.key",
    "merchants.yml",
    "rulebook",
    "layouts",
    "seedbed.toml",
)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment(**extra: str) -> dict[str, str]:
    """The environment of a command under test: a fixed clock, no home of the developer."""
    inherited = {key: value for key, value in os.environ.items() if key != "SEEDBED_HOME"}
    return {**inherited, "SEEDBED_NOW": NOW, "COLUMNS": "200", **extra}


def seedbed(*words: str | Path, home: Path, **extra: str) -> Done:
    """Run the real command on a home."""
    done = subprocess.run(
        [SEEDBED, *map(str, words), "--home", str(home)],
        env=environment(**extra),
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def merchant(merchant_id: str, **changes: Any) -> dict[str, Any]:
    """A register entry with an invented name."""
    return {
        "merchant_id": merchant_id,
        "name": {"zh": f"示例{merchant_id}", "en": f"Example {merchant_id}"},
        "joined_on": "2024-03-01",
        "shops": [{"shop_id": f"s-{merchant_id}"}],
        "recipients": [
            {"channel": "email", "address": f"{merchant_id}@example.com", "digest": "merchant"}
        ],
        **changes,
    }


def make_home(home: Path, *merchant_ids: str) -> Path:
    """A home with these merchants and nothing in the inbox, its models parsed."""
    new_home(Home(home))
    give_parsed_models(Home(home))
    register = {"merchants": [merchant(name) for name in merchant_ids]}
    (home / "merchants.yml").write_text(
        yaml.safe_dump(register, allow_unicode=True), encoding="utf-8"
    )
    return home


def copy_home(home: Path, to: Path) -> Path:
    """A home as another stands, its models parsed for where it lies."""
    shutil.copytree(home, to, symlinks=True)
    give_parsed_models(Home(to))
    return to


def drop(home: Path, merchant_id: str, files: Iterable[Path]) -> None:
    """Put copies of files into a merchant's inbox."""
    folder = home / "inbox" / merchant_id
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, folder / file.name)


def published(home: Path, tables: Iterable[str] = MARTS) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the published marts, sorted."""
    path = (home / "published" / "current.duckdb").resolve()
    with duckdb.connect(path, read_only=True) as connection:
        return {
            table: connection.execute(f"select * from marts.{table} order by all").fetchall()
            for table in tables
        }


def query(home: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of a query on the published build."""
    path = (home / "published" / "current.duckdb").resolve()
    with duckdb.connect(path, read_only=True) as connection:
        cursor = connection.execute(sql)
        return [column[0] for column in cursor.description or ()], cursor.fetchall()


def same_key(home: Path, like: Path) -> None:
    """Give a new home the identity key of another: customers are hashed with it."""
    shutil.copyfile(like / "identity.key", home / "identity.key")
    (home / "state.db").unlink()
    assert seedbed("init", home=home).code == 0
