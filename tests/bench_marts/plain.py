"""Usage: python -m tests.bench_marts.plain HOME TARGET: the main tables by plain SQL in DuckDB.

The seconds of each table are written beside the target, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from orchestration.settings import load_settings

_LEVELS = ("accounts", "campaigns", "units", "creatives", "notes", "keywords", "search_words")
# Means, ranks and shares are never added up.
_NEVER_ADDED = ("reply_minutes", "avg_", "first_", "top3_", "live_avg_", "hour")
_FIGURES = ("gmv", "order_count", "active_customers", "new_customers", "ad_spend")


def main() -> None:
    """Make the tables in a database file."""
    home, target = Home(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    target.unlink(missing_ok=True)
    limits = load_settings(home).duckdb
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory_limit,
        "threads": limits.threads,
        "preserve_insertion_order": False,
        "temp_directory": str(target.with_suffix(".tmp")),
    }
    with closing(duckdb.connect(target, config=config)) as connection:
        connection.execute("set enable_progress_bar = false")
        seconds: dict[str, float] = {}
        for statement in statements(home):
            began = time.monotonic()
            connection.execute(statement)
            seconds[statement.split()[2]] = round(time.monotonic() - began, 1)
    target.with_suffix(".json").write_text(json.dumps(seconds))


def statements(home: Home) -> list[str]:
    """The statements of the scripts, with the columns of this home's layouts."""
    figures, texts, keys = _ad_columns()
    words = {
        "home": str(home.root),
        "figures": ", ".join(f"sum({name}) as {name}" for name in figures),
        "ids": ", ".join(f"max({name}) as {name}" for name in texts),
        "ad_key": _as_key(texts),
        "level_key": f"case files.source {keys} end",
        "levels": str([f"juguang__{level}" for level in _LEVELS]),
        "warm_up_days": "365",
        "changes": ", ".join(
            f"(v.{name} - b.{name}) / nullif(b.{name}, 0) as {name}_change, "
            f"(l.{name} - l.base_{name}) / nullif(l.base_{name}, 0) as {name}_like_for_like"
            for name in _FIGURES
        ),
    }
    texts_of = (
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("plain.sql", "plain_periods.sql", "plain_cohorts.sql")
    )
    scripts = [
        "\n".join(line for line in text.splitlines() if not line.strip().startswith("--"))
        for text in texts_of
    ]
    return [one.format(**words) for text in scripts for one in text.split(";") if one.strip()]


def _ad_columns() -> tuple[list[str], list[str], str]:
    """Figures, what rows are about, and what each level's newer report replaces by."""
    figures: dict[str, None] = {}
    texts: dict[str, None] = {}
    keys: list[str] = []
    for level in _LEVELS:
        layout = load_layouts().get(f"juguang__{level}")
        for name, kind in layout.arrow_columns:
            if name.startswith(_NEVER_ADDED) or name in ("_cut", "account_id", "stat_date"):
                continue
            is_figure = pa.types.is_integer(kind) or pa.types.is_decimal(kind)
            (figures if is_figure else texts)[name] = None
        keys.append(f"when 'juguang__{level}' then {_as_key(layout.terms[-1].replace_by)}")
    return list(figures), list(texts), " ".join(keys)


def _as_key(columns: tuple[str, ...] | list[str]) -> str:
    parts = (f"coalesce(cast({name} as varchar), '')" for name in columns)
    return f"concat_ws('/', {', '.join(parts)})"


if __name__ == "__main__":
    main()
