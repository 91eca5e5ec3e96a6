{#
    The additive figures of a merchant's day: when each is known, and its type. What is refunded of
    a day's orders is known where both the orders and their after-sales are. Customers of a day are
    no part of a period's: who comes on two days is one.
#}
{% macro day_figures() -%}
    {%- set orders = "orders_covered" -%}
    {%- set aftersales = "aftersales_covered" -%}
    {%- set ads = "ads_covered" -%}
    {%- set money = "decimal(18, 2)" -%}
    {{
        return(
            [
                {"name": "order_count", "is_known": orders, "type": "bigint"},
                {"name": "gmv", "is_known": orders, "type": money},
                {"name": "anonymous_order_count", "is_known": orders, "type": "bigint"},
                {"name": "anonymous_gmv", "is_known": orders, "type": money},
                {"name": "active_customers", "is_known": orders, "type": "bigint"},
                {"name": "new_customers", "is_known": orders, "type": "bigint"},
                {
                    "name": "refund_amount",
                    "is_known": orders ~ " and " ~ aftersales,
                    "type": money,
                },
                {
                    "name": "refund_amount_by_refund_date",
                    "is_known": aftersales,
                    "type": money,
                },
                {"name": "ad_spend", "is_known": ads, "type": money},
                {"name": "impressions", "is_known": ads, "type": "bigint"},
                {"name": "clicks", "is_known": ads, "type": "bigint"},
                {"name": "interactions", "is_known": ads, "type": "bigint"},
                {"name": "ad_gmv_paid_7d_by_click", "is_known": ads, "type": money},
            ]
        )
    }}
{%- endmacro %}
