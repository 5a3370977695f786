"""The decisions file: what it says, how it is extended, and how its errors help."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigraph.errors import DecisionError
from aigraph.review.file import append_decision, format_decision, parse_decisions, read_decisions
from aigraph.review.records import Decision

EXAMPLE = '''# ours
[[decision]]  # read wrongly
reject = ["Xinghe-2", "contextLength", 128]
document = "a.txt"
quote = "上下文 128"
who = "Li Ming"
when = 2026-11-22
why = """
the K
[[decision]]
was lost"""

[[decision]]
accept = ["Xinghe-2", "releaseDate", 2025-01-20]

[[decision]]
accept = ["Xinghe-2", "Release"]

[[decision]]
retype = "Kimi"
to = "Software"
type = "Model"

[[decision]]
merge = ["星河-2", "Galaxy-2"]

[[decision]]
split = "Moonshot"
name = "Kimi"

[[decision]]
alias = "Moonshot"
name = "The \\"dark\\" side"
lang = "en"
'''


def test_every_kind_of_decision_is_read_in_order_with_its_line():
    decisions = parse_decisions(EXAMPLE, "d.toml")

    assert [d.action for d in decisions] == ["reject", "accept", "accept", "retype", "merge", "split", "alias"]
    assert decisions[0] == Decision(
        "reject", ("Xinghe-2", "contextLength", 128), document="a.txt", quote="上下文 128", who="Li Ming",
        when="2026-11-22", why="the K\n[[decision]]\nwas lost",
    )  # fmt: skip
    assert decisions[1].target == ("Xinghe-2", "releaseDate", "2025-01-20")
    assert decisions[6].name == 'The "dark" side'
    assert [d.place for d in decisions][:2] == ["d.toml, line 2", "d.toml, line 13"]


def test_a_decision_is_written_as_it_is_read():
    for decision in parse_decisions(EXAMPLE, "d.toml"):
        assert parse_decisions(format_decision(decision)) == (decision,)


def test_appending_keeps_what_stands_there_byte_for_byte(tmp_path: Path):
    file = tmp_path / "new" / "decisions.toml"
    odd = Decision("alias", ("A",), name='tab\t"quote" \\ \x7f 引号', why="两行\nof it")

    append_decision(file, odd)
    before = file.read_bytes() + b"\n# a comment at the end, without a line end"
    file.write_bytes(before)
    append_decision(file, Decision("reject", ("A", "price", 0.5), when="2026-11"))

    assert file.read_bytes().startswith(before)
    assert read_decisions(file) == (odd, Decision("reject", ("A", "price", 0.5), when="2026-11"))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[[decision]]\nreject = ["a", "contextLenght", 1]', 2, "did you mean contextLength"),
        ('#\n[[decision]]\nreject = ["a", "developedBy"]', 3, "needs the value"),
        ('[[decision]]\nreject = "a"', 2, '["thing", "property", value]'),
        ('[[decision]]\nreject = ["a", "price", 1, 2]', 2, "only evaluatedOn"),
        ('[[decision]]\nrejct = ["a", "price", 1]', 1, "did you mean reject"),
        ("[[decision]]\n", 1, "says no action"),
        ('[[decision]]\nalias = "a"\nmerge = ["a", "b"]', 3, "alias and merge"),
        ('[[decision]]\nalias = "a"', 2, 'add a line name = "..."'),
        ('[[decision]]\nretype = "a"\n\nto = "Softwear"', 4, "did you mean Software"),
        ('[[decision]]\nmerge = ["a", "b"]\nnmae = "c"', 3, "merge takes no 'nmae'"),
        ('[[decision]]\nmerge = ["A100", "H100"]', 2, "never_merge.csv"),
        ('[[decision]]\nmerge = ["a"]', 2, '["name to keep", "other name"]'),
        ('[[decision]]\nsplit = "a"\ndocument = "b.txt"', 2, "the new name"),
        ('[[decision]]\nalias = "a"\nname = 3', 3, "name is a text"),
        ('[[decision]]\nalias = "a"\nname = "b"\nwhen = "yesterday"', 4, "2026-11-22"),
        ('[[decision]]\nalias = Kimi"', 2, "double quotes"),
        ('[decision]\nalias = "a"', 1, "two brackets"),
        ('\nreject = ["a", "price", 1]', 2, "begin each decision with [[decision]]"),
        ('[[decision]]\nalias = "a"\nname = "b"\n[[decisions]]\n', 4, "begin each decision with"),
    ],
)
def test_an_error_names_file_line_and_remedy(text: str, line: int, says: str):
    with pytest.raises(DecisionError) as caught:
        parse_decisions(text, "my/decisions.toml")

    assert str(caught.value).startswith(f"my/decisions.toml, line {line}: ")
    assert says in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path):
    (tmp_path / "wide.toml").write_bytes("[[decision]]".encode("utf-16"))

    for name, says in (("none.toml", "cannot be read"), ("wide.toml", "save it as UTF-8")):
        with pytest.raises(DecisionError, match=rf"{name}.*{says}"):
            read_decisions(tmp_path / name)


def test_an_empty_file_and_a_file_of_comments_hold_no_decision():
    assert parse_decisions("") == parse_decisions("# nothing yet\n") == ()
