with
    shop_weeks as (select * from {{ ref("int_reconciliation_weeks") }}),

    -- lines in quarantine are a cause only where they leave less unexplained
    explained as (
        select
            *,
            {% for figure in reconciled_figures() %}
                case
                    when abs(rest_unloaded_{{ figure }}) < abs(rest_{{ figure }})
                    then unloaded_{{ figure }}
                    else 0
                end as quarantined_{{ figure }},
                case
                    when abs(rest_unloaded_{{ figure }}) < abs(rest_{{ figure }})
                    then rest_unloaded_{{ figure }}
                    else rest_{{ figure }}
                end as least_rest_{{ figure }},
            {% endfor %}
            -- an amount that nobody can read may be all that the platform has more than we
            has_unreadable as is_rest_unreadable
        from shop_weeks
    ),

    causes as (
        select
            *,
            {% for figure, type in reconciled_figures().items() %}
                {% set is_open = "is_rest_unreadable" if figure == "gmv" else "false" %}
                cast(
                    platform_{{ figure }} - coalesce({{ figure }}, 0) as {{ type }}
                ) as {{ figure }}_difference,
                cast(
                    quarantined_{{ figure }} + case
                        when {{ is_open }} then greatest(least_rest_{{ figure }}, 0) else 0
                    end as {{ type }}
                ) as {{ figure }}_quarantined,
                cast(
                    least_rest_{{ figure }} - case
                        when {{ is_open }} then greatest(least_rest_{{ figure }}, 0) else 0
                    end as {{ type }}
                ) as {{ figure }}_other,
            {% endfor %}
            cast(platform_refund_amount - refund_amount as decimal(18, 2)) as refund_difference,
            -- the platform does not say which basis its page has, so it is taken to be the nearer
            cast(
                case
                    when
                        abs(platform_refund_amount - refund_amount_by_refund_date)
                        < abs(platform_refund_amount - refund_amount)
                    then refund_amount_by_refund_date - refund_amount
                    else 0
                end as decimal(18, 2)
            ) as refund_basis
        from explained
    ),

    final as (
        select
            merchant_id,
            week,
            days_told,
            days_compared,
            refund_days_compared,
            {% for figure, type in reconciled_figures().items() %}
                {{ figure }},
                platform_{{ figure }},
                {{ figure }}_difference,
                uncovered_{{ figure }} as {{ figure }}_uncovered_days,
                {{ figure }}_quarantined,
                cast(
                    {{ figure }}_difference
                    - uncovered_{{ figure }}
                    - {{ figure }}_quarantined
                    - {{ figure }}_other as {{ type }}
                ) as {{ figure }}_cancelled_after_payment,
                {{ figure }}_other,
            {% endfor %}
            refund_amount,
            platform_refund_amount,
            refund_difference,
            refund_basis,
            cast(refund_difference - refund_basis as decimal(18, 2)) as refund_other
        from causes
    )

select *
from final
