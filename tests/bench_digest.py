"""Digests at scale, for docs/benchmarks.md: composed and rendered in all four forms.

Usage: PYTHONPATH=. python -m tests.bench_digest [--merchants N] [--workers N]

Each merchant's digest is a full one: all figures, six cohorts, eight weeks, advertising, broadcasts
and incentives, in Chinese, English or Italian by turns. Nothing is read or written: what the marts
cost is another benchmark's.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent / "unit" / "digest"))

from digest_rows import WEEK  # pyright: ignore[reportMissingImports]
from digest_samples import (  # pyright: ignore[reportMissingImports]
    complete_rows,
    insight,
    merchant,
)

from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.render import render_digest
from orchestration.register import Locale
from tests.bench_cost import cost_of

_LOCALES: tuple[Locale, ...] = ("zh-CN", "en", "it")
_SECONDS_AIM, _MEMORY_AIM = 120, 1_500_000_000
# Long enough that handing over costs nothing, short enough that no worker ends much later.
_CHUNK = 100


def render_one(number: int) -> int:
    """Compose and render one merchant's digest; how many bytes its forms have."""
    merchant_id = f"m{number:05}"
    rows = complete_rows()
    own = {
        name: [row | {"merchant_id": merchant_id} for row in getattr(rows, name)]
        for name in MerchantRows.__dataclass_fields__
    }
    found = insight("within_swing", orders=448, base=424, low=382, high=469, weeks=8)
    shop = merchant(merchant_id=merchant_id, locale=_LOCALES[number % len(_LOCALES)])
    rendered = render_digest(compose_merchant(shop, WEEK, MerchantRows(**own), [found]), "b", 1)
    slack = str(rendered.slack) + str(rendered.slack_thread)
    return sum(map(len, (slack, rendered.html, rendered.text, rendered.xlsx or b"")))


def render_all(merchants: int, workers: int) -> None:
    """The job that is measured."""
    with ProcessPoolExecutor(workers) as pool:
        if not all(pool.map(render_one, range(merchants), chunksize=_CHUNK)):
            sys.exit("A digest has no bytes.")


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description="Compose and render digests.")
    parser.add_argument("--merchants", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--job", action="store_true", help="only do it")
    asked = parser.parse_args()
    if asked.job:
        return render_all(asked.merchants, asked.workers)
    size = ["--merchants", str(asked.merchants), "--workers", str(asked.workers)]
    cost = cost_of([sys.executable, "-m", "tests.bench_digest", "--job", *size])
    print(f"{psutil.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]}")
    print()
    print("| merchants | workers | seconds | processor seconds | peak MB of all processes |")
    print("|---|---|---|---|---|")
    print(
        f"| {asked.merchants:,} | {asked.workers} | {cost.seconds:.1f} "
        f"| {cost.processor_seconds:.1f} | {cost.peak_bytes / 1e6:.0f} |"
    )
    if cost.seconds > _SECONDS_AIM or cost.peak_bytes > _MEMORY_AIM:
        sys.exit(f"The aim is {_SECONDS_AIM} s and {_MEMORY_AIM / 1e6:.0f} MB.")
    return None


if __name__ == "__main__":
    main()
