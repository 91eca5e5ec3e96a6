{% macro has_same_days(period, base) -%}
    {%- set whole = [] -%}
    {%- for side in [period, base] -%}
        {%- do whole.append(side ~ ".orders_days_covered = " ~ side ~ ".days_in_period") -%}
    {%- endfor -%}
    coalesce(
        {{ period }}.days_in_period = {{ base }}.days_in_period
        and {{ whole | join(" and ") }}
        and (
            ({{ period }}.ad_spend is null and {{ base }}.ad_spend is null)
            or (
                {{ period }}.ads_days_covered = {{ period }}.days_in_period
                and {{ base }}.ads_days_covered = {{ base }}.days_in_period
            )
        ),
        false
    )
{%- endmacro %}
