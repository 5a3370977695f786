"""The rivals and the kin of a possible fact: the same numbers as a look at every other one, without that look."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from aigraph.relate.pairs import FLOOR, PairNumbers, _Field

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


@given(
    st.sets(st.sampled_from("abcdef")),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-24, 8).map(lambda n: n / 2)),
    st.sampled_from("abcdef"),
    st.booleans(),
)
def test_siblings_are_the_best_other_member_of_the_list(members, logits, own, by_object):
    numbers = PairNumbers([], SimpleNamespace(names={}), [])
    numbers._groups[4] |= members
    numbers._fields["uses", "x", by_object].update(logits)
    listed, alone = SimpleNamespace(group=4, entity=own), SimpleNamespace(group=-1, entity="x")
    subject, thing = (alone, listed) if by_object else (listed, alone)
    best = SimpleNamespace(candidate=SimpleNamespace(subject=subject, object=thing))
    key = ("x", "uses", own) if by_object else (own, "uses", "x")
    found = numbers._siblings(SimpleNamespace(key=key, best=best))
    expected = max([FLOOR, *(logits[m] for m in members - {own} if m in logits)])
    assert found == ([expected, FLOOR] if by_object else [FLOOR, expected])
