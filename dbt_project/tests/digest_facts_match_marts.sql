{{
    config(
        tags="weekly",
        meta={
            "description": "What the digest says of a week is what fct_merchant_weeks says, growth included.",
            "dagster": {"ref": {"name": "rpt_digest_facts"}},
        },
    )
}}

with
    weeks as (
        {% for figure in ["gmv", "order_count", "active_customers", "new_customers"] %}
            select
                merchant_id,
                week,
                '{{ figure }}' as figure,
                cast({{ figure }} as decimal(18, 2)) as value,
                {{ figure }}_wow as change,
                {{ figure }}_wow_like_for_like as like_for_like_change
            from {{ ref("fct_merchant_weeks") }}
            union all
        {% endfor %}
        {% for figure in ["refund_amount", "net_gmv"] %}
            select merchant_id, week, '{{ figure }}', {{ figure }}, null, null
            from {{ ref("fct_merchant_weeks") }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select facts.*
from {{ ref("rpt_digest_facts") }} as facts
inner join weeks using (merchant_id, week, figure)
where
    facts.period = 'week'
    and (
        facts.value is distinct from weeks.value
        or facts.change is distinct from weeks.change
        or facts.like_for_like_change is distinct from weeks.like_for_like_change
    )
