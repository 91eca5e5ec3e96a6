"""Headers and cells that tell of natural persons: dropped, whoever asks for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from orchestration.exports.layout.headers import normalise
from orchestration.exports.learn.words import is_counted

# Under these names accounts broadcast and publish to everybody.
_PUBLIC = re.compile(r"(?:主播|作者|达人|博主|创作者|买手|店铺|账户|账号|品牌).{0,4}昵称")
_WORDS = re.compile(
    r"姓名|真名|昵称|电话|手机|联系方式|联系人|地址|住址|身份证|证件|护照|邮箱|邮编|微信|备注|留言|"
    r"收件人|收货人|寄件人|订购人|支付人|经办人|操作人|处理人|负责人|创建人|登记人|"
    r"快递单|运单|物流单|发票抬头|生日|出生|支付账号|^qq号?$|"
    r"^(?:full|first|last|customer|buyer|user|recipient|consignee|contact|receiver)?[_-]?name$|"
    r"nickname|phone|mobile|^tel|address|e-?mail|wechat|passport|id_?card|recipient|consignee|"
    r"^remarks?$|(?:buyer|customer|seller|user)[_-]?(?:remarks?|message|comment)"
)
# An address on the web is nobody's home.
_WEB = re.compile(r"链接|网址|页面|落地页|url|web")
# The number of a buyer at the platform: personal, but a customer's key can be made of it.
_BUYER_NUMBER = re.compile(
    r"(?:用户|买家|会员|客户|顾客|buyer|user|customer|member)[_-]?(?:编号|id|号|号码|no\.?|number)"
)

# What a whole cell looks like, as a pattern of SQL, and from which share of the cells on a column
# is taken for it. A mobile number among words is enough once: no other number is written so, but
# it must not be a part of a longer id or link.
CELL_PATTERNS: Mapping[str, tuple[str, float]] = {
    "mobile numbers": (r"(\+?86[- ]?)?1[3-9][0-9]([0-9]{8}|[*xX]{4}[0-9]{4})", 0.5),
    "telephone numbers": (r"\(?0[0-9]{2,3}\)?-[0-9]{7,8}(-[0-9]{1,4})?", 0.5),
    "numbers of identity cards": (
        r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9Xx]",
        0.5,
    ),
    "e-mail addresses": (r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", 0.2),
    "addresses": (
        r".*(省|自治区|市).{1,20}(区|县|市|旗|镇|乡).*[0-9]+ ?(号|弄|栋|幢|座|单元|室|楼).*",
        0.2,
    ),
    "mobile numbers among words": (
        r"(.*[^0-9A-Za-z/_=.-])1[3-9][0-9]{9}([^0-9A-Za-z/_=.-].*)?"
        r"|1[3-9][0-9]{9}[^0-9A-Za-z/_=.-].*",
        0.0,
    ),
}


def is_personal_header(header: str) -> bool:
    """Whether a header names something of a person, the number of a buyer among it."""
    plain = normalise(header)
    if is_buyer_number(header):
        return True
    # How many calls or remarks there were tells nothing of the people who made them.
    if is_counted(header):
        return False
    return bool(_WORDS.search(plain)) and not (_WEB.search(plain) or _PUBLIC.fullmatch(plain))


def is_buyer_number(header: str) -> bool:
    """Whether a header is the platform's number of a buyer."""
    return _BUYER_NUMBER.fullmatch(normalise(header)) is not None


def personal_cells(filled: int, found: Mapping[str, int]) -> str | None:
    """What of a person the cells of a column seem to be, or None.

    Args:
        filled: cells that hold something.
        found: of them, how many fit each of `CELL_PATTERNS`.
    """
    fitting = (what for what, n in found.items() if n and n >= CELL_PATTERNS[what][1] * filled)
    return next(fitting, None)
