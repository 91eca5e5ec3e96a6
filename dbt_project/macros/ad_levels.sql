{# The levels of advertising reports, with the ids and names that each has besides those of all. #}
{% macro ad_levels() -%}
    {{
        return(
            {
                "juguang__accounts": [],
                "juguang__campaigns": ["campaign_id", "campaign_name"],
                "juguang__units": ["unit_id", "unit_name", "campaign_id", "campaign_name"],
                "juguang__creatives": [
                    "creative_id",
                    "creative_name",
                    "unit_id",
                    "unit_name",
                    "campaign_id",
                    "campaign_name",
                    "note_id",
                    "note_url",
                    "note_title",
                ],
                "juguang__notes": [
                    "note_id",
                    "note_url",
                    "note_title",
                    "campaign_id",
                    "campaign_name",
                    "unit_id",
                    "unit_name",
                ],
                "juguang__keywords": [
                    "keyword",
                    "keyword_id",
                    "match_type",
                    "campaign_id",
                    "campaign_name",
                    "unit_id",
                    "unit_name",
                ],
                "juguang__search_words": [
                    "search_word",
                    "keyword",
                    "keyword_id",
                    "match_type",
                    "campaign_id",
                    "campaign_name",
                    "unit_id",
                    "unit_name",
                ],
            }
        )
    }}
{%- endmacro %}
