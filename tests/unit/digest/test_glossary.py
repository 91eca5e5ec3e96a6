"""The glossary: every term in every language, and sentences that use its words."""

import csv
import re
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from digest_forms import FORMS
from digest_samples import CASES

import orchestration
from orchestration.digest.content import DigestError
from orchestration.digest.glossary import GLOSSARY, glossary
from orchestration.digest.values import Role
from orchestration.digest.wording import LOCALE_FOLDER, Wording
from orchestration.register import Locale

LOCALES = get_args(Locale)
PACKAGE = Path(orchestration.__file__).parent


@pytest.mark.parametrize("group", glossary())
def test_every_term_has_every_language_and_nothing_else(group: str):
    for name, terms in glossary()[group].items():
        assert set(terms) == set(LOCALES), name
        assert all(text.strip() == text != "" for text in terms.values()), name


def test_whatever_a_digest_can_name_has_its_term():
    layouts = {path.name for path in (PACKAGE / "exports/layouts").iterdir() if "__" in path.name}
    with (PACKAGE / "incentives/programmes/metrics.csv").open(encoding="utf-8") as file:
        metrics = {row["metric"] for row in csv.DictReader(file) if row["kind"] == "daily"}
    figures = {fact.figure for make in (CASES | FORMS).values() for fact in make().facts}
    assert set(glossary()["source"]) == layouts
    assert set(glossary()["placement"]) == set(get_args(Role))
    assert set(glossary()["goal"]) == metrics
    # a team's GMV names its currency
    assert {name for name in figures if not name.startswith("gmv_")} == set(glossary()["figure"])


def test_a_term_that_is_missing_is_an_error_not_english():
    with pytest.raises(DigestError, match="no figure 'mood' in it; add it to glossary"):
        Wording("it").term("figure", "mood")


@pytest.mark.parametrize("locale", ["zh-CN", "it"])
@pytest.mark.parametrize("word", glossary()["word"])
def test_sentences_use_the_word_of_the_glossary(word: str, locale: str):
    terms = glossary()["word"][word]
    with (LOCALE_FOLDER / locale / "digest.po").open("rb") as file:
        catalogue = read_po(file, locale=locale.replace("-", "_"))
    wanted = re.compile(rf"\b{terms['en']}", re.IGNORECASE)
    # a placeholder is filled with what it is, and the longer term has a word of its own
    other = re.compile(rf"\{{\w+\}}|{glossary()['column']['gmv_per_yuan']['en']}")
    said = {
        message.id: message.string
        for message in catalogue
        if message.id and wanted.search(other.sub("", str(message.id)))
    }
    assert said, f"no sentence has '{terms['en']}': it need not be in {GLOSSARY.name}"
    for message, strings in said.items():
        for text in strings if isinstance(strings, tuple) else (strings,):
            assert terms[locale].lower() in str(text).lower(), message
