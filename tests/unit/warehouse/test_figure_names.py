"""How a figure is called, and what each one is made of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestration.periods import PeriodError
from orchestration.warehouse.explain.build import FLAGS
from orchestration.warehouse.explain.errors import FigureNameError
from orchestration.warehouse.explain.figures import Growth, Sum, figure_of, sources_of
from orchestration.warehouse.explain.growth import base_of
from orchestration.warehouse.explain.names import FigureName, month_after, parse_figure

NOW = datetime(2024, 9, 16, 2, tzinfo=UTC)
MARTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"
W37 = date(2024, 9, 9)


def parsed(text: str) -> FigureName:
    return parse_figure(text, NOW)


@pytest.mark.parametrize(
    ("text", "figure_id"),
    [
        ("m001/2024-W37/week/gmv", "m001/2024-W37/week/gmv"),
        ("m001/2024-W37/gmv", "m001/2024-W37/week/gmv"),
        ("m001/2024-09-09/gmv", "m001/2024-W37/week/gmv"),
        ("m001/last/gmv", "m001/2024-W37/week/gmv"),
        (" m001/2024-W37/month_to_date/aov ", "m001/2024-W37/month_to_date/aov"),
        ("m001/2024-09/gmv", "m001/2024-09/month/gmv"),
        ("m001/2024-09/month/gmv_mom", "m001/2024-09/month/gmv_mom"),
        ("m001/2025-W01/gmv", "m001/2025-W01/week/gmv"),
    ],
)
def test_what_names_a_figure(text: str, figure_id: str) -> None:
    assert parsed(text).figure_id == figure_id
    assert parsed(figure_id) == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gmv",
        "../x",
        "m001/gmv",
        "m001//gmv",
        "/2024-W37/gmv",
        "m001/2024-W37/week/",
        "a/b/c/d/e",
        "m001/2024-W37/day/gmv",
        "m001/2024-W37/month/gmv",
        "m001/2024-09/week/gmv",
        "team/2024-W37/gmv_CNY",
        "m001/2024-W37/cohort/2024-07",
        "m001/2024-W37/cohort/2024-07/1/retention_rate",
        "m001/2024-W37/cohort/2024-09/1/active_customers",
    ],
)
def test_what_names_none_is_told_how_to_write_it(text: str) -> None:
    with pytest.raises(FigureNameError, match="m001/"):
        parsed(text)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2024-07/0", date(2024, 7, 1), date(2024, 7, 31)),
        ("2024-07/1", date(2024, 8, 1), date(2024, 8, 31)),
        ("2024-07/2", date(2024, 9, 1), date(2024, 9, 15)),
        ("2023-11/3", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_cell_of_a_cohort_has_the_days_of_its_month(cell: str, first: date, last: date) -> None:
    text = f"m001/2024-W37/cohort/{cell}/active_customers"
    name = parsed(text)
    assert name.figure_id == text
    assert (name.days[0], name.days[-1], len(name.days)) == (first, last, (last - first).days + 1)


@pytest.mark.parametrize(
    "label", ["2024-W60", "2024-09-10", "2024-13", "monday", "0001-01-01", "9999-12-27"]
)
def test_a_week_that_is_none(label: str) -> None:
    with pytest.raises(PeriodError):
        parsed(f"m001/{label}/gmv")


@given(st.text())
def test_any_text_is_a_figure_or_refused_in_a_sentence(text: str) -> None:
    try:
        name = parsed(text)
    except (FigureNameError, PeriodError) as error:
        assert str(error).endswith(".")
    else:
        assert parsed(name.figure_id) == name


def test_the_days_of_each_period() -> None:
    assert len(parsed("m/2024-W37/gmv").days) == 7
    assert parsed("m/2024-W37/gmv").days[0] == W37
    so_far = parsed("m/2024-W36/month_to_date/gmv").days
    assert (so_far[0], so_far[-1]) == (date(2024, 9, 1), date(2024, 9, 8))
    leap = parsed("m/2024-02/gmv").days
    assert (leap[0], leap[-1]) == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("m/2024-W37/gmv_wow", date(2024, 9, 2)),
        ("m/2024-W37/gmv_yoy", date(2023, 9, 11)),
        ("m/2020-W53/gmv_yoy", None),
        ("m/2024-01/gmv_mom", date(2023, 12, 1)),
        ("m/2024-01/gmv_yoy", date(2023, 1, 1)),
    ],
)
def test_what_growth_is_against(text: str, base: date | None) -> None:
    name = parsed(text)
    growth = figure_of(name.figure)
    assert isinstance(growth, Growth)
    found = base_of(name, growth)
    assert (found and found.start) == base


def test_months_are_counted_over_years() -> None:
    assert month_after(date(2024, 1, 1), -1) == date(2023, 12, 1)
    assert month_after(date(2024, 12, 1)) == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("mart", "key"), [("fct_merchant_weeks", "week"), ("fct_merchant_months", "month")]
)
def test_every_figure_of_the_marts_is_known(mart: str, key: str) -> None:
    """A new column must be told in `figures.py`."""
    model = yaml.safe_load((MARTS / f"{mart}.yml").read_text(encoding="utf-8"))["models"][0]
    figures = {c["name"] for c in model["columns"]} - {*FLAGS, "merchant_id", key}
    assert {name for name in figures if figure_of(name) is None} == set()


def test_a_figure_rests_on_the_sources_of_its_parts() -> None:
    net = figure_of("net_gmv")
    cac = figure_of("cac")
    assert net is not None
    assert cac is not None
    assert sources_of(net) == ("qianfan__orders", "qianfan__aftersales")
    assert sources_of(cac) == ("juguang", "qianfan__orders")
    assert isinstance(figure_of("gmv"), Sum)
    for unknown in ("", "gmv_", "gmv_wow_wow", "gmv_wow_like", "x_yoy", "1=1", "gmv;--"):
        assert figure_of(unknown) is None
