-- The main tables by the rules of the models, as one would write them by hand for DuckDB.
-- {home} is a home, {figures} the sums of an advertising figure each, {ids} a maximum of each id,
-- {level_key} what a newer report replaces by, {ad_key} what a row of a cut is about.

create table files as
select merchant_id, file_sha256, source, layout_revision, reader_revision, effective_at
from read_parquet('{home}/handover/files.parquet')
where status = 'loaded';

create table fct_coverage as
with
    runs as (from read_parquet('{home}/handover/coverage.parquet')),
    file_days as (
        select *, cast(unnest(generate_series(covered_from, covered_to, interval 1 day)) as date) as day
        from runs
        where is_loaded
    ),
    days as (
        select
            merchant_id, source, day,
            count(distinct file_sha256) as file_count,
            max_by(evidence, case evidence when 'declared' then 3 when 'rows_to_export' then 2 else 1 end)
                as evidence,
            max(bridge_days) as bridge_days
        from file_days
        group by all
    ),
    gaps as (
        select *, lead(day) over w as next_day, lead(bridge_days) over w as next_bridge_days
        from days
        window w as (partition by merchant_id, source order by day)
        qualify next_day - day - 1 between 1 and least(bridge_days, next_bridge_days)
    ),
    bridged as (
        select merchant_id, source, day, next_day from gaps
        anti join (
            select before.merchant_id, before.source, before.day
            from gaps
            inner join file_days as before using (merchant_id, source, day)
            inner join file_days as after using (merchant_id, source, file_sha256)
            where after.day = gaps.next_day
            union all
            select merchant_id, source, day
            from runs
            inner join gaps using (merchant_id, source)
            where not is_loaded and covered_from < next_day and covered_to > day
        ) as closed using (merchant_id, source, day)
    )
select merchant_id, source, day, file_count, evidence, false as is_bridged from days
union all
select
    merchant_id, source,
    cast(unnest(generate_series(day + 1, next_day - 1, interval 1 day)) as date),
    0, 'bridged', true
from bridged;

create table fct_orders as
with
    lines as (
        select
            merchant_id, order_id, _file_sha256 as file_sha256,
            _layout_revision as layout_revision, _reader_revision as reader_revision,
            paid_at, customer_key, order_status, quantity, paid_amount
        from read_parquet('{home}/raw/qianfan__orders/*.parquet', union_by_name = true)
    ),
    exports as (
        select
            merchant_id, order_id, file_sha256, effective_at,
            min(paid_at) as paid_at, max(customer_key) as customer_key,
            max(order_status) as order_status, count(*) as line_count,
            cast(sum(quantity) as bigint) as quantity,
            cast(sum(paid_amount) as decimal(18, 2)) as gmv
        from lines
        inner join files using (merchant_id, file_sha256, layout_revision, reader_revision)
        group by all
    ),
    broken as (
        select distinct
            q.merchant_id, row_key as order_id, _file_sha256 as file_sha256, true as is_broken
        from read_parquet('{home}/quarantine/qianfan__orders/*.parquet', union_by_name = true) as q
        inner join files
            on q.merchant_id = files.merchant_id and _file_sha256 = files.file_sha256
            and _layout_revision = files.layout_revision
            and _reader_revision = files.reader_revision
    ),
    newest as (
        select *, cast(paid_at + interval 8 hour as date) as paid_date
        from exports
        left join broken using (merchant_id, order_id, file_sha256)
        qualify row_number() over (
            partition by merchant_id, order_id
            order by coalesce(is_broken, false), effective_at desc, file_sha256 desc
        ) = 1
    )
select
    newest.merchant_id, order_id, paid_at, paid_date, customer_key, order_status, line_count,
    quantity, gmv,
    customer_key is null as is_anonymous,
    customer_key is not null and row_number() over (
        partition by newest.merchant_id, customer_key order by paid_at, order_id
    ) = 1 as is_first_order,
    coalesce(order_status in ('已取消', '已关闭'), false) as is_cancelled_after_payment,
    covered.day is not null as is_covered,
    newest.file_sha256
from newest
left join fct_coverage as covered
    on newest.merchant_id = covered.merchant_id and paid_date = covered.day
    and covered.source = 'qianfan__orders'
where paid_at is not null;

