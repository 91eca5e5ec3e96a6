-- Days, weeks and months with growth, from the tables of plain.sql.

create table spans as
select
    covered.merchant_id,
    min(day) as first_day, max(day) as last_day,
    min(day) filter (where source = 'qianfan__orders') as first_order_day,
    max(day) filter (where source = 'qianfan__orders') as last_order_day,
    first_order_day <= any_value(joined_on) as is_known,
    first_order_day + {warm_up_days} as warm_up_ends_on
from fct_coverage as covered
left join read_parquet('{home}/handover/register.parquet') as register using (merchant_id)
group by all;

create table fct_merchant_days as
with
    days as (
        select merchant_id, cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
        from spans
    ),
    covered as (
        select
            merchant_id, day,
            bool_or(source = 'qianfan__orders') as orders_covered,
            bool_or(source = 'qianfan__aftersales') as aftersales_covered,
            bool_or(source like 'juguang%') as ads_covered
        from fct_coverage
        group by all
    ),
    orders as (
        select
            merchant_id, paid_date as day, count(*) as order_count, sum(gmv) as gmv,
            count(*) filter (where is_anonymous) as anonymous_order_count,
            sum(gmv) filter (where is_anonymous) as anonymous_gmv
        from fct_orders where is_covered group by all
    ),
    customers as (
        select
            merchant_id, day, count(*) as active_customers,
            count(*) filter (where day = first_paid_date) as new_customers
        from customer_days group by all
    ),
    refunds as (
        select
            merchant_id, day,
            sum(amount) filter (where is_paid) as refund_amount,
            sum(amount) filter (where not is_paid) as refund_amount_by_refund_date
        from (
            select merchant_id, paid_date as day, amount, true as is_paid from fct_refunds
            union all
            select merchant_id, refund_date, amount, false from fct_refunds
        ) as dated
        where day is not null
        group by all
    ),
    ads as (
        select
            merchant_id, day, sum(spend) as ad_spend, sum(impressions) as impressions,
            sum(clicks) as clicks, sum(interactions) as interactions,
            sum(gmv_paid_7d_by_click) as ad_gmv_paid_7d_by_click
        from fct_ad_days where is_account_total group by all
    )
select
    merchant_id, day,
    coalesce(orders_covered, false) as orders_covered,
    coalesce(aftersales_covered, false) as aftersales_covered,
    coalesce(ads_covered, false) as ads_covered,
    case when orders_covered then coalesce(order_count, 0) end as order_count,
    case when orders_covered then coalesce(gmv, 0) end as gmv,
    case when orders_covered then coalesce(anonymous_order_count, 0) end as anonymous_order_count,
    case when orders_covered then coalesce(anonymous_gmv, 0) end as anonymous_gmv,
    case when orders_covered then coalesce(active_customers, 0) end as active_customers,
    case when orders_covered then coalesce(new_customers, 0) end as new_customers,
    case when orders_covered and aftersales_covered then coalesce(refund_amount, 0) end
        as refund_amount,
    case when aftersales_covered then coalesce(refund_amount_by_refund_date, 0) end
        as refund_amount_by_refund_date,
    case when ads_covered then coalesce(ad_spend, 0) end as ad_spend,
    case when ads_covered then coalesce(impressions, 0) end as impressions,
    case when ads_covered then coalesce(clicks, 0) end as clicks,
    case when ads_covered then coalesce(interactions, 0) end as interactions,
    case when ads_covered then coalesce(ad_gmv_paid_7d_by_click, 0) end as ad_gmv_paid_7d_by_click
from days
left join covered using (merchant_id, day)
left join orders using (merchant_id, day)
left join customers using (merchant_id, day)
left join refunds using (merchant_id, day)
left join ads using (merchant_id, day);

create table period_days as
select *, day - period_start as position
from (
    select *, 'week' as period_type, cast(date_trunc('week', day) as date) as period_start
    from fct_merchant_days
    union all
    select *, 'month', cast(date_trunc('month', day) as date) from fct_merchant_days
) as days;

create table periods as
with
    sums as (
        select
            merchant_id, period_type, period_start,
            sum(order_count) as order_count, sum(gmv) as gmv,
            sum(anonymous_order_count) as anonymous_order_count,
            sum(anonymous_gmv) as anonymous_gmv, sum(refund_amount) as refund_amount,
            sum(refund_amount_by_refund_date) as refund_amount_by_refund_date,
            sum(ad_spend) as ad_spend, sum(impressions) as impressions, sum(clicks) as clicks,
            sum(interactions) as interactions,
            sum(ad_gmv_paid_7d_by_click) as ad_gmv_paid_7d_by_click,
            count(*) filter (where orders_covered) as orders_days_covered,
            count(*) filter (where aftersales_covered) as aftersales_days_covered,
            count(*) filter (where ads_covered) as ads_days_covered
        from period_days group by all
    ),
    customers as (
        select
            merchant_id, period_type, period_start,
            count(distinct customer_key) as active_customers,
            count(distinct customer_key) filter (where first_paid_date >= period_start)
                as new_customers
        from (
            select *, 'week' as period_type, cast(date_trunc('week', day) as date) as period_start
            from customer_days
            union all
            select *, 'month', cast(date_trunc('month', day) as date) from customer_days
        ) as days
        group by all
    )
