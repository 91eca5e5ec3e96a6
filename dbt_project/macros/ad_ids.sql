{# What tells rows of a finer level apart; names and links are for people. #}
{% macro ad_ids() -%}
    {{
        return(
            [
                "campaign_id",
                "unit_id",
                "creative_id",
                "note_id",
                "keyword",
                "match_type",
                "search_word",
            ]
        )
    }}
{%- endmacro %}
