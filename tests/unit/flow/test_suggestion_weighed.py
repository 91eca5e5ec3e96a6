"""Evidence and its weight: what is sure, what is disputed, what names are alike. Pure."""

from __future__ import annotations

import pytest

from orchestration.flow.owners import Owners
from orchestration.flow.suggest.evidence import (
    by_company,
    by_names,
    by_registered_ids,
    by_shared_ids,
)
from orchestration.flow.suggest.weighed import SURE, Evidence, Unclaimed, weighed
from orchestration.register import Merchant
from orchestration.warehouse.shared_ids import SharedIds

ACCOUNT = ("account", "juguang", "7009")
SHOP = ("shop", "", "s-9")


def merchant(merchant_id: str, name: str, shop: str | None = None) -> Merchant:
    return Merchant.model_validate(
        {
            "merchant_id": merchant_id,
            "name": {"zh": name},
            "joined_on": "2024-03-01",
            "shops": [{"shop_id": f"s-{merchant_id}", "name": shop}],
            "ad_accounts": [{"account_id": f"70{merchant_id[1:]}", "platform": "juguang"}],
        }
    )


def unclaimed(name: str, *evidence: tuple[str, float], ids: tuple[object, ...] = ()) -> Unclaimed:
    return Unclaimed(
        file_sha256=name,
        file_name=name,
        source="juguang__accounts",
        ids=frozenset(ids),  # pyright: ignore[reportArgumentType]
        evidence=tuple(Evidence(whose, share, f"of {whose}") for whose, share in evidence),
    )


def states(*files: Unclaimed) -> list[tuple[str, str | None]]:
    return [(f.state, f.best.merchant_id if f.best else None) for f in weighed(files)]


# --- weight


@pytest.mark.parametrize(
    ("evidence", "state", "owner"),
    [
        ([], "unknown", None),
        ([("m001", 1.0)], "sure", "m001"),
        ([("m001", SURE)], "sure", "m001"),
        ([("m001", SURE - 0.01)], "likely", "m001"),
        ([("m001", 0.4), ("m001", 0.97)], "sure", "m001"),
        # Something weak for another merchant is told, and does not count.
        ([("m001", 0.97), ("m002", 0.4)], "sure", "m001"),
        ([("m001", 0.97), ("m002", 0.6)], "disputed", "m001"),
        ([("m001", 1.0), ("m002", 1.0)], "disputed", None),
        ([("m002", 0.6), ("m001", 0.6)], "disputed", None),
    ],
)
def test_one_file(evidence: list[tuple[str, float]], state: str, owner: str | None) -> None:
    assert states(unclaimed("a", *evidence)) == [(state, owner)]


def test_an_id_of_a_sure_file_makes_others_sure() -> None:
    sure = unclaimed("a", ("m001", 0.97), ids=(ACCOUNT, SHOP))
    other = unclaimed("b", ids=(ACCOUNT,))
    named = unclaimed("c", ("m001", 0.9), ids=(SHOP,))
    assert states(sure, other, named) == [("sure", "m001")] * 3
    (_, told, _) = weighed([sure, other, named])
    assert told.best and told.best.reason == "it names account 7009, as a does, which is sure"


def test_an_id_that_would_go_to_two_merchants_goes_to_none() -> None:
    files = [
        unclaimed("a", ("m001", 0.97), ids=(ACCOUNT,)),
        unclaimed("b", ("m002", 0.97), ids=(ACCOUNT,)),
        unclaimed("c", ids=(ACCOUNT,)),
        unclaimed("d", ("m001", 0.97), ids=(SHOP,)),
    ]
    assert [state for state, _ in states(*files)] == ["disputed", "disputed", "disputed", "sure"]
    (first, *_) = weighed(files)
    assert first.objection == "but files that name account 7009 would go to m001 and m002"


def test_the_order_of_files_does_not_matter() -> None:
    files = [
        unclaimed("a", ("m001", 0.97), ids=(ACCOUNT,)),
        unclaimed("b", ids=(ACCOUNT, SHOP)),
        unclaimed("c", ("m002", 0.6), ids=(SHOP,)),
    ]
    found = {file.file_name: file for file in weighed(files)}
    again = {file.file_name: file for file in weighed(reversed(files))}
    assert found == again


