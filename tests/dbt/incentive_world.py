"""A home whose rulebook tables are written by hand, so that the models are tested without YAML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from orchestration.warehouse.schemas import raw_schema
from tests.dbt_homes import empty_home, pack_all, put_handover

ORDERS, AFTERSALES = "qianfan__orders", "qianfan__aftersales"
LIVE, ADS, GRANTS = "qianfan__live_sessions", "juguang__accounts", "seedbed__incentive_grants"
WEEK, AS_OF = date(2024, 6, 10), date(2024, 6, 16)
LONG_AGO = datetime.fromisoformat("2024-01-01")
Row = Mapping[str, Any]

METRICS = [
    {"metric": name, "unit": unit, "kind": "daily", "may_fall": name == "net_gmv"}
    for name, unit in {
        "gmv": "yuan", "net_gmv": "yuan", "order_count": "orders", "new_customers": "customers",
        "ad_spend": "yuan", "impressions": "impressions", "clicks": "clicks", "live_gmv": "yuan",
        "live_minutes": "minutes", "live_exposures": "exposures", "broadcast_days": "days",
    }.items()
] + [
    {"metric": "days_since_joined", "unit": "days", "kind": "register", "may_fall": False},
    {"metric": "private_domain", "unit": "yes_no", "kind": "register", "may_fall": False},
    {"metric": "category", "unit": None, "kind": "register", "may_fall": False},
    {"metric": "shop_score", "unit": "points", "kind": "fact", "may_fall": False},
]  # fmt: skip


def day(text: str) -> date:
    """`05-31` of 2024."""
    return date.fromisoformat(f"2024-{text}")


@dataclass
class Programmes:
    """Rows of the compiled rulebook; `add` says one version as its file would."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            "versions": [], "conditions": [], "condition_categories": [], "tiers": [], "groups": []
        }
    )  # fmt: skip

    def add(
        self,
        programme: str,
        *,
        version: int = 1,
        recorded_at: datetime = LONG_AGO,
        gates: Sequence[Row] = (),
        goals: Sequence[Row] = (),
        tiers: Sequence[tuple[str | None, str | None, str | None]] = (),
        groups: Mapping[str, int] | None = None,
        **said: Any,
    ) -> None:
        """Conditions: `entry` is their number in the list unless they say it themselves."""
        key = {"programme": programme, "version": version, "recorded_at": recorded_at}
        defaults: dict[str, Any] = {
            "name_zh": programme, "name_en": programme, "name_it": programme,
            "valid_from": date(2024, 1, 1), "certainty": "A", "is_assumption": False,
            "starts_next_day": False, "is_first_time_only": False, "reward_unit": "ad_credit",
        }  # fmt: skip
        self.rows["versions"].append({**key, **defaults, **said})
        for role, conditions, period in (("gate", gates, None), ("goal", goals, "window")):
            for number, condition in enumerate(conditions, start=1):
                words = {"comparison": "at_least", "period": period, "entry": number, **condition}
                listed = words.pop("categories", [])
                name = words.setdefault("condition_id", f"{role}_{number}")
                if "threshold" in words:
                    words["threshold"] = Decimal(str(words["threshold"]))
                self.rows["conditions"].append({**key, "role": role, **words})
                self.rows["condition_categories"] += [
                    {**key, "condition_id": name, "category": category} for category in listed
                ]
        for number, (start, amount, rate) in enumerate(tiers, start=1):
            self.rows["tiers"].append(
                {
                    **key,
                    "tier": number,
                    "tier_from": None if start is None else Decimal(start),
                    "amount": None if amount is None else Decimal(amount),
                    "rate": None if rate is None else Decimal(rate),
                }
            )
        for group, rank in (groups or {}).items():
            self.rows["groups"].append({**key, "exclusive_group": group, "rank": rank})


