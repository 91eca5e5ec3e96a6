{% macro digest_figure(relation) -%}
    cast(
        case
            figures.figure
            {% for figure in [
                "gmv",
                "order_count",
                "aov",
                "active_customers",
                "new_customers",
                "returning_customers",
                "anonymous_order_count",
                "anonymous_gmv",
                "refund_amount",
                "net_gmv",
            ] -%}
                when '{{ figure }}' then {{ relation }}.{{ figure }}
            {% endfor %}
        end as decimal(18, 2)
    )
{%- endmacro %}
