with
    standing_rows as (select * from {{ ref("int_shop_rows") }}),

    -- the same shop may be exported with and without its id: a row without one speaks for a day
    -- that no named shop tells
    marked_rows as (
        select
            *, bool_or(shop_id is not null) over (partition by merchant_id, stat_date) as is_named
        from standing_rows
    ),

    final as (
        select
            merchant_id,
            stat_date as day,
            cast(sum(paid_gmv) as decimal(18, 2)) as gmv,
            cast(case when count(orders) = count(*) then sum(orders) end as bigint) as order_count,
            cast(
                case when count(refund_amount) = count(*) then sum(refund_amount) end as decimal(
                    18, 2
                )
            ) as refund_amount
        from marked_rows
        where shop_id is not null or not is_named
        group by merchant_id, stat_date
    )

select *
from final
