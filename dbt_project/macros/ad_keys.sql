{# What a newer export of each level replaces by, in the order of its layout. #}
{% macro ad_keys() -%}
    {{
        return(
            {
                "juguang__accounts": ["cut", "account_id", "stat_date"],
                "juguang__campaigns": ["cut", "account_id", "campaign_id", "stat_date"],
                "juguang__units": ["cut", "account_id", "unit_id", "stat_date"],
                "juguang__creatives": ["cut", "account_id", "creative_id", "stat_date"],
                "juguang__notes": [
                    "cut",
                    "account_id",
                    "note_id",
                    "campaign_id",
                    "unit_id",
                    "stat_date",
                ],
                "juguang__keywords": [
                    "cut",
                    "account_id",
                    "keyword",
                    "campaign_id",
                    "unit_id",
                    "stat_date",
                ],
                "juguang__search_words": [
                    "cut",
                    "account_id",
                    "search_word",
                    "keyword",
                    "campaign_id",
                    "unit_id",
                    "stat_date",
                ],
            }
        )
    }}
{%- endmacro %}
