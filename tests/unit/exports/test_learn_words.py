"""Headers compared by their words: what is the same, what never is, what names a person."""

from __future__ import annotations

import pytest

from orchestration.exports.learn.personal import is_buyer_number, is_personal_header
from orchestration.exports.learn.proposal import SURE
from orchestration.exports.learn.words import likeness, unwritable


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("展示量", "展现量"),
        ("曝光量", "展现量"),
        ("消耗", "消费"),
        ("花费（元）", "消费"),
        ("私信进线数", "私信咨询数"),
        ("付款时间", "支付时间"),
        ("支付日期", "支付时间"),
        ("订单编号", "订单号"),
        ("笔记编号", "笔记/素材ID"),
        ("点击数", "点击量"),
        ("达人名称", "达人名称(待下线)"),
        (" 支付 金额(元）", "支付金额(元)"),
        ("７日支付金额", "7日支付金额"),
        ("买家编号", "用户编号"),
    ],
)
def test_the_same_in_other_words(header: str, known: str) -> None:
    assert likeness(header, known) == 1
    assert likeness(known, header) == 1


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("7日支付金额", "15日支付金额"),
        ("退款金额（退款时间）", "退款金额（支付时间）"),
        ("7日总支付金额(转化时间)", "7日总支付金额"),
        ("点击率", "点击量"),
        ("支付人数", "支付件数"),
        ("商品点击人数", "商品点击次数"),
        ("商品曝光人数", "商品曝光次数"),
        ("支付金额", "支付转化率"),
        ("新增种草人群成本", "新增种草人群"),
        ("平均互动成本", "互动量"),
    ],
)
def test_another_figure_is_never_nearly_sure(header: str, known: str) -> None:
    # Even with everything else in its favour (see renamed.py) it stays below what --yes takes.
    assert 0.7 * likeness(header, known) + 0.3 < SURE


def test_brackets_and_order_of_words() -> None:
    assert likeness("件数（SKU）", "SKU件数") == pytest.approx(0.9)
    assert likeness("商品总金额(元)", "商品总价(元)") < 1
    assert likeness("完全不同", "展现量") == 0


@pytest.mark.parametrize(
    "header",
    [
        *(
            "姓名",
            "收货人姓名",
            "手机",
            "收件人电话",
            "备用联系电话",
            "收货地址",
            "买家昵称",
            "粉丝昵称",
        ),
        *(
            "用户备注",
            "买家留言",
            "身份证号",
            "收件人证件号",
            "快递单号",
            "微信号",
            "邮箱",
            "发票抬头",
        ),
        *("支付人", "支付人姓名", "客服备注", "操作人", "用户编号", "买家ID", "会员号"),
        *("name", "Name", "Customer Name", "Phone", "mobile_no", "E-mail", "Address", "Recipient"),
        *("Remark", "nickname", "buyer message", "User ID"),
    ],
)
def test_what_names_a_person(header: str) -> None:
    assert is_personal_header(header)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "主播昵称",
            "达人昵称",
            "博主昵称",
            "店铺新客支付人数",
            "电话拨打次数",
            "留言数",
            "支付人数",
        ),
        *(
            "商品名称",
            "账户名称",
            "item_name",
            "笔记链接地址",
            "商家确认收货时间",
            "店铺名称",
            "备注率",
        ),
        *("campaign name", "address of web page"),
    ],
)
def test_what_names_nobody(header: str) -> None:
    assert not is_personal_header(header)


def test_only_a_number_of_a_buyer_may_become_a_key() -> None:
    assert is_buyer_number("用户编号")
    assert is_buyer_number("Buyer ID")
    assert not is_buyer_number("用户昵称")
    assert not is_buyer_number("订单编号")


@pytest.mark.parametrize(
    ("header", "spelling", "reason"),
    [
        ("=1+1", "=1+1", "begins like a formula"),
        ("+收入", "+收入", "begins like a formula"),
        ("@all", "@all", "begins like a formula"),
        ("金\x07额", "金额", "holds marks"),
    ],
)
def test_headers_that_cannot_be_written(header: str, spelling: str, reason: str) -> None:
    assert reason in (unwritable(header, spelling) or "")


def test_invisible_marks_and_line_ends_do_not_matter() -> None:
    assert unwritable("消\n费\u200b", "消费") is None
