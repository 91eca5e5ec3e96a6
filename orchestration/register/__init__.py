"""The register: merchants, their shops and accounts, and who reads about them.

Here `merchants.yml` is read, checked and written, and turned into a workbook and back.
Add a field of a merchant in `model.py` and, if people fill it in, as a column in
`workbook/columns.py`; keep out what merely uses merchants, and every other file of a home.
Read `model.py` first.
"""

from orchestration.register.fields import PLATFORMS, Channel, Locale, is_webhook
from orchestration.register.model import (
    AdAccount,
    LocalName,
    Merchant,
    Recipient,
    Register,
    RegisterError,
    Shop,
    Team,
)
from orchestration.register.yaml_file import read_register, write_register

__all__ = [
    "PLATFORMS",
    "AdAccount",
    "Channel",
    "LocalName",
    "Locale",
    "Merchant",
    "Recipient",
    "Register",
    "RegisterError",
    "Shop",
    "Team",
    "is_webhook",
    "read_register",
    "write_register",
]
