"""The words of headers: what means the same, what never does, how alike two are. Pure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from orchestration.exports.layout.headers import normalise

# Words that the platform uses for one thing; the second stands for both.
_SAME = (
    ("展示", "展现"),
    ("曝光", "展现"),
    ("消耗", "消费"),
    ("花费", "消费"),
    ("进线", "咨询"),
    ("付款", "支付"),
    ("笔记/素材", "笔记"),
    ("帐户", "账户"),
    ("帐号", "账号"),
    ("日期", "时间"),
    ("数量", "量"),
    ("买家", "用户"),
    ("会员", "用户"),
    ("顾客", "用户"),
    ("编号", "id"),
    ("单号", "单id"),
)
# Brackets that say in what unit, or that a column will go; all others change what is meant.
_HARMLESS = {"", "元", "人民币", "单位:元", "待下线", "已下线", "新", "旧", "分钟", "分", "天"}
# What a header counts or names, by how it ends. The first that fits counts.
_KINDS = (
    ("ratio", r"率|占比|比例|roi|ctr|cvr"),
    ("cost", r"成本|单价|均价|客单价|cpc|cpm"),
    ("mean", r"^平均.*|^人均.*"),
    ("people", r"人数|uv|人群"),
    ("times", r"次数|pv"),
    ("money", r"金额|gmv|消费|费用|收入|支出|余额|amount|spend"),
    ("pieces", r"件数"),
    ("time", r"时间|周期|time|date"),
    ("days", r"时长|天数"),
    ("name", r"名称|标题|name|title"),
    ("url", r"链接|网址|url|link"),
    ("id", r"id|编码|代码|账号|code"),
    ("state", r"状态|类型|原因|方式|位置|标的|status|type"),
    ("count", r"量|数"),
)
_KIND_PATTERNS = [(kind, re.compile(f"(?:{ending})$")) for kind, ending in _KINDS]
_FIGURES = {"ratio", "cost", "mean", "people", "times", "money", "pieces", "days", "count"}
# Pieces are often just counted.
_ONE_KIND = {"pieces", "count"}
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NUMBERS = re.compile(r"\d+")

# 件数（SKU） is SKU件数, but nobody has said so.
_OTHER_ORDER = 0.9
# Figures that are told by number or bracket are never one: 7日 is not 15日, by pay time not by
# refund time.
_OTHER_FIGURE = 0.3
# An amount is no rate, people are no visits, however alike their names are.
_OTHER_KIND = 0.5

# Spreadsheets compute what begins so, and people edit layouts in spreadsheets.
_FORMULA_BEGINS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Parts:
    """A header taken apart: its words with one spelling, brackets that matter, numbers, kind."""

    base: str
    brackets: frozenset[str]
    numbers: tuple[str, ...]
    kind: str

    @property
    def letters(self) -> list[str]:
        """Its letters and digits, whatever stands in brackets and in which order they come."""
        return sorted("".join((self.base, *self.brackets)))


def parts(header: str) -> Parts:
    """Take a header apart."""
    plain = normalise(header)
    brackets = frozenset(map(str, _BRACKETS.findall(plain))) - _HARMLESS
    base = _BRACKETS.sub("", plain)
    for word, same in _SAME:
        base = base.replace(word, same)
    # 点击量 and 点击数 are one; 人数, 次数 and 件数 stay what they are.
    base = re.sub(r"(?<![人次件])数$", "量", base)
    return Parts(base, brackets, tuple(_NUMBERS.findall(plain)), kind_of(base))


def kind_of(base: str) -> str:
    """What a header without brackets counts or names; empty if its words do not tell."""
    return next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(base)), "")


def is_counted(header: str) -> bool:
    """Whether a header is that of a figure."""
    return parts(header).kind in _FIGURES


def likeness(header: str, known: str) -> float:
    """How alike two headers are, from 0 to 1; 1 says the same in other words."""
    one, other = parts(header), parts(known)
    if one.letters == other.letters and one != other:
        return _OTHER_ORDER
    if one.base == other.base:
        share = 1.0
    else:
        share = difflib.SequenceMatcher(None, one.base, other.base, autojunk=False).ratio()
    if one.numbers != other.numbers or one.brackets != other.brackets:
        return share * _OTHER_FIGURE
    kinds = {one.kind, other.kind}
    if len(kinds) > 1 and "" not in kinds and kinds != _ONE_KIND:
        return share * _OTHER_KIND
    return share


def unwritable(header: str, spelling: str) -> str | None:
    """Why a header cannot stand in a layout, or None; `spelling` is how it would be written."""
    if normalise(header) != normalise(spelling):
        return "it holds marks that cannot be written into a layout"
    if spelling.startswith(_FORMULA_BEGINS):
        return "it begins like a formula, so it is not written into a layout"
    return None
