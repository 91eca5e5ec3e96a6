{# Means, ranks and shares without their weights: never added up, and in no mart. #}
{% macro ad_means() -%}
    {{
        return(
            [
                {"name": "reply_minutes"},
                {"name": "live_avg_stay_minutes_24h"},
                {"name": "avg_position"},
                {"name": "first_impression_rank"},
                {"name": "first_impression_share"},
                {"name": "first_click_rank"},
                {"name": "first_click_share"},
                {"name": "top3_impression_rank"},
                {"name": "top3_impression_share"},
                {"name": "top3_click_rank"},
                {"name": "top3_click_share"},
            ]
        )
    }}
{%- endmacro %}