select
    sums.*,
    case when orders_days_covered > 0 then coalesce(active_customers, 0) end as active_customers,
    case when orders_days_covered > 0 then coalesce(new_customers, 0) end as new_customers,
    case when period_type = 'week' then isoyear(period_start) else year(period_start) end as year,
    case when period_type = 'week' then weekofyear(period_start) else month(period_start) end
        as number,
    coalesce(is_known or period_start >= warm_up_ends_on, false) as is_history_complete
from sums
left join customers using (merchant_id, period_type, period_start)
inner join spans using (merchant_id);

create table pairs as
select
    p.merchant_id, p.period_type, p.period_start, 'previous' as comparison,
    b.period_start as base_start
from periods as p
inner join periods as b
    on p.merchant_id = b.merchant_id and p.period_type = b.period_type
    and b.period_start = case when p.period_type = 'week' then p.period_start - 7
        else cast(p.period_start - interval 1 month as date) end
union all
select p.merchant_id, p.period_type, p.period_start, 'year_ago', b.period_start
from periods as p
inner join periods as b
    on p.merchant_id = b.merchant_id and p.period_type = b.period_type
    and p.year - 1 = b.year and p.number = b.number;

create table like_for_like as
with
    common as (
        select
            pairs.*, v.day as value_day, b.day as base_day,
            v.orders_covered and b.orders_covered as is_orders,
            v.ads_covered and b.ads_covered as is_ads,
            v.gmv, v.order_count, v.ad_spend, v.new_customers,
            b.gmv as base_gmv, b.order_count as base_order_count, b.ad_spend as base_ad_spend,
            b.new_customers as base_new_customers
        from pairs
        inner join period_days as v using (merchant_id, period_type, period_start)
        inner join period_days as b
            on pairs.merchant_id = b.merchant_id and pairs.period_type = b.period_type
            and base_start = b.period_start and v.position = b.position
        where is_orders or is_ads
    ),
    sums as (
        select
            merchant_id, period_type, period_start, comparison,
            sum(gmv) filter (where is_orders) as gmv,
            sum(base_gmv) filter (where is_orders) as base_gmv,
            sum(order_count) filter (where is_orders) as order_count,
            sum(base_order_count) filter (where is_orders) as base_order_count,
            sum(new_customers) filter (where is_orders) as new_customers,
            sum(base_new_customers) filter (where is_orders) as base_new_customers,
            sum(ad_spend) filter (where is_ads) as ad_spend,
            sum(base_ad_spend) filter (where is_ads) as base_ad_spend,
            count(*) filter (where is_orders) as order_days
        from common group by all
    ),
    persons as (
        select
            merchant_id, period_type, period_start, comparison,
            count(distinct customer_key) filter (where is_value) as active_customers,
            count(distinct customer_key) filter (where not is_value) as base_active_customers
        from (
            select *, value_day as day, true as is_value from common where is_orders
            union all
            select *, base_day, false from common where is_orders
        ) as days
        inner join (select merchant_id, day, customer_key from customer_days) as c
            using (merchant_id, day)
        group by all
    )
select
    sums.*,
    case when order_days > 0 then coalesce(active_customers, 0) end as active_customers,
    case when order_days > 0 then coalesce(base_active_customers, 0) end as base_active_customers
from sums
left join persons using (merchant_id, period_type, period_start, comparison);

create table growth as
select
    pairs.merchant_id, pairs.period_type, pairs.period_start, comparison,
    {changes}
from pairs
inner join periods as v using (merchant_id, period_type, period_start)
inner join periods as b
    on pairs.merchant_id = b.merchant_id and pairs.period_type = b.period_type
    and base_start = b.period_start
left join like_for_like as l using (merchant_id, period_type, period_start, comparison);

create table fct_merchant_weeks as
select *
from (from periods where period_type = 'week') as periods
left join (from growth where comparison = 'previous' and period_type = 'week') as wow
    using (merchant_id, period_start)
left join (from growth where comparison = 'year_ago' and period_type = 'week') as yoy
    using (merchant_id, period_start);

create table fct_merchant_months as
select *
from (from periods where period_type = 'month') as periods
left join (from growth where comparison = 'previous' and period_type = 'month') as mom
    using (merchant_id, period_start)
left join (from growth where comparison = 'year_ago' and period_type = 'month') as yoy
    using (merchant_id, period_start);
