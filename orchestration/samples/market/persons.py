"""Invented personal cells; nobody's. Each holds the mark, so that a scan can find what leaked."""

from __future__ import annotations

import hashlib

from orchestration.samples.workbooks import PERSONAL_MARK

# Columns that no layout need know: a reader drops them like every column that it was not told of.
UNKNOWN_HEADERS = ("收件人证件号", "备用联系电话")
_ORDER_HEADERS = (
    "收件人姓名",
    "收件人电话",
    "省",
    "市",
    "区",
    "收件人地址",
    "快递单号",
    "用户备注",
    "包裹备注标记",
    "包裹备注信息",
)
_AFTERSALE_HEADERS = ("买家昵称", "收件人姓名", "收件人电话", "退货快递单号", "买家留言")
_GRANT_HEADERS = ("备注",)
PERSONAL_HEADERS: dict[str, tuple[str, ...]] = {
    "qianfan__orders": _ORDER_HEADERS,
    "qianfan__aftersales": _AFTERSALE_HEADERS,
    "seedbed__incentive_grants": _GRANT_HEADERS,
}


def person(source: str, key: str) -> dict[str, str]:
    """The personal cells of one row, by header; empty for a source without such columns.

    A key gives one person, whatever the source: the buyer of an order also sends it back.
    """
    headers = (*PERSONAL_HEADERS[source], *UNKNOWN_HEADERS) if source in PERSONAL_HEADERS else ()
    digits = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)
    return {header: f"{PERSONAL_MARK}{header}{digits:010d}" for header in headers}
