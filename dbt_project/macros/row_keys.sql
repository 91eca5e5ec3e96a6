{# What every row of raw and quarantine carries, by its names in the models. #}
{% macro row_keys() -%}
    merchant_id,
    _file_sha256 as file_sha256,
    _row_number as row_number,
    _layout_revision as layout_revision,
    _reader_revision as reader_revision,
    _effective_at as effective_at
{%- endmacro %}
