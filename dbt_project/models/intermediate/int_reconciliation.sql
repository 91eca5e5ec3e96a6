with
    shop_weeks as (select * from {{ ref("int_reconciliation_weeks") }}),

    causes as (
        select
            *,
            {% for figure, type in reconciled_figures().items() %}
                cast(
                    platform_{{ figure }} - coalesce({{ figure }}, 0) as {{ type }}
                ) as {{ figure }}_difference,
                -- a line that nobody can read may be all that the platform has more than we
                cast(
                    case
                        when has_unreadable then greatest(rest_{{ figure }}, 0) else 0
                    end as {{ type }}
                ) as unreadable_{{ figure }},
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
        from shop_weeks
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
                cast(
                    quarantined_{{ figure }} + unreadable_{{ figure }} as {{ type }}
                ) as {{ figure }}_quarantined,
                cast(
                    {{ figure }}_difference
                    - uncovered_{{ figure }}
                    - quarantined_{{ figure }}
                    - rest_{{ figure }} as {{ type }}
                ) as {{ figure }}_cancelled_after_payment,
                cast(
                    rest_{{ figure }} - unreadable_{{ figure }} as {{ type }}
                ) as {{ figure }}_other,
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
