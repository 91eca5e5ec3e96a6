"""Golden files: what the digests say today. Changed on purpose? `python test_golden.py` writes."""

import json
from pathlib import Path
from typing import Any

import pytest
from digest_forms import FORMS
from digest_samples import CASES, merchant

from orchestration.digest.render import render_digest
from orchestration.digest.render_text import FIRST_SCREEN_ENDS
from orchestration.register import Locale

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
# One page is enough to review the markup; the text shows what each case says.
PAGES = ("complete_week_zh",)


# Of the special weeks the words are what matters.
WEEKS = CASES | FORMS
# In the other languages their first screens, one file each: what stands below is in a case's text.
OTHERS: tuple[Locale, ...] = ("en", "it")


def _json(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, indent=1) + "\n"


def _forms(case: str) -> dict[str, str]:
    rendered = render_digest(WEEKS[case](), build_id="20240916T013000Z", revision=1)
    forms = {f"{case}.txt": f"{rendered.subject}\n\n{rendered.text}"}
    if case in FORMS:
        return forms
    forms[f"{case}.slack.json"] = _json(rendered.slack)
    if rendered.slack_thread:
        forms[f"{case}.thread.slack.json"] = _json(rendered.slack_thread)
    return forms | ({f"{case}.html": rendered.html} if case in PAGES else {})


def _first_screens(locale: Locale) -> str:
    name = merchant().name.in_locale(locale)
    told: list[str] = []
    for case, make in FORMS.items():
        content = make().model_copy(update={"locale": locale, "name": name})
        text = render_digest(content, build_id="20240916T013000Z", revision=1).text
        first = text.partition(FIRST_SCREEN_ENDS)[0].strip()
        told.append(f"##### {case.removesuffix('_zh')}\n\n{first}\n")
    return "\n".join(told)


def _all() -> dict[str, str]:
    weeks = {name: text for case in WEEKS for name, text in _forms(case).items()}
    return weeks | {f"first_screens_{locale}.txt": _first_screens(locale) for locale in OTHERS}


@pytest.mark.parametrize("locale", OTHERS)
def test_first_screens_say_what_their_golden_files_say(locale: Locale):
    file = GOLDEN / f"first_screens_{locale}.txt"
    assert _first_screens(locale) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", WEEKS)
def test_digest_says_what_its_golden_files_say(case: str):
    for name, text in _forms(case).items():
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), name


def test_no_golden_file_is_left_over():
    assert {path.name for path in GOLDEN.iterdir()} == set(_all())


if __name__ == "__main__":
    for file_name, content in _all().items():
        (GOLDEN / file_name).write_text(content, encoding="utf-8")
