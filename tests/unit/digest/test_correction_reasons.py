"""A correction says why: files of orders that came since, and files that count no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from digest_rows import WEEK, restatement_row
from digest_samples import complete_rows, merchant

from orchestration.digest.blocks import Table
from orchestration.digest.compose_merchant import compose_merchant
from orchestration.digest.content import DigestContent, content_hash
from orchestration.digest.layout_corrections import correction_table
from orchestration.digest.wording import Wording


def corrected(*files: tuple[int, int]) -> DigestContent:
    """A digest that corrects one figure for each pair: files in all, and of them withdrawn."""
    figures = ("gmv", "order_count", "new_customers")
    rows = [
        restatement_row(figure, "12", "10", cause_file_count=count, withdrawn_file_count=withdrawn)
        for figure, (count, withdrawn) in zip(figures, files, strict=False)
    ]
    return compose_merchant(merchant(), WEEK, replace(complete_rows(), restatements=rows))


def reason(content: DigestContent, locale: str = "en") -> str:
    [table] = [b for b in correction_table(content, Wording(locale)) if isinstance(b, Table)]
    return table.note


CAME, WENT = "Why: 2 files of orders have come in since.", "Why: 1 file of orders no longer counts."


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([(0, 0)], ""),
        ([(2, 0)], CAME),
        ([(1, 1)], WENT),
        ([(3, 1)], f"{CAME} · {WENT}"),
        # Each figure has files of its own; those of the widest are all of them.
        ([(1, 1), (3, 1), (2, 1)], f"{CAME} · {WENT}"),
    ],
)
def test_what_came_and_what_went_are_told_apart(files: list[tuple[int, int]], said: str):
    assert reason(corrected(*files)) == said


def test_a_shop_owner_reads_it_too():
    assert reason(corrected((3, 1)), "zh-CN") == (
        "原因：之后又收到了 2 个订单文件。 · 原因：之后有 1 个订单文件不再计入。"
    )


def test_another_file_that_changes_no_figure_is_no_new_revision():
    assert content_hash(corrected((1, 0))) == content_hash(corrected((3, 1)))
    changed = restatement_row("gmv", "12", "11")
    other = compose_merchant(merchant(), WEEK, replace(complete_rows(), restatements=[changed]))
    assert content_hash(other) != content_hash(corrected((1, 0)))
