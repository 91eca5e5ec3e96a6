"""Headers brought to one spelling before they are compared."""

from __future__ import annotations

import re
import unicodedata

# No header of any export has so many digits; a telephone or an order that slipped there does.
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){10,}")


def normalise(header: str) -> str:
    """The spelling that headers are matched by.

    Full and half width, brackets of either width, spaces, invisible marks (byte order mark,
    zero-width space) and the case of Latin letters make no difference.
    """
    if header.isascii():
        return "".join(header.casefold().split())
    wide = unicodedata.normalize("NFKC", header).casefold()
    return "".join(
        char for char in wide if not char.isspace() and unicodedata.category(char) != "Cf"
    )


def shown(header: str) -> str:
    """A header as it stands in a message: on one line, without invisible marks.

    Long numbers are left out: where data stands in place of headers, they may be somebody's.
    """
    visible = "".join(char for char in header if unicodedata.category(char) not in ("Cf", "Cc"))
    return _LONG_NUMBER.sub("…", " ".join(visible.split()))
