"""The sheets and columns of the workbook, read from `columns.csv`; everything else follows them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

from orchestration.register.fields import PLATFORMS

Kind = Literal["text", "id", "date", "choice"]
# What is kept, and the spellings that mean it; the first is shown, the others are read too.
Choices = Mapping[str, tuple[str, ...]]

MERCHANTS, SHOPS, ACCOUNTS, RECIPIENTS, TEAM = "商家", "店铺", "广告账户", "收件人", "团队"
EXPLANATION = "说明"
# The sheets by their English names, for whoever writes a workbook by hand.
TITLES = {
    MERCHANTS: "Merchants",
    SHOPS: "Shops",
    ACCOUNTS: "Ad accounts",
    RECIPIENTS: "Recipients",
    TEAM: "Team",
    EXPLANATION: "How to fill in",
}
# Stands as the merchant of an example row; no merchant can have this id.
EXAMPLE = "示例"

YES, NO = "yes", "no"
PLATFORM_CHOICES: Choices = {platform: (shown,) for platform, shown in PLATFORMS.items()}
_CHOICES: Mapping[str, Choices] = {
    "": {},
    "locale": {
        "zh-CN": ("中文", "zh", "Chinese"),
        "en": ("英文", "English"),
        "it": ("意大利文", "Italian", "Italiano"),
    },
    "channel": {
        "slack": ("Slack",),
        "email": ("邮件", "邮箱", "e-mail", "mail"),
        "webhook": ("Webhook", "机器人", "robot"),
    },
    "digest": {
        "merchant": ("商家周报",),
        "data_team": ("数据团队周报", "data team"),
        "programme": ("激励项目周报",),
    },
    "yes_no": {YES: ("是", "y", "true", "1"), NO: ("否", "n", "false", "0")},
    "platform": PLATFORM_CHOICES,
}


@dataclass(frozen=True)
class Column:
    """One column: the field that it fills, its headers, and what people are told about it.

    `default` is what a blank cell means, where the model has no default of its own; `width`
    counts letters.
    """

    field: str
    header: str
    title: str
    kind: Kind
    choices: Choices
    is_required: bool
    default: str | None
    aliases: tuple[str, ...]
    width: int
    example: str | date | None
    zh: str
    en: str

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that means this column."""
        return self.header, self.title, self.field, *self.aliases

    def shown(self, value: str) -> str:
        """A kept value as the workbook shows it."""
        return self.choices[value][0] if value in self.choices else value


@dataclass(frozen=True)
class SheetPlan:
    """One sheet and its columns from left to right."""

    name: str
    columns: tuple[Column, ...]

    @property
    def example(self) -> dict[str, str | date | None] | None:
        """The values of the example row, if the sheet has one."""
        if self.columns[0].example != EXAMPLE:
            return None
        return {column.field: column.example for column in self.columns}


@cache
def sheet_plans() -> tuple[SheetPlan, ...]:
    """The sheets that hold the register, in their order."""
    path = Path(__file__).with_name("columns.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = dict.fromkeys(row["sheet"] for row in rows)
    return tuple(
        SheetPlan(name, tuple(_column(row) for row in rows if row["sheet"] == name))
        for name in names
    )


def _column(row: Mapping[str, str]) -> Column:
    example = row["example"] or None
    return Column(
        field=row["field"],
        header=row["header"],
        title=row["title"],
        kind=cast(Kind, row["kind"]),
        choices=_CHOICES[row["choices"]],
        is_required=bool(row["required"]),
        default=row["default"] or None,
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        width=int(row["width"]),
        example=date.fromisoformat(example) if example and row["kind"] == "date" else example,
        zh=row["zh"],
        en=row["en"],
    )
