import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from digest_samples import complete_zh

import orchestration.digest
from orchestration.digest import sentences
from orchestration.digest.codes import ActionCode, VerdictCode
from orchestration.digest.content import Action, DigestError, Insight
from orchestration.digest.formats import Formats
from orchestration.digest.values import PromotionWeek
from orchestration.digest.wording import LOCALE_FOLDER, Wording, inert
from orchestration.playbook.weekly_change import MESSAGES
from orchestration.register import Locale

LOCALES = get_args(Locale)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NOTHING_TO_SAY = ("week_missing", "week_partial", "promotion", "base_missing", "base_partial")


def _messages(locale: str) -> dict[object, tuple[str, ...]]:
    with (LOCALE_FOLDER / locale / "digest.po").open("rb") as file:
        catalogue = read_po(file, locale=locale.replace("-", "_"))
    assert not catalogue.obsolete
    messages: dict[object, tuple[str, ...]] = {}
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not message.fuzzy:
            messages[message.id] = tuple(str(text or "") for text in strings)
    return messages


def _used() -> set[object]:
    folder = Path(orchestration.digest.__file__).parent
    found = extract_from_dir(
        folder,
        method_map=[("**.py", "python")],
        keywords={"say": None, "count": (1, 2), "mark": None},
    )
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_catalogue_has_exactly_the_messages_that_are_said(locale: str):
    assert set(_messages(locale)) == _used()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_translation_is_there_and_fills_the_same_places(locale: str):
    for message, strings in _messages(locale).items():
        ids = message if isinstance(message, tuple) else (message,)
        wanted = {name for text in ids for name in _PLACEHOLDER.findall(str(text))}
        for text in strings:
            assert text, message
            assert set(_PLACEHOLDER.findall(text)) == wanted, message


def test_a_message_without_wording_is_an_error_not_english():
    with pytest.raises(DigestError, match="Good morning"):
        Wording("zh-CN").say("Good morning")


def _samples(message: str) -> Insight:
    params = {"orders": 1448, "base": 30, "low": 20, "high": 42, "weeks": 8, "needed": 5, "left": 3}
    return Insight(block="weekly_change", verdict="ok", message=message, params=dict(params))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_finding_of_the_playbook_has_its_sentence(message: str, locale: str):
    text = sentences.finding(_samples(message), Wording(locale))
    assert bool(text) is not message.endswith(_NOTHING_TO_SAY)
    assert "{" not in text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_verdict_and_action_has_its_sentence(locale: str):
    words, content = Wording(locale), complete_zh()
    content = content.model_copy(update={"promotion": PromotionWeek(promotion="618")})
    for code in get_args(VerdictCode):
        assert sentences.verdict(content.model_copy(update={"verdict": code}), words)
    for code in get_args(ActionCode):
        days = (date(2024, 9, 14), date(2024, 9, 15))
        todo = Action(code=code, days=days, folder="inbox/m001/", count=2, names=("A", "B"))
        if code == "announce_live":
            todo = content.action
        assert sentences.action(todo, words)


_ANSWER = {"zh-CN": "直接回复给我们", "en": "reply", "it": "rispo"}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "code", ["drop_export", "drop_held_again", "export_history", "next_export"]
)
def test_a_file_is_asked_for_by_its_platform_and_as_an_answer(code: ActionCode, locale: str):
    days = (date(2024, 9, 14), date(2024, 9, 15))
    todo = Action(code=code, source="juguang__accounts", days=days, folder="inbox/m001/")
    text = sentences.action(todo, Wording(locale))
    assert "inbox" not in text
    assert _ANSWER[locale] in text
    assert {"zh-CN": "聚光", "en": "Juguang", "it": "Juguang"}[locale] in text


def test_more_names_than_a_sentence_holds_are_counted():
    todo = Action(code="team_ask_exports", count=5, names=("A", "B", "C", "D", "E"))
    text = sentences.action(todo, Wording("en"))
    assert text == "Ask 5 merchants for their missing exports: A, B, C and 2 more."


@pytest.mark.parametrize(
    ("locale", "money", "change", "span", "days"),
    [
        ("zh-CN", "¥219,120.43", "-6.4%", "9月9日至15日", "9月9日、9月14日至15日"),
        ("en", "CN¥219,120.43", "-6.4%", "Sep 9 – 15", "Sep 9, Sep 14 – 15"),
        ("it", "219.120,43\xa0CN¥", "-6,4%", "09–15 set", "9 set, 14–15 set"),
    ],
)
def test_numbers_and_days_are_written_as_the_language_writes_them(
    locale: str, money: str, change: str, span: str, days: str
):
    formats = Formats(locale)
    gap = [date(2024, 9, 15), date(2024, 9, 9), date(2024, 9, 14)]
    assert formats.money(Decimal("219120.43"), "CNY") == money
    assert formats.change(Decimal("-0.0643")) == change
    # Babel sets thin spaces around the dash.
    assert _plain(formats.span(date(2024, 9, 9), date(2024, 9, 15))) == span
    assert _plain(formats.days(gap)) == days


_MONTHS = """
import sys
from datetime import date
from orchestration.digest.formats import Formats
for locale in sys.argv[1:]:
    formats, day = Formats(locale), date(2024, 4, 1)
    print(formats.month(day), formats.full_month(day), formats.day(day), formats.weekday(day))
"""


@pytest.mark.parametrize("order", [("zh-CN", "it", "en"), ("en", "it", "zh-CN")])
def test_no_language_is_written_as_the_one_before_it_in_the_same_process(order: tuple[str, ...]):
    told = {
        "zh-CN": "4月 2024年4月 4月1日 星期一",
        "it": "apr apr 2024 1 apr lunedì",
        "en": "Apr Apr 2024 Apr 1 Monday",
    }
    words = [sys.executable, "-c", _MONTHS, *order]
    said = subprocess.run(words, capture_output=True, encoding="utf-8", check=True).stdout
    assert said.splitlines() == [told[locale] for locale in order]


def _plain(text: str) -> str:
    return text.replace("\u2009", " ")


def test_a_change_that_rounds_to_nothing_has_no_sign():
    assert Formats("en").change(Decimal("-0.0004")) == "0.0%"
    assert Formats("en").change(Decimal("0.0005")) == "+0.1%"


@pytest.mark.parametrize(
    ("locale", "amount", "rough"),
    [("zh-CN", "219120.43", "¥21.9万"), ("zh-CN", "8120.50", "¥8,121"), ("it", "219120.43", None)],
)
def test_rough_money_is_short_where_the_language_has_a_short_form(
    locale: str, amount: str, rough: str | None
):
    assert Formats(locale).rough_money(Decimal(amount), "CNY") == (rough or "219.120\xa0CN¥")


def test_a_name_cannot_call_link_or_break_a_line():
    name = inert("A\n<!channel> @here https://evil.example www.evil.example \u202eB")
    assert "\n" not in name
    assert "\u202e" not in name
    assert "@here" not in name
    assert "://" not in name
    assert "www." not in name
