{% macro minutes_between(first_moment, second_moment) -%}
    cast({{ dbt.datediff(first_moment, second_moment, "second") }} / 60.0 as decimal(18, 4))
{%- endmacro %}
