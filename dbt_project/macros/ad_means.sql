{# Means, ranks and shares without their weights: never added up, and in no mart. #}
{% macro ad_means() -%}
    {{
        return(
            [
                "reply_minutes",
                "live_avg_stay_minutes_24h",
                "avg_position",
                "first_impression_rank",
                "first_impression_share",
                "first_click_rank",
                "first_click_share",
                "top3_impression_rank",
                "top3_impression_share",
                "top3_click_rank",
                "top3_click_share",
            ]
        )
    }}
{%- endmacro %}
