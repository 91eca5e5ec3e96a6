"""Words in the reader's language: sentences of `locale/<locale>/digest.po`, terms of the glossary.

Message ids are the English text. A sentence is written in code only inside `say`, `count` or
`mark`, so that it can be collected and compared with the catalogues.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from orchestration.digest.content import DigestError
from orchestration.digest.formats import Formats
from orchestration.digest.glossary import glossary

LOCALE_FOLDER = Path(__file__).parent / "locale"
# A mark that joins without showing: it breaks a mention or a link, never a line.
_JOINER = "\u2060"


def mark(message: str) -> str:
    """Mark a message that is said later, from a table, so that it is collected."""
    return message


class _Missing(NullTranslations):
    """What stands behind a catalogue: a message that it lacks is a fault, not English."""

    def gettext(self, message: str) -> str:
        raise DigestError(f"No wording for '{message}'; add it to every digest.po.")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
        raise DigestError(f"No wording for '{msgid1}'; add it to every digest.po.")


@cache
def _catalogue(locale: str) -> GNUTranslations:
    with (LOCALE_FOLDER / locale / "digest.po").open("rb") as file:
        catalogue = read_po(file, locale=locale.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(_Missing())
    return translations


class Wording:
    """Sentences and formats of one locale.

    Raises:
        DigestError: (when saying) the catalogue lacks the message.
    """

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.formats = Formats(locale)
        self._catalogue = _catalogue(locale)

    def say(self, message: str, **params: str) -> str:
        """The message in this language, filled with texts that are formatted already."""
        return self._catalogue.gettext(message).format(**params)

    def term(self, group: str, name: str) -> str:
        """A term of the glossary.

        Raises:
            DigestError: the glossary lacks it, or lacks it in this language.
        """
        try:
            return glossary()[group][name][self.locale]
        except KeyError:
            raise DigestError(
                f"The glossary has no {group} '{name}' in {self.locale}; add it to glossary.toml."
            ) from None

    def joined(self, sentences: Sequence[str]) -> str:
        """Sentences one after the other; Chinese needs no space between them."""
        return ("" if self.locale == "zh-CN" else " ").join(sentences)

    def count(self, one: str, many: str, n: int, **params: str) -> str:
        """The message for a number of things; `{n}` is the formatted number."""
        text = self._catalogue.ngettext(one, many, n)
        return text.format(n=self.formats.number(n), **params)

    def more(self, left: int) -> str:
        """The note of a list that leaves out so many; blank where it leaves out none."""
        return self.count("and {n} more", "and {n} more", left) if left > 0 else ""


def inert(name: str) -> str:
    """A name from outside as plain text on one line, in which nothing can be clicked or called."""
    visible = "".join(char for char in " ".join(name.split()) if char.isprintable())
    for trigger in ("@", "://", "www."):
        visible = visible.replace(trigger, f"{trigger[0]}{_JOINER}{trigger[1:]}")
    return visible