@dataclass
class World:
    """Merchants, what their exports say, and the days that these cover."""

    home: Home
    merchants: list[dict[str, Any]] = field(default_factory=list)
    coverage: list[dict[str, Any]] = field(default_factory=list)
    raw: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)
    issued: list[dict[str, Any]] = field(default_factory=list)

    def merchant(self, name: str, joined: str | None = "05-01", **said: Any) -> None:
        """In the register; all its days from joining to the end of June are covered by all."""
        joined_on = day(joined) if joined else None
        self.merchants.append(
            {"merchant_id": name, "currency": "CNY", "joined_on": joined_on, **said}
        )

    def covers(
        self, name: str, *runs: tuple[str, str], sources: Sequence[str] = (ORDERS, AFTERSALES, LIVE)
    ) -> None:
        """Each run of days is a file of its own; nothing between them is bridged."""
        for source in sources:
            for first, last in runs:
                self.coverage.append(
                    {
                        "merchant_id": name, "source": source, "file_sha256": f"{first}{source}",
                        "covered_from": day(first), "covered_to": day(last),
                        "evidence": "declared", "bridge_days": 0, "is_loaded": True,
                    }
                )  # fmt: skip

    def _row(self, source: str, name: str, cells: Row) -> None:
        rows = self.raw.setdefault(source, [])
        nothing = dict.fromkeys(raw_schema(load_layouts().get(source).arrow_columns).names)
        rows.append(
            {
                **nothing, "merchant_id": name, "_file_sha256": f"{name}{source}",
                "_row_number": len(rows) + 2, "_layout_revision": "l1", "_reader_revision": "r1",
                "_effective_at": datetime.fromisoformat("2024-07-01"), **cells,
            }
        )  # fmt: skip

    def order(self, name: str, paid: str, amount: str = "100.00") -> None:
        """Paid on a day at noon, or at a moment `06-16 23:59:59`, in Asia/Shanghai."""
        moment = datetime.fromisoformat(f"2024-{paid}" if " " in paid else f"2024-{paid} 12:00:00")
        number = len(self.raw.get(ORDERS, ()))
        self._row(
            ORDERS,
            name,
            {
                "order_id": f"o{number}", "order_status": "已完成", "quantity": 1,
                "paid_at": moment - timedelta(hours=8), "paid_amount": Decimal(amount),
                "customer_key": f"c{number}",
            },
        )  # fmt: skip

    def broadcast(self, name: str, on: str, gmv: str = "0.00") -> None:
        """An hour at noon."""
        begun = datetime.fromisoformat(f"2024-{on} 04:00:00")
        self._row(
            LIVE,
            name,
            {
                "shop_id": "s1", "host": "h", "started_at": begun, "duration_min": Decimal(60),
                "paid_gmv": Decimal(gmv),
            },
        )  # fmt: skip

    def grant(self, name: str, programme: str, on: str, quantity: str) -> None:
        """Of advertising credit, at noon."""
        self._row(
            GRANTS,
            name,
            {
                "programme_name": programme, "grant_id": f"g{len(self.raw.get(GRANTS, ()))}",
                "granted_at": datetime.fromisoformat(f"2024-{on} 04:00:00"),
                "grant_unit": "广告金", "granted_quantity": Decimal(quantity),
            },
        )  # fmt: skip

    def fact(
        self, name: str, value: str, start: str, end: str | None, recorded: str = "01-01"
    ) -> None:
        """What is stated of its shop's score."""
        self.facts.append(
            {
                "merchant_id": name, "fact": "shop_score", "value": Decimal(value),
                "valid_from": day(start), "valid_to": day(end) if end else None,
                "recorded_at": datetime.fromisoformat(f"2024-{recorded}"),
            }
        )  # fmt: skip

    def told(self, name: str, programme: str, key: str, value: str, week: date = WEEK) -> None:
        """What a digest of the week has said that a window has earned."""
        self.issued.append(
            {
                "merchant_id": name, "week": week, "digest_week": week, "period": "incentive",
                "figure": f"incentive/{programme}/{key}/earned",
                "figure_id": f"{name}/{week}/incentive/{programme}/{key}/earned",
                "value": Decimal(value), "is_known": True,
            }
        )  # fmt: skip

    def write(self, programmes: Programmes, weeks: Sequence[date] = (WEEK,)) -> None:
        """Everything to where dbt reads it."""
        files = []
        for source, rows in self.raw.items():
            schema = raw_schema(load_layouts().get(source).arrow_columns)
            path = self.home.raw / source / "rows.parquet"
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
            files += [
                {
                    "merchant_id": name, "file_sha256": f"{name}{source}", "source": source,
                    "layout_revision": "l1", "reader_revision": "r1", "status": "loaded",
                    "effective_at": datetime.fromisoformat("2024-07-01"),
                    "rows_read": count, "rows_loaded": count,
                    "rows_quarantined": 0, "rows_held": 0, "rows_skipped": 0,
                }
                for name, count in Counter(row["merchant_id"] for row in rows).items()
            ]  # fmt: skip
        pack_all(self.home)
        put_handover(self.home, "files", files)
        put_handover(self.home, "coverage", self.coverage)
        put_handover(self.home, "register", self.merchants)
        put_handover(self.home, "issued", self.issued)
        put_handover(self.home, "rulebook_metrics", METRICS)
        put_handover(self.home, "rulebook_facts", self.facts)
        put_handover(
            self.home, "rulebook_parameters", [{"parameter": "rulebook_hash", "value": "abc"}]
        )
        for name, rows in programmes.rows.items():
            put_handover(self.home, f"rulebook_{name}", rows)
        put_handover(
            self.home,
            "weeks",
            [{"week": week, "as_of": week + timedelta(days=6)} for week in weeks],
        )


def new_world(folder: Path) -> World:
    """Nobody is in it yet."""
    return World(empty_home(folder))
