"""Cells cleaned in SQL, a whole column at a time: `clean` and `clean_number` of `cells.py`."""

from __future__ import annotations

from orchestration.exports.cells import BLANKS, NOTHING, PLAIN_FORMS
from orchestration.exports.literal import literal

# A list of more than a few values would become a join; this is a look into a short text.
_TO_LOOK_AT = literal(BLANKS + "=")
_TRIMMED = f"trim(t, {literal(BLANKS)})"
_NOTHINGS = ", ".join(map(literal, NOTHING))
_WIDE, _PLAIN = (literal("".join(side)) for side in zip(*PLAIN_FORMS, strict=True))

# What a link formula shows: its label, else its address.
_LINK = r'=HYPERLINK\(\s*"([^"]*)"(?:\s*,\s*"([^"]*)")?\s*\)'
_LINK_TEXT = f"nullif(regexp_extract(t, {literal(_LINK)}, 2, 'i'), '')"
_LINK_URL = f"nullif(regexp_extract(t, {literal(_LINK)}, 1, 'i'), '')"

# Most cells need nothing: the tests for that are cheap, and trimming is dear.
MACROS = f"""
create temp macro unwrapped(t) as
  case
    when starts_with(t, '="') and ends_with(t, '"') and length(t) > 2
    then trim(substring(t, 3, length(t) - 3), {literal(BLANKS)})
    else coalesce({_LINK_TEXT}, {_LINK_URL}, t)
  end;
create temp macro clean_text(t) as
  case
    when contains({_TO_LOOK_AT}, t[1]) or contains({_TO_LOOK_AT}, t[-1])
    then case when unwrapped({_TRIMMED}) in ({_NOTHINGS}) then null
         else unwrapped({_TRIMMED}) end
    when t in ({_NOTHINGS}) then null
    else t
  end;
create temp macro clean_number(t) as
  case
    when strlen(t) = length(t) then clean_text(t)
    else clean_text(translate(t, {_WIDE}, {_PLAIN}))
  end;
"""
