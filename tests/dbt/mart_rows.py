"""One right row of each mart that the tiny world leaves empty, and what makes a row wrong."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
_WEEK = {"week": "2024-06-10", "as_of": "2024-06-16"}
_WINDOW = {"merchant_id": "m1", "programme": "p", "window_key": "2024-06-10", **_WEEK}

RIGHT: dict[str, list[Row]] = {
    "dim_categories": [
        {
            "taxonomy": "ad_industry",
            "taxonomy_version": "2024-06",
            "level": 1,
            "name": "家居",
            "parent": "",
        },
        {
            "taxonomy": "ad_industry",
            "taxonomy_version": "2024-06",
            "level": 2,
            "name": "灯",
            "parent": "家居",
        },
    ],
    "fct_ad_days": [
        {
            "merchant_id": "m1",
            "platform": "juguang",
            "account_id": "7001",
            "level": "accounts",
            "time_unit": "day",
            "breakdown": "",
            "ad_key": f"day//{day}",
            "day": day,
            "placement": "搜索",
            "kfs_role": "search",
            "spend": 10,
            "impressions": 100,
            "clicks": 7,
            "gmv_paid_7d_by_click": 30,
            "is_account_total": True,
        }
        for day in ("2024-06-10", "2024-06-11")
    ],
    "fct_live_sessions": [
        {
            "merchant_id": "m1",
            "shop_id": "s-1",
            "day": "2024-06-10",
            "started_at": "2024-06-10 12:00",
            "ended_at": "2024-06-10 13:30",
            "piece_count": 2,
            "minutes_on_air": 80,
            "paid_gmv": 100,
            "viewers": 50,
            "is_long_enough": True,
            "is_first_ever": True,
            "is_first_in_30_days": True,
        }
    ],
    "fct_refunds": [
        {
            "merchant_id": "m1",
            "refund_id": f"R{number}",
            "order_id": "P1",
            "aftersale_id": f"R{number}",
            "amount": 5,
            "paid_date": "2024-06-10",
            "refund_date": "2024-06-12",
            "is_derived": False,
            "file_sha256": "aa",
        }
        for number in (1, 2, 3)
    ],
    "fct_restatements": [
        {
            "figure_id": f"m1/2024-W24/week/{figure}",
            "merchant_id": "m1",
            "week": "2024-06-10",
            "period": "week",
            "figure": figure,
            "unit": "money",
            "revision": 1,
            "issued_at": "2024-06-17 02:00",
            "value_issued": issued,
            "value_now": now,
            "difference": None if now is None else now - issued,
            "cause_file_count": 1,
            "cause_files": "订单.xlsx",
        }
        for figure, issued, now in (("gmv", 10, 12), ("net_gmv", 10, None))
    ],
    "fct_incentive_grants": [
        {
            "merchant_id": "m1",
            "grant_id": "G1",
            "programme_name": "p",
            "day": "2024-06-11",
            # Past midnight in Shanghai.
            "granted_at": "2024-06-10 16:30",
            "valid_from": "2024-06-11",
            "valid_to": "2024-06-30",
            "reward_unit": "exposures",
            "granted": 500,
            "file_sha256": "aa",
        }
    ],
    "fct_incentive_budgets": [
        {
            "programme": "p",
            "rule_version": 1,
            **_WEEK,
            "unit": "ad_credit",
            "budget": 100,
            "committed": 30,
            "uncommitted": 70,
        }
    ],
    "fct_incentive_criteria": [
        {
            **_WINDOW,
            "role": role,
            "criterion_id": f"{role}_1",
            "tier": tier,
            "metric": "gmv",
            "comparison": "at_least",
            "period": "window",
            "actual": 10,
            "required": 30,
            "gap": 20,
            "pace_needed": 5,
            "days_missing": 0,
            "projected_on": "2024-06-20",
            "is_next_step": role == "goal",
        }
        for role, tier in (("gate", None), ("goal", None), ("tier", 1))
    ],
    "fct_incentive_eligibility": [
        {
            **_WINDOW,
            "window_key": key,
            "status": status,
            "earned": earned,
            "granted": None,
            "told": 5,
            "shortfall": 0,
            "cap": 50,
            "cap_unit": "ad_credit",
            "remaining": 40,
            "window_start": start,
            "window_end": end,
            "days_left": left,
            "achieved_on": None,
            "can_rise": True,
            "reward_mode": "fixed",
            "rule_version": 1,
            "certainty": "B",
            "is_assumption": False,
        }
        for key, status, earned, start, end, left in (
            ("2024-06-10", "in_progress", 10, "2024-06-10", "2024-06-24", 7),
            ("next", "not_eligible", 0, None, None, None),
        )
    ],
}

_THEN = "+ 364000"  # a thousand years of whole weeks
_NEGATIVE_COUNT = "impressions = -1"
_WRONG_NET = "net_gmv = coalesce(gmv, 0) - coalesce(refund_amount, 0) + 1"
_PERIODS = [
    ("counts_and_amounts_are_not_negative", "ad_spend = -1", "true"),
    (
        "parts_are_not_more_than_the_whole",
        "anonymous_order_count = order_count + 1",
        "order_count is not null",
    ),
    ("net_gmv_is_gmv_less_refunds", _WRONG_NET, "true"),
    ("figures_are_of_a_usual_size", "aov = 200000", "true"),
]
_COHORTS = [
    ("nobody_is_active_who_is_no_member", "retention_rate = 1.5", "true"),
    ("money_only_adds_up", "ltv = -1", "true"),
]
_NOBODY = "is_complete = true, active_customers = 0"
_OLD = "date '2013-12-31'"

# Mart, expectation, what makes a row fail it and nothing else, and which rows it is done to.
WRONG: list[tuple[str, str, str, str]] = [
    *(("fct_merchant_weeks", *one) for one in _PERIODS),
    ("fct_merchant_weeks", "weeks_are_seven_days_from_monday", "days_in_period = 6", "true"),
    ("fct_merchant_weeks", "nothing_falls_by_more_than_all", "ad_spend_promo_yoy = -1.5", "true"),
    ("fct_merchant_weeks", "weeks_have_begun", f"week = week {_THEN}", "true"),
    *(("fct_merchant_months", *one) for one in _PERIODS),
    ("fct_merchant_months", "months_are_whole_calendar_months", "days_in_period = 27", "true"),
    ("fct_merchant_months", "nothing_falls_by_more_than_all", "gmv_mom = -1.01", "true"),
    ("fct_merchant_days", "unknown_is_not_zero", "order_count = null", "orders_covered"),
    ("fct_merchant_days", "counts_and_amounts_are_not_negative", _NEGATIVE_COUNT, "true"),
    (
        "fct_merchant_days",
        "parts_are_not_more_than_the_whole",
        "anonymous_gmv = gmv + 1",
        "orders_covered",
    ),
    ("fct_merchant_days", "net_gmv_is_gmv_less_refunds", _WRONG_NET, "true"),
    (
        "fct_merchant_days",
        "clicks_are_not_more_than_impressions",
        "clicks = 5, impressions = 4",
        "true",
    ),
    ("fct_merchant_days", "days_are_plausible", "day = day - 36500", "true"),
    ("fct_orders", "amounts_are_not_negative", "gmv = -0.01", "true"),
    ("fct_orders", "orders_have_lines_and_pieces", "quantity = line_count - 1", "true"),
    ("fct_orders", "only_customers_have_first_orders", "is_anonymous = not is_anonymous", "true"),
    ("fct_orders", "days_are_those_of_shanghai", "paid_date = paid_date - 1", "true"),
    (
        "fct_orders",
        "days_are_plausible",
        f"paid_at = timestamp '2013-12-30 17:00', paid_date = {_OLD}",
        "true",
    ),
    ("fct_orders", "amounts_are_of_a_usual_size", "gmv = 1000000", "true"),
    ("fct_refunds", "amounts_are_not_negative", "amount = -1", "true"),
    (
        "fct_refunds",
        "derived_refunds_have_no_after_sale",
        "is_derived = true",
        "not is_derived",
    ),
    (
        "fct_refunds",
        "refunds_come_after_payment",
        "refund_date = paid_date - 1",
        "not is_derived",
    ),
    ("fct_refunds", "days_are_plausible", "refund_date = date '2999-01-01'", "not is_derived"),
    ("fct_coverage", "evidence_is_known", "evidence = 'hearsay'", "not is_bridged"),
    ("fct_coverage", "only_bridged_days_have_no_file", "file_count = 0", "not is_bridged"),
    ("fct_coverage", "days_are_plausible", f"day = day {_THEN}", "true"),
    ("fct_files", "sources_are_named_by_platform_and_entity", "source = 'orders'", "true"),
    ("fct_files", "readings_are_named", "layout_revision = ''", "true"),
    ("fct_files", "files_have_a_name", "file_name = ' '", "true"),
    ("fct_files", "export_times_are_plausible", "effective_at = '2999-01-01 09:00'", "true"),
    ("dim_categories", "taxonomies_are_known", "taxonomy = 'industry'", "true"),
    ("dim_categories", "only_the_top_has_no_parent", "parent = '家'", "level = 1"),
    ("dim_categories", "names_have_no_blanks_around_them", "name = name || ' '", "true"),
    ("fct_ad_days", "reports_are_known", "time_unit = 'week'", "true"),
    ("fct_ad_days", "figures_are_not_negative", "offsite_orders_30d = -1", "true"),
    ("fct_ad_days", "roles_follow_placements", "placement = null", "true"),
    ("fct_ad_days", "clicks_are_not_more_than_impressions", "impressions = 6", "true"),
    (
        "fct_ad_days",
        "accounts_bring_back_a_usual_share",
        "spend = 100, gmv_paid_7d_by_click = 10000",
        "true",
    ),
    ("fct_ad_days", "days_are_plausible", "day = day - 36500", "true"),
    ("fct_live_sessions", "figures_are_not_negative", "units = -1", "true"),
    ("fct_live_sessions", "sessions_end_after_they_begin", "minutes_on_air = 91", "true"),
    ("fct_live_sessions", "days_are_those_of_shanghai", "day = day + 1", "true"),
    ("fct_live_sessions", "only_a_broadcast_is_a_first_one", "is_long_enough = false", "true"),
    (
        "fct_live_sessions",
        "sessions_last_at_most_a_day",
        "minutes_on_air = 1441, ended_at = started_at + interval 3 days",
        "true",
    ),
    (
        "fct_live_sessions",
        "days_are_plausible",
        f"day = {_OLD}, started_at = '2013-12-30 16:00', ended_at = '2013-12-31 15:00'",
        "true",
    ),
    *(("fct_customer_cohorts", *one) for one in _COHORTS),
    (
        "fct_customer_cohorts",
        "cohorts_have_a_month_and_members",
        "month_number = -1 - month_number",
        "true",
    ),
    ("fct_customer_cohorts", "everybody_buys_in_the_first_month", _NOBODY, "month_number = 0"),
    *(("fct_customer_cohorts_30d", *one) for one in _COHORTS),
    (
        "fct_customer_cohorts_30d",
        "cohorts_have_a_month_and_members",
        "age_30d = -1 - age_30d",
        "true",
    ),
    ("fct_customer_cohorts_30d", "everybody_buys_in_the_first_span", _NOBODY, "age_30d = 0"),
    (
        "fct_merchant_cohorts",
        "cohorts_have_a_month_and_members",
        "joined_month = joined_month + 1",
        "true",
    ),
    (
        "fct_merchant_cohorts",
        "active_merchants_are_known_ones",
        "known_merchants = merchants + 1",
        "true",
    ),
    ("fct_merchant_cohorts", "retention_is_a_share", "retention_rate = 1.01", "true"),
    ("fct_merchant_cohorts", "amounts_are_not_negative", "gmv = -1", "true"),
    (
        "fct_merchant_cohorts",
        "months_have_begun",
        "joined_month = joined_month + interval 900 years",
        "true",
    ),
    ("fct_segment_growth", "spans_and_segments_are_known", "segment_level = 'city'", "true"),
    ("fct_segment_growth", "counts_and_amounts_are_not_negative", "ad_spend = -1", "true"),
    (
        "fct_segment_growth",
        "change_and_multiple_say_the_same",
        "gmv_multiple = 1.5, gmv_pct_change = 0.6",
        "true",
    ),
    (
        "fct_segment_growth",
        "industries_are_listed",
        "industries_l2 = 3, industries_l2_listed = 2",
        "true",
    ),
    (
        "fct_segment_growth",
        "spans_have_begun",
        "span_start = span_start + interval 900 years",
        "true",
    ),
    ("fct_reconciliation", "weeks_are_seven_days_from_monday", "days_in_period = 6", "true"),
    ("fct_reconciliation", "figures_of_both_sides_are_not_negative", "item_gmv = -1", "true"),
    ("fct_reconciliation", "only_compared_days_have_our_side", "gmv = 1", "days_compared = 0"),
    (
        "fct_reconciliation",
        "cancelled_orders_only_take_away",
        "order_count_cancelled_after_payment = 1",
        "true",
    ),
    (
        "fct_reconciliation",
        "both_sides_are_of_one_size",
        "is_complete = true, days_compared = 7, platform_days_covered = 7, "
        "gmv = 1000, order_count = 1, platform_gmv = 499",
        "true",
    ),
    ("fct_restatements", "what_is_told_as_changed_has_changed", "difference = 1", "true"),
    ("fct_restatements", "figures_are_named_by_their_merchant", "merchant_id = 'm2'", "true"),
    ("fct_restatements", "causes_are_named", "cause_file_count = 0", "true"),
    ("fct_restatements", "nothing_was_told_in_the_future", "issued_at = '2999-01-01'", "true"),
    ("fct_incentive_grants", "amounts_are_not_negative", "granted = -1", "true"),
    ("fct_incentive_grants", "units_are_those_of_the_rulebook", "reward_unit = '曝光'", "true"),
    ("fct_incentive_grants", "days_are_those_of_shanghai", "day = day - 1", "true"),
    ("fct_incentive_grants", "grants_can_still_be_used", "valid_to = day - 1", "true"),
    (
        "fct_incentive_grants",
        "days_are_plausible",
        f"day = {_OLD}, granted_at = '2013-12-31'",
        "true",
    ),
    ("fct_incentive_budgets", "weeks_end_on_their_sunday", "as_of = as_of + 1", "true"),
    (
        "fct_incentive_budgets",
        "budgets_and_commitments_are_not_negative",
        "committed = -1, uncommitted = 101",
        "true",
    ),
    ("fct_incentive_budgets", "what_is_left_is_the_rest", "uncommitted = 71", "true"),
    ("fct_incentive_budgets", "units_are_those_of_the_rulebook", "unit = 'CNY'", "true"),
    ("fct_incentive_criteria", "weeks_end_on_their_sunday", "as_of = as_of - 1", "true"),
    (
        "fct_incentive_criteria",
        "conditions_are_in_the_words_of_the_rulebook",
        "period = 'month'",
        "true",
    ),
    ("fct_incentive_criteria", "gaps_and_paces_are_not_negative", "gap = -1", "true"),
    (
        "fct_incentive_criteria",
        "nothing_is_projected_into_the_past",
        "projected_on = '2024-06-15'",
        "true",
    ),
    ("fct_incentive_criteria", "one_next_step_at_most", "is_next_step = true", "role <> 'gate'"),
    ("fct_incentive_eligibility", "weeks_end_on_their_sunday", "as_of = as_of - 1", "true"),
    ("fct_incentive_eligibility", "windows_end_after_they_begin", "days_left = -1", "true"),
    (
        "fct_incentive_eligibility",
        "who_is_not_eligible_earns_nothing",
        "earned = 0.01",
        "status = 'not_eligible'",
    ),
    ("fct_incentive_eligibility", "amounts_are_not_negative", "told = -1", "true"),
    ("fct_incentive_eligibility", "certainty_is_graded", "certainty = 'D'", "true"),
    (
        "fct_incentive_eligibility",
        "nothing_is_achieved_after_the_week",
        "achieved_on = '2024-06-17'",
        "true",
    ),
]
