"""All digests of a week on one page: what goes or waits and why, what differs, what stands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.delivery.archive import digest_folder
from orchestration.digest.content import HEADLINE, DigestContent
from orchestration.digest.labels import fact_value, figure_label
from orchestration.digest.render import RenderedDigest
from orchestration.digest.render_email import MAIL_BYTES
from orchestration.digest.render_slack import limits
from orchestration.digest.render_text import FIRST_SCREEN_ENDS
from orchestration.digest.wording import Wording
from orchestration.files import write_private
from orchestration.flow.digests.archive import composed_digests, latest_digests
from orchestration.flow.digests.planning import Plan, plan_week
from orchestration.flow.digests.previewed import remember
from orchestration.flow.digests.waiting import Waiting
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.settings import now

# Twice or half of last week is rare enough to be looked at; of few orders it is chance.
_STANDS_OUT_FROM, _FEW_ORDERS = 2, 30


@dataclass(frozen=True)
class Size:
    """How large one form is, and how large it may be."""

    name: str
    used: int
    most: int

    @property
    def is_over(self) -> bool:
        return self.used > self.most


@dataclass(frozen=True)
class Line:
    """One digest as the page shows it."""

    owner: str
    name: str
    language: str
    revision: int
    subject: str
    first_screen: str
    fate: str
    is_waiting: bool
    recipients: tuple[str, ...]
    folder: str
    differences: tuple[str, ...]
    outliers: tuple[str, ...]
    sizes: tuple[Size, ...]
    mail: str

    @property
    def is_too_large(self) -> bool:
        return any(size.is_over for size in self.sizes)


def write_preview_page(
    workspace: Workspace, week: Week, path: Path, merchant_id: str | None = None
) -> int:
    """Write the page; gives how many digests are on it.

    Raises:
        HomeError: nothing is composed for this week, or not for this merchant.
    """
    digests = composed_digests(workspace, week, merchant_id)
    remember(workspace.store, digests)
    last = Week(week.monday - timedelta(days=7))
    before = {one.content.merchant_id: one.content for one in latest_digests(workspace, last)}
    lines = [
        line_of(
            plan,
            before.get(plan.digest.content.merchant_id),
            digest_folder(workspace.home, plan.digest) / "email.html",
        )
        for plan in plan_week(workspace, week, digests, now())
    ]
    write_private(path, page_of(week, lines).encode())
    return len(lines)


def page_of(week: Week, lines: Sequence[Line]) -> str:
    """The page as HTML; what needs a person's look stands first. Pure."""
    ordered = sorted(lines, key=lambda one: (not one.is_waiting, not one.outliers, one.owner))
    return _template().render(week=week.iso, lines=ordered)


def line_of(plan: Plan, before: DigestContent | None, mail: Path) -> Line:
    """One digest beside its issue of the week before. Pure."""
    digest, content, fate = plan.digest, plan.digest.content, plan.fate
    is_waiting = isinstance(fate, Waiting)
    goes = "" if is_waiting else f"Goes as {fate.ending.replace('_', ' ')}. {fate.detail}".strip()
    return Line(
        owner=content.merchant_id,
        name=content.name or content.kind.replace("_", " "),
        language=content.locale,
        revision=digest.revision,
        subject=digest.subject,
        first_screen=digest.text.partition(FIRST_SCREEN_ENDS)[0].strip(),
        fate=fate.sentence if is_waiting else goes,
        is_waiting=is_waiting,
        recipients=(
            *(one.key for one in plan.readers),
            *(f"{one.key} (paused)" for one, _ in plan.paused),
        ),
        folder=content.action.folder or "",
        differences=tuple(_differences(before, content)),
        outliers=tuple(_outliers(before, content)),
        sizes=tuple(_sizes(digest)),
        mail=mail.as_uri(),
    )


def _values(content: DigestContent | None) -> dict[str, tuple[str, str]]:
    """Label and text of each headline figure of the week, in English for the data team."""
    if content is None or content.kind != "merchant":
        return {}
    words = Wording("en")
    facts = (content.fact("week", figure) for figure in HEADLINE)
    return {f.figure: (figure_label(f.figure, words), fact_value(f, words)) for f in facts}


def _differences(before: DigestContent | None, content: DigestContent) -> Iterator[str]:
    if before is None:
        yield "the first issue"
        return
    told = _values(before)
    for figure, (label, value) in _values(content).items():
        if told[figure][1] != value:
            yield f"{label} {told[figure][1]} → {value}"
    if before.verdict != content.verdict:
        old, new = (code.replace("_", " ") for code in (before.verdict, content.verdict))
        yield f"verdict {old} → {new}"


def _outliers(before: DigestContent | None, content: DigestContent) -> Iterator[str]:
    if content.verdict in ("unusual_rise", "unusual_fall", "team_unbalanced"):
        yield content.verdict.replace("_", " ")
    if before is None or content.kind != "merchant":
        return
    orders, last = (one.fact("week", "order_count").value for one in (content, before))
    if last is not None and orders is None:
        yield "orders were known last week, and are not now"
    elif last is not None and orders is not None and max(last, orders) >= _FEW_ORDERS:
        low, high = sorted((last, orders))
        if high >= low * _STANDS_OUT_FROM:
            yield f"orders {last:.0f} → {orders:.0f}"


def _sizes(digest: RenderedDigest) -> Iterator[Size]:
    for name, message in (("Slack message", digest.slack), ("Slack thread", digest.slack_thread)):
        if message:
            yield Size(f"{name}: blocks", len(message["blocks"]), limits()["blocks_per_message"])
            yield Size(f"{name}: text", len(message["text"]), limits()["message_text"])
    yield Size("mail: bytes", len(digest.html.encode()), MAIL_BYTES)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("preview.html.j2")
