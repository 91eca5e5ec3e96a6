"""The first screen: at most ten numbers, four figures, 400 Chinese characters, 390 x 700 pixels.

A number is a run of digits with its separators, sign and unit, as it stands on the page. Not
counted: days and times (of the period, of a deadline, of an export), and names that somebody else
gave (of the merchant, an incentive or a promotion).
"""

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from digest_forms import FORMS
from digest_samples import CASES

from orchestration.digest.content import DigestContent
from orchestration.digest.first_screen import headline
from orchestration.digest.render import render_digest
from orchestration.digest.sentences import tells_orders

_OF_ALL = ("data_team_en", "programmes_zh")
WEEKS = {name: make for name, make in (CASES | FORMS).items() if name not in _OF_ALL}
MOST_NUMBERS, MOST_FIGURES, MOST_CHINESE = 10, 4, 400
WIDTH, HEIGHT = 390, 700
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_TAGS = re.compile(r"<[^>]+>")
_MONTHS = (
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec "
    "gen feb mar apr mag giu lug ago set ott nov dic"
).replace(" ", "|")
_DAYS = (
    r"\d{2}:\d{2}",
    r"\d{1,2}月\d{1,2}日(至\d{1,2}日)?",
    rf"({_MONTHS}) \d{{1,2}}( – \d{{1,2}})?",
    rf"\d{{1,2}}(–\d{{1,2}})? ({_MONTHS})",
)
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")


def first_screen(content: DigestContent) -> str:
    """What the page shows from its title to the end of the first screen, as plain text."""
    page = render_digest(content, build_id="b", revision=1).html
    shown = page[page.index("<h1") : page.index('<hr class="divider"')]
    return html.unescape(_TAGS.sub(" ", shown))


def numbers(text: str, content: DigestContent) -> list[str]:
    names = [content.name, *(one.name for one in content.incentives)]
    names += [content.promotion.promotion] if content.promotion else []
    for name in names:
        text = text.replace(name, "")
    text = text.replace("\u2009", " ")
    for days in _DAYS:
        text = re.sub(days, "", text)
    return _NUMBER.findall(text)


@pytest.mark.parametrize("case", WEEKS)
def test_it_has_few_numbers_figures_and_characters(case: str):
    content = WEEKS[case]()
    text = first_screen(content)
    assert len(numbers(text, content)) <= MOST_NUMBERS, numbers(text, content)
    assert len(headline(content)) + tells_orders(content) <= MOST_FIGURES
    assert sum("\u4e00" <= char <= "\u9fff" for char in text) <= MOST_CHINESE


@pytest.mark.parametrize("locale", ["en", "it"])
@pytest.mark.parametrize("case", WEEKS)
def test_it_has_as_few_numbers_in_every_language(case: str, locale: str):
    content = WEEKS[case]().model_copy(update={"locale": locale})
    shown = numbers(first_screen(content), content)
    assert len(shown) <= MOST_NUMBERS, shown


def test_numbers_are_counted_and_days_are_not():
    content = WEEKS["complete_week_zh"]()
    text = first_screen(content)
    assert numbers(text, content) == [
        "448",
        "382",
        "469",
        "5,579.50",
        "219,120.43",
        "+5.7",
        "372",
        "+3.1",
        "131",
        "-6.4",
    ]


@pytest.mark.parametrize("case", WEEKS)
def test_slack_shows_the_same_first_screen(case: str):
    content = WEEKS[case]()
    rendered = render_digest(content, build_id="b", revision=1)
    assert all(block["type"] != "divider" for block in rendered.slack["blocks"])
    below = rendered.text.partition("-" * 40)[2]
    assert below
    assert rendered.slack_thread is not None
    assert len(rendered.slack["blocks"]) <= len(first_screen(content).splitlines())


_MEASURE = """<script>
onload = () => {
  const bottom = (frame) =>
    Math.ceil(frame.contentDocument.querySelector("hr").getBoundingClientRect().top);
  const found = [...document.querySelectorAll("iframe")].map((f) => `${f.title}=${bottom(f)}`);
  document.title = found.join(" ");
};
</script>"""


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; the page cannot be measured")
def test_it_fits_a_telephone(tmp_path: Path):
    frames = [
        f'<iframe title="{case}" style="width:{WIDTH}px;height:{HEIGHT}px;border:0" '
        f'srcdoc="{html.escape(render_digest(make(), "b", 1).html)}"></iframe>'
        for case, make in WEEKS.items()
    ]
    page = tmp_path / "page.html"
    page.write_text(f'<meta charset="utf-8">{_MEASURE}{"".join(frames)}', encoding="utf-8")
    words = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        page.as_uri(),
    ]
    dom = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True).stdout
    title = re.search(r"<title>([^<]+)</title>", dom)
    assert title is not None
    heights = {name: int(px) for name, _, px in (one.partition("=") for one in title[1].split())}
    assert heights.keys() == WEEKS.keys()
    assert {name: px for name, px in heights.items() if px > HEIGHT} == {}
