"""Whose orders stand out, for those who look after all merchants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestration.digest.content import Insight
from orchestration.digest.values import Mover, Movers
from orchestration.register import Register


def movers_of(register: Register, findings: Mapping[str, Sequence[Insight]]) -> Movers:
    """Falls before rises, for they need a call; each by how far the orders lie outside.

    Args:
        register: all merchants, and the team's locale.
        findings: what the playbook found, by merchant id.
    """
    judged = [
        Mover(
            merchant_id=merchant.merchant_id,
            name=merchant.name.in_locale(register.team.locale),
            orders=int(found.params["orders"]),
            low=int(found.params["low"]),
            high=int(found.params["high"]),
        )
        for merchant in register.merchants
        for found in findings.get(merchant.merchant_id, ())
        if found.block == "weekly_change" and found.verdict == "ok"
    ]
    outside = [one for one in judged if not one.low <= one.orders <= one.high]
    return Movers(judged=len(judged), outside=tuple(sorted(outside, key=_weight)))


def _weight(one: Mover) -> tuple[bool, int, str]:
    is_rise = one.orders > one.high
    distance = one.orders - one.high if is_rise else one.low - one.orders
    return is_rise, -distance, one.name
