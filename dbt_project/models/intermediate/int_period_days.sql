with
    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    typed_days as (
        {% for period_type in ["week", "month"] %}
            select
                merchant_id,
                '{{ period_type }}' as period_type,
                {{ period_start(period_type, "day") }} as period_start,
                day,
                orders_covered,
                ads_covered
            from merchant_days
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    final as (
        select *, {{ days_between("period_start", "day") }} + 1 as day_position from typed_days
    )

select *
from final
