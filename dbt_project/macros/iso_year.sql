{% macro iso_year(monday) -%} extract(year from {{ add_days(monday, 3) }}) {%- endmacro %}
