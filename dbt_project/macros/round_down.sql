{# Exact: the nearest is taken, and one step less where that is above. #}
{% macro round_down(amount, unit) -%}
    case
        when {{ unit }} = 'exposures'
        then
            cast({{ amount }} as decimal(18, 0))
            - case when cast({{ amount }} as decimal(18, 0)) > {{ amount }} then 1 else 0 end
        else
            cast({{ amount }} as decimal(18, 2))
            - case when cast({{ amount }} as decimal(18, 2)) > {{ amount }} then 0.01 else 0 end
    end
{%- endmacro %}
