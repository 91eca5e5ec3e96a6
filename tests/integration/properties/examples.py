"""How many examples a property is asked: some in every run, many by a profile."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

# Hypothesis asks a test of functions a hundred times; an example here costs a second or more.
_SHARE = 4


def examples(share: int = _SHARE) -> settings:
    """One in so many of the examples of the profile; the same in every run of the usual one.

    Only a longer profile makes a counterexample smaller, for that takes many minutes:
    `pytest --hypothesis-profile long tests/integration/properties`.
    """
    chosen = settings.default
    assert chosen is not None
    is_usual = chosen.max_examples == settings.get_profile("default").max_examples
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    return settings(
        max_examples=max(1, chosen.max_examples // share),
        deadline=None,
        derandomize=is_usual,
        phases=phases if is_usual else [*phases, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        print_blob=True,
    )
