{# For tests: figures of each merchant summed over its days, its weeks and its months. #}
{% macro sums_by_mart(figures) %}
    {% for mart in ["fct_merchant_days", "fct_merchant_weeks", "fct_merchant_months"] %}
        select
            '{{ mart }}' as mart,
            merchant_id
            {% for figure in figures %}, sum({{ figure }}) as {{ figure }} {% endfor %}
        from {{ ref(mart) }}
        group by merchant_id
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{% endmacro %}
