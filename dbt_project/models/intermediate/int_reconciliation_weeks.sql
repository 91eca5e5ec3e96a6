{% set refunds = ["refund_amount", "refund_amount_by_refund_date", "platform_refund_amount"] %}

with
    days as (select * from {{ ref("int_reconciliation_days") }}),

    sums as (
        select
            merchant_id,
            {{ period_start("week", "day") }} as week,
            count(*) as days_told,
            count(*) filter (where is_compared) as days_compared,
            count(*) filter (where is_refund_compared) as refund_days_compared,
            bool_or(has_unreadable and is_compared) as has_unreadable,
            {% for figure, type in reconciled_figures().items() %}
                cast(sum({{ figure }}) as {{ type }}) as {{ figure }},
                cast(
                    case
                        when count(platform_{{ figure }}) = count(*) then sum(platform_{{ figure }})
                    end as {{ type }}
                ) as platform_{{ figure }},
                cast(
                    coalesce(
                        sum(platform_{{ figure }}) filter (where not is_compared), 0
                    ) as {{ type }}
                ) as uncovered_{{ figure }},
                {% for cause in ["unloaded", "cancelled"] %}
                    cast(
                        coalesce(
                            sum({{ cause }}_{{ figure }}) filter (where is_compared), 0
                        ) as {{ type }}
                    ) as {{ cause }}_{{ figure }},
                {% endfor %}
            {% endfor %}
            {% for figure in refunds %}
                cast(
                    sum({{ figure }}) filter (where is_refund_compared) as decimal(18, 2)
                ) as {{ figure }}
                {% if not loop.last %}, {% endif %}
            {% endfor %}
        from days
        group by merchant_id, {{ period_start("week", "day") }}
    ),

    -- lines in quarantine are a cause only where they leave less unexplained: what they say may be
    -- known from elsewhere
    causes as (
        select
            *,
            {% for figure in reconciled_figures() %}
                {% set with_unloaded = unexplained(figure, "unloaded_" ~ figure) %}
                case
                    when abs({{ with_unloaded }}) < abs({{ unexplained(figure) }})
                    then unloaded_{{ figure }}
                    else 0
                end as quarantined_{{ figure }}
                {% if not loop.last %}, {% endif %}
            {% endfor %}
        from sums
    ),

    final as (
        select
            *,
            {% for figure in reconciled_figures() %}
                {{ unexplained(figure, "quarantined_" ~ figure) }} as rest_{{ figure }}
                {% if not loop.last %}, {% endif %}
            {% endfor %}
        from causes
    )

select *
from final
