{# Versions are called as their last record calls them. #}
{% macro programme_names() -%}
    select
        programme,
        version,
        max_by(name_zh, recorded_at) as name_zh,
        max_by(name_en, recorded_at) as name_en,
        max_by(name_it, recorded_at) as name_it
    from versions
    group by programme, version
{%- endmacro %}
