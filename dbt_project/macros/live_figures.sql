{# Figures of a live session that are added up over its pieces, with their types. #}
{% macro live_figures() -%}
    {{
        return(
            [
                {"name": "paid_gmv", "type": "decimal(18, 2)"},
                {"name": "refund_amount", "type": "decimal(18, 2)"},
                {"name": "refund_orders", "type": "bigint"},
                {"name": "refund_buyers", "type": "bigint"},
                {"name": "exposure_users", "type": "bigint"},
                {"name": "exposures", "type": "bigint"},
                {"name": "viewers", "type": "bigint"},
                {"name": "views", "type": "bigint"},
                {"name": "interaction_users", "type": "bigint"},
                {"name": "comment_users", "type": "bigint"},
                {"name": "new_followers", "type": "bigint"},
                {"name": "item_exposure_users", "type": "bigint"},
                {"name": "item_exposures", "type": "bigint"},
                {"name": "item_click_users", "type": "bigint"},
                {"name": "item_clicks", "type": "bigint"},
                {"name": "buyers", "type": "bigint"},
                {"name": "orders", "type": "bigint"},
                {"name": "units", "type": "bigint"},
            ]
        )
    }}
{%- endmacro %}
