{# What a row of any level of a report is about. #}
{% macro ad_dimensions() -%}
    {{
        return(
            [
                "stat_date",
                "hour",
                "account_id",
                "account_name",
                "placement",
                "marketing_goal",
                "optimize_goal",
                "promoted_object",
                "bid_mode",
                "build_mode",
                "targeting",
                "creator_name",
            ]
        )
    }}
{%- endmacro %}
