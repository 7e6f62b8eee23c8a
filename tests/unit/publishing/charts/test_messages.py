"""The message of a chart never says more than its data: directions, sides and shares, over values nobody chose."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.publishing.language import words
from pipelines.publishing.report.sections import change, cusum, lead_chart, targets_chart
from pipelines.publishing.report.sections.year_charts import _largest
from pipelines.settings import checkout

IT = words("it", checkout() / "reports" / "text")
AMOUNTS = st.decimals(0, 10**9, places=2)
SIGNED = st.decimals(-(10**9), 10**9, places=2)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=24))
@settings(max_examples=300, deadline=None)
def test_the_title_of_the_path_goes_the_way_of_its_line(months):
    values, targets = [value for value, _ in months], [target for _, target in months]
    gap, first = values[-1] - targets[-1], values[0] - targets[0]
    said = lead_chart._title(list(values), list(targets), gap, IT)

    assert ("scendono" in said) <= (values[-1] < values[0])
    assert ("salgono" in said) <= (values[-1] > values[0])
    assert ("ferme" in said) <= (abs(values[-1] - values[0]) <= values[0] / 100)
    above = ("sopra", "meno di quanto serve", "superano", "si allontanano")
    below = ("entro", "più di quanto chiede")
    assert any(word in said for word in above) == (gap > 0)
    assert any(word in said for word in below) == (gap <= 0)
    assert ("si avvicinano" in said) <= (0 < gap < first)
    assert ("si allontanano" in said) <= (gap > first > 0)
    assert ("superano" in said) <= (first <= 0 < gap)
    assert ("entro" in said and "restano" in said) <= (first <= 0)


@given(SIGNED, st.none() | AMOUNTS)
@settings(max_examples=200, deadline=None)
def test_less_or_more_than_expected_is_said_only_beyond_the_interval(last, unsure):
    said = cusum._title(last, unsure, IT)

    assert ("meno del previsto" in said) == (unsure is not None and last + unsure < 0)
    assert ("più del previsto" in said) == (unsure is not None and last - unsure > 0)


@given(st.lists(SIGNED.filter(bool), min_size=1, max_size=7))
@settings(max_examples=200, deadline=None)
def test_most_of_a_change_is_more_than_half_of_it(values):
    whole = sum(values, Decimal(0))
    if not whole:
        return
    names = ("weather", "activity", "efficiency", "factor", "coverage", "boundary", "hidden")
    rows = [{"part": part, "value": value} for part, value in zip(names, values, strict=False)]
    said = change._title(whole, rows, IT)

    assert ("in meno" in said) == (whole < 0)
    helped = [value for value in values if (value < 0) == (whole < 0)]
    largest = max(helped, key=abs)
    assert ("il più si deve" in said) == (abs(largest) * 2 > abs(whole))
    why = names[values.index(largest)]
    assert IT.named("change_why", why) in said


@given(st.dictionaries(st.sampled_from(["electricity", "natural_gas", "lpg"]), SIGNED, min_size=2))
@settings(max_examples=200, deadline=None)
def test_the_largest_part_is_named_with_its_share_unless_a_part_is_a_credit(shown):
    said = _largest("energy", "carrier", shown, IT)
    if min(shown.values()) < 0 or not any(shown.values()):
        assert said is None
        return
    first = max(shown, key=lambda name: shown[name])
    share = IT.percent(shown[first] / sum(shown.values(), Decimal(0)) * 100, 0)
    assert said is not None
    assert IT.say(f"bars_part.energy_carrier.{first}") in said
    assert share in said


@given(st.integers(2, 8).flatmap(lambda every: st.tuples(st.integers(0, every), st.just(every))))
@settings(deadline=None)
def test_how_many_meet_their_target_is_counted(counts):
    met, every = counts
    said = targets_chart._title(met, every, IT)

    assert said.startswith("Nessuno") == (met == 0)
    assert said.startswith(("Tutti", "Entrambi")) == (met == every)
