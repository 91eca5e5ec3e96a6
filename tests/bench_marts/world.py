"""A world in SQL: what every merchant sold, refunded and advertised, the same every time.

Orders are numbered through time, so that a shorter world is the beginning of a longer one. All
that looks like chance is a hash of these numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_MONDAY = date(2022, 7, 4)
_LINES_AN_ORDER = 1.6
# Every fourth week is exported once more, with the week after it.
_EXPORTED_AGAIN = 1.25
_ADVERTISERS = 0.7


@dataclass(frozen=True)
class World:
    """How large it is. `months` are counted as 52 weeks for twelve."""

    order_lines: int
    ad_rows: int
    merchants: int
    months: int

    @property
    def weeks(self) -> int:
        return round(self.months * 52 / 12)

    @property
    def orders_a_week(self) -> int:
        return round(self.order_lines / _EXPORTED_AGAIN / _LINES_AN_ORDER / self.weeks)

    @property
    def units_of_an_account(self) -> float:
        """Advertising units that run every day, on average."""
        days = self.weeks * 7 * self.merchants * _ADVERTISERS
        return self.ad_rows / _EXPORTED_AGAIN / days

    def cut(self, months: int) -> World:
        """The first months of this world."""
        share = months / self.months
        lines, rows = round(self.order_lines * share), round(self.ad_rows * share)
        return World(lines, rows, self.merchants, months)

    def monday(self, week: int) -> date:
        """The first day of a week, counted from 0."""
        return FIRST_MONDAY + timedelta(weeks=week)


def merchants_sql(world: World) -> str:
    """Merchants by number: the first sells much, most sell little."""
    size = f"power((n + 1) / {world.merchants}, 0.625) - power(n / {world.merchants}, 0.625)"
    units = f"{world.units_of_an_account} + (hash(n, 'units') % 1000) / 1000"
    return f"""
        select
            n as merchant,
            format('m{{:05d}}', n) as merchant_id,
            {size} as share,
            case when n % 10 < {10 * _ADVERTISERS} then greatest(1, floor({units})) else 0 end
                as units
        from range({world.merchants}) as numbers(n)
    """


def orders_sql(world: World, first_week: int, last_week: int) -> str:
    """Paid orders of some weeks; times are those of Shanghai. Reads `merchants`."""
    first, after = (week * world.orders_a_week for week in (first_week, last_week + 1))
    seconds = 7 * 86_400 / world.orders_a_week
    return f"""
        with numbered as (
            select
                n,
                cast(floor(
                    {world.merchants} * power((hash(n, 'merchant') % 1000000000) / 1e9, 1.6)
                ) as bigint) as merchant
            from range({first}, {after}) as numbers(n)
        )
        select
            n,
            merchant,
            n // {world.orders_a_week} as week,
            timestamp '{FIRST_MONDAY}' + to_seconds(cast(floor(n * {seconds}) as bigint))
                as paid_at,
            -- more have come since the beginning, and the newest come most often
            case when hash(n, 'anonymous') % 10 > 0 then cast(floor(
                (20 + 0.45 * share * n) * power((hash(n, 'buyer') % 1000000000) / 1e9, 0.4)
            ) as bigint) end as buyer,
            [1, 1, 1, 1, 1, 1, 2, 2, 2, 4][cast(1 + hash(n, 'lines') % 10 as bigint)] as line_count,
            hash(n, 'refund') % 100 < 12 as is_refunded,
            hash(n, 'cancelled') % 100 < 2 as is_cancelled
        from numbered
        inner join merchants using (merchant)
    """


def lines_sql(orders: str, *, is_again: bool = False) -> str:
    """Lines as exported; what was cancelled shows only when it is exported `again`."""
    cancelled = "is_cancelled" if is_again else "false"
    return f"""
        select
            merchant,
            week,
            buyer,
            'P' || (770000000000000000 + n) as order_id,
            case when {cancelled} then '已取消' else '已完成' end as order_status,
            case when is_refunded then '售后完成' end as aftersale_status,
            paid_at - interval 2 minute as created_at,
            paid_at,
            paid_at + interval 2 day as promised_ship_at,
            paid_at + interval 1 day as shipped_at,
            paid_at + interval 6 day as completed_at,
            '茉莉花茶 第' || hash(n, line, 'item') % 500 || '款' as item_name,
            '第' || hash(n, line, 'item') % 500 || '款' as sku_name,
            '默认' as sku_spec,
            'SKU-' || hash(n, line, 'item') % 500 as merchant_sku,
            1 + hash(n, line, 'quantity') % 3 as quantity,
            cast((990 + hash(n, line, 'price') % 30000) / 100 as decimal(18, 2)) as paid_amount,
            '现货' as order_type,
            n,
            line,
            -- the cell of the quantity cannot be read
            hash(n, line, 'rejected') % 2000 = 0 as is_rejected
        from (select *, unnest(range(line_count)) as line from {orders}) as lines
    """


def aftersales_sql(orders: str, *, is_again: bool = False) -> str:
    """After-sales as exported: asked for two days after payment, refunded in the week after."""
    status = "'售后完成'" if is_again else "case when n % 2 = 0 then '售后完成' else '待审核' end"
    return f"""
        select
            merchant,
            'R' || (880000000000000000 + n) as aftersale_id,
            'P' || (770000000000000000 + n) as order_id,
            '仅退款' as aftersale_type,
            {status} as aftersale_status,
            cast((990 + hash(n, 0, 'price') % 30000) / 100 as decimal(18, 2))
                as requested_refund_amount,
            paid_at as order_paid_at,
            paid_at + interval 2 day as aftersale_created_at,
            date_diff('day', date '{FIRST_MONDAY}', cast(paid_at + interval 2 day as date)) // 7
                as week,
            n
        from {orders}
        where is_refunded
    """


def ads_sql(first_week: int, last_week: int, *, is_again: bool = False) -> str:
    """Reports of units by day, one cut; conversions still grow when exported `again`."""
    days = f"range({7 * first_week}, {7 * (last_week + 1)})"
    conversions = "100" if is_again else "80"
    return f"""
        select
            merchant,
            day_number // 7 as week,
            cast(date '{FIRST_MONDAY}' + cast(day_number as integer) as date) as stat_date,
            'U' || (merchant * 1000 + unit) as unit_id,
            '单元 ' || unit as unit_name,
            'C' || (merchant * 1000 + unit // 4) as campaign_id,
            '计划 ' || unit // 4 as campaign_name,
            cast(clicks * (30 + seed % 90) / 100 as decimal(18, 2)) as spend,
            clicks * (20 + seed % 31) as impressions,
            clicks,
            clicks // 5 as likes,
            clicks // 19 as comments,
            clicks // 9 as saves,
            clicks // 5 + clicks // 19 + clicks // 9 as interactions,
            clicks * {conversions} // 2500 as orders_paid_7d_by_click,
            cast(clicks * {conversions} * (50 + seed % 70) / 1000 as decimal(18, 2))
                as gmv_paid_7d_by_click
        from (
            select
                *,
                cast(hash(merchant, day_number, unit) % 1000000 as bigint) as seed,
                cast(hash(merchant, day_number, unit, 'clicks') % 400 as bigint) as clicks
            from (
                select merchant, unnest(range(cast(units as bigint))) as unit
                from merchants where units > 0
            ) as units
            cross join (select unnest({days}) as day_number) as days
        ) as seeded
    """
