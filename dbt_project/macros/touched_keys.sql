{# The keys that a restated model works on in this run; a temporary table of its connection. #}
{% macro touched_keys() -%} {{ this.identifier }}__touched_keys {%- endmacro %}
