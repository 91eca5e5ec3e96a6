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


ENTRY = "merchants:\n  - {merchant_id: m1, name: {en: x}, joined_on: 2024-03-01"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "    merchant_id: m002\n", r"line 9, column 5: 'merchant_id' stands there twice"),
        ("merchants: &all []\nteam: *all\n", r"line 2, column 7: '\*all' repeats another place"),
        ("merchants: !!python/tuple [1]\n", "the tag .* take it out"),
        ("merchants: [" + "[" * 100_000, "nested more than 20 deep"),
        ("? [merchants]\n: []\n", "brackets stand where a field must"),
        ("- merchants\n", "the whole file: it must have fields"),
        ("merchants: 3\n", "merchants: it must be a list"),
        ("merchants: \x1b\n", "control characters"),
        ("a: 1\n---\nb: 2\n", "another document"),
        (ENTRY + ", timezone: Asia}", "merchant m1 › timezone: no such time zone"),
        (ENTRY + ", currency: cny}", "merchant m1 › currency: write three capital letters"),
        (ENTRY.replace("2024-03-01", "20240301") + "}", "m1 › joined_on: that is no day"),
        (ENTRY.replace("2024-03-01", "2012-03-01") + "}", "the platform opened on 2013-06-01"),
        (ENTRY.replace("2024-03-01", "2024-13-01") + "}", "month must be in"),
        (ENTRY.replace("{en: x}", "{}") + "}", "there is no name"),
        (ENTRY.replace("{en: x}", "{en: '#N/A'}") + "}", "name › en: its formula has no result"),
        (ENTRY + ", shops: [{shop_id: 1.5E+17}]}", "shop_id: its last digits are lost"),
        (ENTRY.replace("{en: x}", "{en: yes}") + "}", "put it between quotes"),
        (ENTRY + ", ad_accounts: [{account_id: 1, platform: juguan}]}", "no such platform; known"),
        (
            ENTRY + ", recipients: [{channel: email, address: a b@c, digest: merchant}]}",
            "m1 › recipients › 1: it is no e-mail address",
        ),
        (ENTRY + f", industry_l1: {'x' * 501}, colour: 3}}", "shorten it .1 more fault"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(RegisterError, match=says) as caught:
        read_register(_write(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = _write(tmp_path, "#" * 10_000_000)
    with pytest.raises(RegisterError, match="larger than 5,000,000 bytes"):
        read_register(path)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "merchants.yml"
    path.write_bytes("merchants: # 云".encode("gb18030"))
    with pytest.raises(RegisterError, match="byte 14 is no UTF-8"):
        read_register(path)


@pytest.mark.parametrize("written", ["00123", "1_000", "12:30", "0x1F", "1e5", "7.10", "9" * 30])
def test_an_id_without_quotes_stays_as_it_is_written(tmp_path: Path, written: str) -> None:
    text = f"{ENTRY}, shops: [{{shop_id: {written}}}]}}"
    (merchant,) = read_register(_write(tmp_path, text)).merchants
    assert merchant.shops[0].shop_id == written


def test_a_shop_may_be_called_like_a_merchant_and_accounts_of_two_platforms_alike(
    tmp_path: Path,
) -> None:
    accounts = "[{account_id: 1, platform: juguang}, {account_id: 1, platform: chengfeng}]"
    text = f"{ENTRY}, shops: [{{shop_id: m1}}], ad_accounts: {accounts}}}"
    (merchant,) = read_register(_write(tmp_path, text)).merchants
    assert list(merchant.claims) == [
        ("merchant_id", "m1"),
        ("shop", "m1"),
        ("juguang account", "1"),
        ("chengfeng account", "1"),
    ]


def test_two_merchants_cannot_claim_one_shop(tmp_path: Path) -> None:
    second = GOOD.replace("merchants:\n", "").replace("m001", "m002")
    with pytest.raises(RegisterError, match=r"12345.*m001.*m002"):
        read_register(_write(tmp_path, GOOD + second))


def test_a_missing_register_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="seedbed init"):
        read_register(tmp_path / "merchants.yml")


@pytest.mark.parametrize("address", ["json:SHOP", "feishu:CLOUD_HOME_2", "wecom:A"])
def test_a_webhook_is_a_form_and_a_name(tmp_path: Path, address: str) -> None:
    text = f'{ENTRY}, recipients: [{{channel: webhook, address: "{address}", digest: merchant}}]}}'
    path = tmp_path / "merchants.yml"
    path.write_text(text, encoding="utf-8")
    assert read_register(path).merchants[0].recipients[0].address == address


@pytest.mark.parametrize(
    "address",
    ["https://open.feishu.cn/hook/x", "feishu:shop", "dingtalk:SHOP", "json:", "json:A B"],
)
def test_a_webhook_is_never_an_address(tmp_path: Path, address: str) -> None:
    text = f'{ENTRY}, recipients: [{{channel: webhook, address: "{address}", digest: merchant}}]}}'
    path = tmp_path / "merchants.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError, match="it is no webhook"):
        read_register(path)
