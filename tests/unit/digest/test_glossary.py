"""The glossary: every term in every language, and sentences that use its words."""

import re
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from digest_forms import FORMS
from digest_samples import CASES

from orchestration.digest.content import DigestError
from orchestration.digest.glossary import glossary
from orchestration.digest.labels import source_name
from orchestration.digest.wording import LOCALE_FOLDER, Wording
from orchestration.exports.layouts import all_layouts
from orchestration.register import Locale

LOCALES = get_args(Locale)
