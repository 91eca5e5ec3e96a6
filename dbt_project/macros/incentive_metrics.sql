{# What may be summed over days, the coverage that speaks for it, and the type of its sums. #}
{% macro incentive_metrics() -%}
    {%- set money = "decimal(18, 2)" -%}
    {{
        return(
            [
                {"name": "gmv", "coverage": "orders", "type": money},
                {"name": "order_count", "coverage": "orders", "type": "bigint"},
                {"name": "new_customers", "coverage": "orders", "type": "bigint"},
                {"name": "net_gmv", "coverage": "net", "type": money},
                {"name": "ad_spend", "coverage": "ads", "type": money},
                {"name": "impressions", "coverage": "ads", "type": "bigint"},
                {"name": "clicks", "coverage": "ads", "type": "bigint"},
                {"name": "live_gmv", "coverage": "live", "type": money},
                {"name": "live_minutes", "coverage": "live", "type": "decimal(18, 4)"},
                {"name": "live_exposures", "coverage": "live", "type": "bigint"},
                {"name": "broadcast_days", "coverage": "live", "type": "bigint"},
            ]
        )
    }}
{%- endmacro %}
