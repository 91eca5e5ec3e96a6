"""Golden files: what the digests say today. Changed on purpose? `python test_golden.py` writes."""

import json
from pathlib import Path
from typing import Any

import pytest
from digest_forms import FORMS
from digest_samples import CASES

from orchestration.digest.render import render_digest

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
# One page is enough to review the markup; the text shows what each case says.
PAGES = ("complete_week_zh",)


# Of the special weeks the words are what matters.
WEEKS = CASES | FORMS


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


@pytest.mark.parametrize("case", WEEKS)
def test_digest_says_what_its_golden_files_say(case: str):
    for name, text in _forms(case).items():
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), name


def test_no_golden_file_is_left_over():
    wanted = {name for case in WEEKS for name in _forms(case)}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


if __name__ == "__main__":
    for sample in WEEKS:
        for file_name, content in _forms(sample).items():
            (GOLDEN / file_name).write_text(content, encoding="utf-8")
