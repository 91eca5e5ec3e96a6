"""The register: what is accepted, and what a fault in it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.register import RegisterError, read_register

GOOD = """\
merchants:
  - merchant_id: m001
    name: {zh: 云朵家居, en: Cloud Home}
    joined_on: 2024-03-01
    shops: [{shop_id: 12345, name: 云朵家居旗舰店}]
    ad_accounts: [{account_id: "7001", platform: juguang}]
    recipients:
      - {channel: email, address: owner@example.com, digest: merchant}
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "merchants.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_merchant_with_defaults(tmp_path: Path) -> None:
    register = read_register(_write(tmp_path, GOOD))
    merchant = register.get("m001")
    assert merchant is not None
    assert (merchant.locale, merchant.currency, merchant.timezone) == (
        "zh-CN",
        "CNY",
        "Asia/Shanghai",
    )
    assert merchant.shops[0].shop_id == "12345"
    assert merchant.sources == ("qianfan__orders", "juguang__accounts")
    assert (merchant.name.in_locale("it"), merchant.name.in_locale("en")) == (
        "云朵家居",
        "Cloud Home",
    )


def test_an_empty_register_is_one_without_merchants(tmp_path: Path) -> None:
    assert read_register(_write(tmp_path, "# nothing yet\n")).merchants == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("merchant_id: m001", "merchant_id: ../m001"), "small letters"),
        (GOOD.replace("joined_on", "joined"), "joined"),
        (GOOD.replace("2024-03-01", "last spring"), "joined_on"),
        (GOOD + GOOD.replace("merchants:\n", ""), "claimed by m001 and again"),
        (GOOD.replace("channel: email", "channel: pigeon"), "recipients"),
        (GOOD + "  timezone: Mars/Olympus\n", "timezone|not valid YAML"),
        ("merchants: [", "not valid YAML"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(RegisterError, match=says) as caught:
        read_register(_write(tmp_path, text))
    assert "merchants.yml" in str(caught.value)


def test_two_merchants_cannot_claim_one_shop(tmp_path: Path) -> None:
    second = GOOD.replace("merchants:\n", "").replace("m001", "m002")
    with pytest.raises(RegisterError, match=r"12345.*m001.*m002"):
        read_register(_write(tmp_path, GOOD + second))


def test_a_missing_register_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="seedbed init"):
        read_register(tmp_path / "merchants.yml")
