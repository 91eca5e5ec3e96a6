"""Numbers, money and dates as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from orchestration.periods import BUSINESS_ZONE

# Below this, the exact amount is as short as the rounded one.
_ROUGH_FROM = Decimal(10_000)


class Formats:
    """Formats of one locale (zh-CN, en, it). The same number always becomes the same text."""

    def __init__(self, locale: str) -> None:
        self._locale = Locale.parse(locale, sep="-")

    def money(self, amount: Decimal, currency: str) -> str:
        """Exact to the cent: ¥219,120.43."""
        return format_currency(amount, currency, locale=self._locale)

    def signed_money(self, amount: Decimal, currency: str) -> str:
        """A difference, with its sign: +¥1,200.00."""
        return ("+" if amount > 0 else "") + self.money(amount, currency)

    def rough_money(self, amount: Decimal, currency: str) -> str:
        """Short, for a subject line: ¥21.9万; exact where the language has no short form."""
        if abs(amount) < _ROUGH_FROM or self._locale.language == "it":
            whole = amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
            return format_currency(
                whole, currency, locale=self._locale, currency_digits=False, format=self._whole()
            )
        return format_compact_currency(amount, currency, locale=self._locale, fraction_digits=1)

    def _whole(self) -> str:
        return self._locale.currency_formats["standard"].pattern.replace(".00", "")

    def number(self, count: int | Decimal) -> str:
        """A count: 12,345."""
        return format_decimal(int(count), locale=self._locale)

    def signed_number(self, count: int | Decimal) -> str:
        """A difference of counts, with its sign: +3, -3, 0."""
        return ("+" if count > 0 else "") + self.number(count)

    def decimal(self, value: Decimal) -> str:
        """A ratio with two places: 2.35."""
        return format_decimal(
            value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), "#,##0.00", locale=self._locale
        )

    def share(self, value: Decimal) -> str:
        """A share: 14.2%."""
        return format_percent(value, format="#,##0.0%", locale=self._locale)

    def change(self, value: Decimal) -> str:
        """A change with its sign: +5.7%."""
        tenths = value.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
        if not tenths:
            return self.share(Decimal(0))
        return format_percent(tenths, format="+#,##0.0%;-#,##0.0%", locale=self._locale)

    def day(self, day: date) -> str:
        """A day without its year: 9月9日, Sep 9."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def full_day(self, day: date) -> str:
        """A day with its year."""
        return format_date(day, "medium", locale=self._locale)

    def weekday(self, day: date) -> str:
        """The name of the day: 星期一, Monday."""
        return format_date(day, "EEEE", locale=self._locale)

    def span(self, first: date, last: date) -> str:
        """Days from first to last without year: 9月9日至15日, Sep 9 – 15."""
        return self._interval(first, last, "MMMd")

    def full_span(self, first: date, last: date) -> str:
        """Days from first to last with the year."""
        return self._interval(first, last, "yMMMd")

    def _interval(self, first: date, last: date, skeleton: str) -> str:
        if first == last:
            return format_skeleton(skeleton, first, locale=self._locale)
        return str(format_interval(first, last, skeleton, locale=self._locale))

    def days(self, days: Sequence[date]) -> str:
        """Any days, runs of them shortened: 9月9日、9月14日至15日."""
        return self.listed([self.span(first, last) for first, last in _runs(days)])

    def listed(self, parts: Sequence[str]) -> str:
        """Things named one after the other."""
        return ("、" if self._locale.language == "zh" else ", ").join(parts)

    def month(self, month: date) -> str:
        """A month without its year, for lists of less than twelve: 9月, Sep."""
        # Not by skeleton: for Italian that leads to an alias, which Babel 2.18 resolves once for
        # all languages, in the one that a process asks for first.
        return format_date(month, "MMM", locale=self._locale)

    def full_month(self, month: date) -> str:
        """A month with its year: 2024年9月, Sep 2024."""
        return format_skeleton("yMMM", month, locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """An instant in business time: 9月16日 09:30."""
        local = moment.astimezone(BUSINESS_ZONE)
        return f"{self.day(local.date())} {format_time(local, 'HH:mm', locale=self._locale)}"


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
