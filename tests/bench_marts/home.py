"""A home with the past of a world in it: the register, raw, quarantine and the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml
from sqlalchemy import insert

from orchestration.exports.coverage import day_runs
from orchestration.exports.identity import Identity, load_identity_key
from orchestration.exports.reader import READER_REVISION
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.state.models import File, Reading, Receipt
from tests.bench_cost import init_home
from tests.bench_marts.cells import ADS, AFTERSALES, ORDERS
from tests.bench_marts.files import RawFile, exported_at, write_raw
from tests.bench_marts.world import FIRST_MONDAY, World, merchants_sql, orders_sql

_TITLES = {ORDERS: "小红书订单查询", AFTERSALES: "售后单查询", ADS: "聚光_单元报表"}
_INDUSTRIES = (
    ("家居", "饰品"),
    ("食品", "茶饮"),
    ("美妆", "护肤"),
    ("服饰", "女装"),
    ("旅游", "海岛"),
)


def make_home(root: Path, world: World, *, is_packed: bool = False) -> Home:
    """A home that has taken in every week of a world; beside it, the world's own tables."""
    home = Home(root)
    init_home(root)
    register = {"merchants": [_entry(number) for number in range(world.merchants)]}
    home.register_file.write_text(yaml.dump(register, Dumper=_DUMPER, allow_unicode=True))
    identity = Identity(load_identity_key(home.identity_key))
    with closing(duckdb.connect(world_file(home))) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"create table merchants as {merchants_sql(world)}")
        # One week more than has come, which comes later.
        orders = orders_sql(world, 0, world.weeks)
        connection.execute(f"create table orders as {orders} order by merchant, n")
        _name_buyers(connection, identity)
    for folder in (home.raw, home.quarantine):
        for source in _TITLES:
            (folder / source).mkdir(parents=True, exist_ok=True)
    files = write_raw(home, world, world_file(home), is_packed=is_packed)
    with open_workspace(home) as workspace, workspace.store.session() as session:
        for table, row in ((File, _file), (Receipt, _receipt), (Reading, _reading)):
            session.execute(insert(table), [row(world, file) for file in files])
    return home


def world_file(home: Home) -> Path:
    """The world's own tables."""
    return home.root.with_name(f"{home.root.name}.world.duckdb")


# A thousand merchants take a second, not a minute.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _entry(number: int) -> dict[str, Any]:
    industry_l1, industry_l2 = _INDUSTRIES[number % len(_INDUSTRIES)]
    return {
        "merchant_id": f"m{number:05d}",
        "name": {"en": f"Synthetic {number}"},
        "joined_on": FIRST_MONDAY.isoformat(),
        "industry_l1": industry_l1,
        "industry_l2": industry_l2,
        "shops": [{"shop_id": f"s-{number}"}],
        "ad_accounts": [{"account_id": str(700000 + number), "platform": "juguang"}],
    }


def _name_buyers(connection: duckdb.DuckDBPyConnection, identity: Identity) -> None:
    found = connection.sql(
        """
        select merchant, merchant_id, buyer
        from orders inner join merchants using (merchant)
        where buyer is not null group by all order by merchant, buyer
        """
    ).to_arrow_table()
    keys = pa.array(
        _keys(identity, *(found[name].to_pylist() for name in ("merchant_id", "buyer")))
    )
    named = found.append_column("customer_key", keys)
    connection.register("named", named)
    connection.execute("create table buyers as select merchant, buyer, customer_key from named")


def _keys(identity: Identity, merchants: list[str], buyers: list[int]) -> Iterator[str]:
    last, key_of = "", identity.keys_of("")
    for merchant_id, buyer in zip(merchants, buyers, strict=True):
        if merchant_id != last:
            last, key_of = merchant_id, identity.keys_of(merchant_id)
        yield key_of(buyer_number(buyer))


def buyer_number(buyer: int) -> str:
    """A buyer as an export writes it."""
    return f"U{buyer}"


def file_name(world: World, source: str, week: int) -> str:
    """As a back-office calls the file of a week."""
    moment = exported_at(world, week) + timedelta(hours=8)
    return f"{_TITLES[source]}{moment:%Y-%m-%d-%H_%M}.csv"


def _file(_world: World, file: RawFile) -> dict[str, Any]:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.file_sha256,
        "size_bytes": 400 * file.loaded,
        "status": "loaded",
        "source": file.source,
        "layout_revision": file.address.layout_revision,
        "reader_revision": READER_REVISION,
    }


def _receipt(world: World, file: RawFile) -> dict[str, Any]:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.file_sha256,
        "file_name": file_name(world, file.source, file.week),
        "received_at": exported_at(world, file.week),
    }


def _reading(world: World, file: RawFile) -> dict[str, Any]:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.file_sha256,
        "source": file.source,
        "layout_revision": file.address.layout_revision,
        "reader_revision": READER_REVISION,
        "verdict": "loaded",
        "effective_at": exported_at(world, file.week),
        "is_effective_at_assumed": False,
        "first_row_date": min(file.days, default=None),
        "last_row_date": max(file.days, default=None),
        "row_day_runs": day_runs(file.days),
        "rows_read": file.loaded + file.rejected,
        "rows_loaded": file.loaded,
        "rows_quarantined": file.rejected,
        "quarantined_by_rule": {"unreadable_cell": file.rejected} if file.rejected else {},
        "read_at": exported_at(world, file.week),
    }
