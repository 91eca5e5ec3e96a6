import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.exports.layout.headers import normalise, shown

PLAIN = "商家应收金额(元)（支付金额）"


@pytest.mark.parametrize(
    "spelling",
    [
        "商家应收金额(元)(支付金额)",
        "商家应收金额（元）（支付金额）",
        "商家应收金额（元)(支付金额）",
        " 商家应收金额 (元)\n（支付金额）\t",
        "\ufeff商家应收金额(元)\u3000（支付\u200b金额）",
    ],
)
def test_width_spaces_and_invisible_marks_make_no_difference(spelling: str) -> None:
    assert normalise(spelling) == normalise(PLAIN)


def test_case_and_width_of_latin_letters_make_no_difference() -> None:
    assert normalise("ｓｋｕ件数") == normalise("SKU件数") == normalise("Sku 件数")


def test_different_headers_stay_different() -> None:
    assert normalise("用户应付金额(元)") != normalise("商品总价(元)")


@given(st.text())
def test_normalising_ignores_every_space(text: str) -> None:
    assert normalise(text) == normalise(f" {text}\u3000")
    assert not any(char.isspace() for char in normalise(text))


def test_a_header_in_a_message_stays_on_one_line() -> None:
    assert shown("\ufeff商品\n 名称\x07") == "商品 名称"


@pytest.mark.parametrize("number", ["13800138000", "138 0013 8000", "138-0013-8000", "0" * 18])
def test_a_long_number_in_place_of_a_header_is_not_shown(number: str) -> None:
    assert shown(f"电话{number}") == "电话…"


def test_numbers_that_headers_have_are_shown() -> None:
    for header in ("7日支付订单量", "2024-06-24 至 2024-06-30", "20240624", "新增种草(30日归因)"):
        assert shown(header) == header
