{# A criterion in which a window still has a way to go. #}
{% macro is_open_step() -%} role in ('goal', 'tier') and gap > 0 and required > 0 {%- endmacro %}