create table fct_refunds as
with
    rows as (
        select
            r.*, files.effective_at, files.file_sha256, broken.merchant_id is not null as is_broken
        from read_parquet('{home}/raw/qianfan__aftersales/*.parquet', union_by_name = true) as r
        inner join files
            on r.merchant_id = files.merchant_id and _file_sha256 = files.file_sha256
            and _layout_revision = files.layout_revision
            and _reader_revision = files.reader_revision
        left join (
            select distinct merchant_id, _file_sha256 as sha256, row_key
            from read_parquet(
                '{home}/quarantine/qianfan__aftersales/*.parquet', union_by_name = true
            )
        ) as broken
            on r.merchant_id = broken.merchant_id and _file_sha256 = broken.sha256
            and aftersale_id = broken.row_key
    ),
    standing as (
        from rows
        qualify dense_rank() over (
            partition by merchant_id, aftersale_id
            order by is_broken, effective_at desc, file_sha256 desc
        ) = 1
    ),
    aftersales as (
        select
            merchant_id, aftersale_id, file_sha256, max(order_id) as order_id,
            cast(sum(coalesce(refund_amount, requested_refund_amount, 0)) as decimal(18, 2)) as amount,
            cast(min(order_paid_at) + interval 8 hour as date) as order_paid_date,
            cast(coalesce(max(refunded_at), max(seller_confirmed_at), min(aftersale_created_at))
                + interval 8 hour as date) as refund_date
        from standing
        group by all
        having bool_or(
            (aftersale_status like '%完成%' or aftersale_status like '%成功%')
            and aftersale_status not like '%未%'
        )
    )
select
    a.merchant_id, aftersale_id as refund_id, a.order_id, aftersale_id, amount,
    coalesce(orders.paid_date, order_paid_date) as paid_date, refund_date,
    false as is_derived, a.file_sha256
from aftersales as a
left join fct_orders as orders using (merchant_id, order_id)
union all
select
    merchant_id, concat('order ', order_id), order_id, null, gmv, paid_date, null, true, file_sha256
from (from fct_orders where is_cancelled_after_payment) as cancelled
anti join aftersales using (merchant_id, order_id);

create table ad_rows as
with rows as (
    select
        r.*, files.effective_at, files.source, files.file_sha256,
        {level_key} as level_key
    from read_parquet('{home}/raw/juguang__*/*.parquet', union_by_name = true) as r
    inner join files
        on r.merchant_id = files.merchant_id and _file_sha256 = files.file_sha256
        and _layout_revision = files.layout_revision and _reader_revision = files.reader_revision
)
select rows.* exclude (level_key)
from rows
left join (
    select distinct merchant_id, _file_sha256 as file_sha256, row_key as level_key, true as is_broken
    from read_parquet('{home}/quarantine/juguang__*/*.parquet', union_by_name = true)
) as broken using (merchant_id, file_sha256, level_key)
qualify dense_rank() over (
    partition by merchant_id, source, level_key
    order by coalesce(is_broken, false), effective_at desc, file_sha256 desc
) = 1 and account_id is not null;

create table fct_ad_days as
with
    days as (
        select
            merchant_id, account_id, source, _cut as cut, stat_date as day, {ad_key} as ad_key,
            {ids}, {figures}
        from ad_rows
        group by all
    ),
    cuts as (
        select
            *,
            row_number() over (
                partition by merchant_id, account_id, day
                order by
                    list_position({levels}, source), length(cut) - length(replace(cut, '/', '')), cut
            ) = 1 as is_account_total
        from (select distinct merchant_id, account_id, day, source, cut from days) as distinct_cuts
    )
select days.*, is_account_total
from days
inner join cuts using (merchant_id, account_id, day, source, cut);

create table customer_days as
with customers as (
    select
        merchant_id, customer_key, min(paid_date) as first_paid_date,
        cast(date_trunc('month', min(paid_date)) as date) as cohort_month
    from fct_orders
    where not is_anonymous
    group by all
)
select
    merchant_id, customer_key, paid_date as day, first_paid_date, cohort_month,
    count(*) as order_count, sum(gmv) as gmv
from fct_orders
inner join customers using (merchant_id, customer_key)
where is_covered and not is_anonymous
group by all;
