"""The rivals and the kin of a possible fact: the same numbers as a look at every other one, without that look."""

from hypothesis import given
from hypothesis import strategies as st

from aigraph.relate.pairs import FLOOR, _Field

NAMES = st.sampled_from(["a", "b", "c", "d", ("=", "date", "2024"), ("#", 3)])
FOUND = st.lists(st.tuples(st.integers(-5, 5).map(lambda n: n / 2), NAMES), max_size=12)
FAMILY = {"a": "lumen", "b": "lumen", "c": "moss"}


@given(FOUND, NAMES, st.integers(-5, 5).map(lambda n: n / 2))
def test_rivals_are_counted_as_one_by_one(found, own, logit):
    others = [x for x, key in found if key != own]
    expected = [
        logit - max(others, default=FLOOR),
        sum(x > logit for x in others),
        sum(x > -0.5 for x in others),
        len(others),
    ]
    assert _Field(found, FAMILY).rivals(logit, own) == expected


@given(FOUND, st.sampled_from(["a", "b", "c", "d"]))
def test_kin_is_the_best_other_name_of_the_family(found, own):
    family = FAMILY.get(own, "")
    others = [x for x, key in found if key != own and family and FAMILY.get(key) == family]
    assert _Field(found, FAMILY).kin(family, own) == max(others, default=FLOOR)
