with
    aftersales as (select * from {{ ref("int_aftersales") }} where is_successful),

    orders as (select * from {{ ref("int_orders") }}),

    -- an order that was cancelled after payment was paid back, also where no after-sale says so
    derived_refunds as (
        select orders.merchant_id, orders.order_id, orders.gmv, orders.paid_date, orders.file_sha256
        from orders
        left join
            (select distinct merchant_id, order_id from aftersales) as told
            on orders.merchant_id = told.merchant_id
            and orders.order_id = told.order_id
        where orders.is_cancelled_after_payment and told.order_id is null
    ),

    final as (
        select
            aftersales.merchant_id,
            aftersales.aftersale_id as refund_id,
            aftersales.order_id,
            aftersales.aftersale_id,
            aftersales.amount,
            -- the order's own export knows best when it was paid
            coalesce(orders.paid_date, aftersales.order_paid_date) as paid_date,
            aftersales.refund_date,
            false as is_derived,
            aftersales.file_sha256
        from aftersales
        left join
            orders
            on aftersales.merchant_id = orders.merchant_id
            and aftersales.order_id = orders.order_id
        union all
        select
            merchant_id,
            concat('order ', order_id),
            order_id,
            cast(null as {{ dbt.type_string() }}),
            gmv,
            paid_date,
            cast(null as date),
            true,
            file_sha256
        from derived_refunds
    )

select *
from final