# --- ids


def test_registered_ids_are_certain() -> None:
    known = Owners({ACCOUNT: "m001"})
    (one,) = by_registered_ids([ACCOUNT, SHOP], known)
    assert (one.merchant_id, one.certainty) == ("m001", 1.0)
    assert one.reason == "it names account 7009 of m001"


@pytest.mark.parametrize(
    ("column", "count", "is_sure"),
    [
        ("order_id", 2, True),
        ("order_id", 1, False),
        ("campaign_id", 3, True),
        ("account_id", 1, True),
        ("note_id", 9, False),
    ],
)
def test_ids_in_common(column: str, count: int, is_sure: bool) -> None:
    found = SharedIds("a", column, "m001", "qianfan__orders", count, 12, "P1")
    (one,) = by_shared_ids([found])
    assert (one.certainty >= SURE) is is_sure
    assert f"{count} of its 12 " in one.reason
    assert "such as P1, are in qianfan__orders of m001" in one.reason


# --- names


@pytest.mark.parametrize(
    ("told", "certainty"),
    [
        ("云朵家居", 0.9),
        ("云朵家居旗舰店", 0.9),
        ("云朵 家居（官方）", 0.9),
        ("云朵家居投放账户", 0.75),
        ("云朵家具", 0.0),
        ("云朵之家居", 0.6),
        ("海风家居", 0.0),
        ("店", 0.0),
    ],
)
def test_names_in_a_file(told: str, certainty: float) -> None:
    found = list(by_names([told], [], [merchant("m001", "云朵家居")]))
    assert [one.certainty for one in found] == ([certainty] if certainty else [])


def test_the_very_name_of_one_is_not_like_that_of_another() -> None:
    known = [merchant("m001", "云朵生活家居"), merchant("m002", "云朵生活家具")]
    found = list(by_names(["云朵生活家居"], [], known))
    assert [(one.merchant_id, one.certainty) for one in found] == [("m001", 0.9)]
    either = list(by_names(["云朵生活家纺"], [], known))
    assert [one.merchant_id for one in either] == ["m001", "m002"]


def test_shops_that_are_numbered_are_not_alike() -> None:
    assert list(by_names(["云朵生活家居3号"], [], [merchant("m001", "云朵生活家居4号")])) == []


def test_a_name_of_a_shop_counts_as_well() -> None:
    known = [merchant("m001", "云朵家居", shop="小云的铺子"), merchant("m002", "海风")]
    found = list(by_names(["小云的铺子"], [], known))
    assert [(one.merchant_id, one.certainty) for one in found] == [("m001", 0.9)]


@pytest.mark.parametrize(
    ("name", "certainty"),
    [
        ("云朵家居_订单.xlsx", 0.75),
        ("订单(云朵家居旗舰店).zip/x.xlsx", 0.75),
        ("m001 七月.xlsx", 0.75),
        ("报表_s-m001_x.csv", 0.9),
        ("报表-70001.csv", 0.9),
        ("报表 170001 x.csv", None),
        ("报表700012.csv", None),
        ("云朵.xlsx", None),
        ("am0012.xlsx", None),
    ],
)
def test_names_and_ids_in_the_name_of_a_file(name: str, certainty: float | None) -> None:
    found = list(by_names([], [name], [merchant("m001", "云朵家居")]))
    assert [one.certainty for one in found] == ([certainty] if certainty else [])


def test_company_of_one_merchant_says_a_little_and_of_two_nothing() -> None:
    (one,) = by_company({"m001": 2}, {"m001": 5, "m002": 1})
    assert (one.merchant_id, one.certainty) == ("m001", 0.6)
    assert one.reason == "2 files of m001 lay in the same ZIP"
    (other,) = by_company({}, {"m002": 1})
    assert other.reason == "1 file of m002 arrived together with it"
    assert list(by_company({"m001": 1, "m002": 1}, {})) == []
