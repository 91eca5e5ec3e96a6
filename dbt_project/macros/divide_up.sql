{#
    Of whole numbers, exact: what is divided is a multiple, so that rounding only takes away what
    floating point added. The inner remainder of a negative number is negative. Spark: decimal(38, 0) in place of hugeint.
#}
{% macro divide_up(numerator, denominator) -%}
    {%- set whole -%}
        (cast({{ numerator }} as hugeint) + cast({{ denominator }} as hugeint) - 1)
    {%- endset -%}
    {%- set parts -%} cast(nullif({{ denominator }}, 0) as hugeint) {%- endset -%}
    cast(
        round(
            cast(
                {{ whole }}
                - mod(mod({{ whole }}, {{ parts }}) + {{ parts }}, {{ parts }}) as double
            )
            / cast({{ parts }} as double)
        ) as decimal(38, 0)
    )
{%- endmacro %}
