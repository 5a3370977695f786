"""The template language of the ontology's wordings: parse, check, find the words it needs, emit a regular expression.

A template is a sentence pattern over a masked sentence, in which every mention and figure is one character:

    {s} {o}             subject and object; {s:MODEL|SOFTWARE} narrows the classes
    {s!} {o!}          one mention only, where a list before it would be wrong ("A and B's chief executive")
    {ORG} {PERSON} ...  another mention of that class; {DATE} {MONEY} ... another figure of that kind; {ANY}, {LIT}
    {RELEASE} {TITLE}   a word class of the ontology
    ..                  a short gap, without comma; ...  a longer one, inside the clause
    (a|b)  x?  [abc]  \\d  \\(   and (?!x), (?<!x)

Gaps never pass a mention of the template's own classes, so the nearest mention wins; only the object of an earlier
clause, before a comma, may stand between a subject and its verb. There is no other repetition:
every template matches a stretch of bounded length, hence one pass over a text is linear in it. The module refuses
anything outside this language with OntologyError; it knows no word and no class by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from aigraph.errors import OntologyError

BOUNDARY = "\uf8ff"  # masks words that no gap may pass
FINALS = "\u3002!?;\n" + BOUNDARY  # ends of a clause, after folding of full-width signs
PAUSES = ",:"
# Longest gaps in characters, by language: Han text says in 25 characters what English says in some 60.
SHORT_GAP = {"zh": 12, "en": 32}
LONG_GAP = {"zh": 25, "en": 60}
LIST_LENGTH = 11  # names in one coordinated list after the first
LIST_MODIFIER = {"zh": 6, "en": 16}  # characters between "and" and the next name of a list
BRACKET_LENGTH = 40  # characters in an apposition bracket after a name
MAX_GAPS = 3  # long gaps per template: bounds the backtracking

_TOKEN = re.compile(
    r"(?P<gap>\.{2,3})|\{(?P<slot>[A-Za-z]+!?(?::[A-Za-z|]+)?)\}|(?P<cls>\[[^\]\[\\]+\])|\\(?P<esc>[d().?|+*\[\]{}])"
    r"|(?P<look>\(\?(?:!|<!))|(?P<mark>[()|?])|(?P<bad>[\\*+{}\[\]^$])|(?P<lit>.)"
)


@dataclass(frozen=True, slots=True)
class Lit:
    """Plain characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A character class or digit, emitted as it stands."""

    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A bounded stretch of other text."""

    long: bool


@dataclass(frozen=True, slots=True)
class SlotNode:
    """{name}, {name!}, {name:classes} or {name!:classes}."""

    name: str
    classes: tuple[str, ...] = ()
    single: bool = False  # {name!}: one mention, never a list


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, possibly optional, or a look-around (`kind` is then "!" or "<!")."""

    branches: tuple[tuple[Node, ...], ...]
    optional: bool = False
    kind: str = ""


Node = Lit | Raw | Gap | SlotNode | Group


def parse_template(template: str) -> tuple[Node, ...]:
    """The template as a tree. Raises OntologyError where it leaves the language or lacks {s} or {o}."""
    tokens = list(_TOKEN.finditer(template))
    branches, rest = _alternatives(template, tokens, 0, depth=0)
    if rest != len(tokens):
        raise OntologyError(f"template {template!r}: unbalanced bracket")
    nodes: tuple[Node, ...] = branches[0] if len(branches) == 1 else (Group(branches),)
    _check(template, nodes)
    return nodes


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node of the tree, outer ones first."""
    for node in nodes:
        yield node
        if isinstance(node, Group):
            for branch in node.branches:
                yield from walk(branch)


def required_words(nodes: tuple[Node, ...], words: Callable[[str], tuple[str, ...]]) -> frozenset[str] | None:
    """Words of which any match contains at least one; None where the template needs none.

    `words(name)` gives the words of a word class, () for a slot that is not one.
    """
    options: list[frozenset[str]] = []
    literal = ""
    for node in (*nodes, None):
        if isinstance(node, Lit):
            literal += node.text
            continue
        if literal.strip():
            options.append(frozenset({literal.strip()}))
        literal = ""
        if isinstance(node, SlotNode) and words(node.name):
            options.append(frozenset(word.strip() for word in words(node.name)))
        elif isinstance(node, Group) and not node.optional and not node.kind:
            inner = [required_words(branch, words) for branch in node.branches]
            if all(inner):
                options.append(frozenset().union(*(found for found in inner if found)))
    return max(options, key=lambda o: (min(map(len, o)), -len(o), sorted(o)), default=None)


def emit(nodes: tuple[Node, ...], slot: Callable[[SlotNode], str], gap: Callable[[Gap], str]) -> str:
    """The regular expression, with slots and gaps written by the caller."""
    parts = []
    for node in nodes:
        if isinstance(node, Lit):
            parts.append(re.escape(node.text))
        elif isinstance(node, Raw):
            parts.append(node.source)
        elif isinstance(node, Gap):
            parts.append(gap(node))
        elif isinstance(node, SlotNode):
            parts.append(slot(node))
        else:
            inside = "|".join(emit(branch, slot, gap) for branch in node.branches)
            parts.append(f"(?{node.kind or ':'}{inside}){'?' if node.optional else ''}")
    return "".join(parts)


def emit_gap(gap: Gap, lang: str, near: str, far: str) -> str:
    """A bounded stretch without the characters of `near` (clause ends, names); English ones keep words whole.

    Where `far` is given, names that it does not hold may stand before a comma: an earlier clause had its own object.
    """
    width = (LONG_GAP if gap.long else SHORT_GAP)[lang]
    body = f"[^{near}{'' if gap.long else PAUSES}]{{0,{width}}}"
    if far:
        body = f"(?:{body}|[^{far}]{{0,{width}}},[^{near}]{{0,{SHORT_GAP[lang]}}})"
    return f"(?![a-z]){body}(?<![a-z])" if lang == "en" else body


@cache
def any_of(words: tuple[str, ...]) -> str:
    """Any of the words, the longest that fits first, as a tree of common beginnings: hundreds of words stay quick."""
    return _branch(sorted(set(words)))


def _branch(words: list[str]) -> str:
    """The expression for sorted words that share what stands before them."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        if word:
            by_first.setdefault(word[0], []).append(word[1:])
    if not by_first:
        return ""
    tails = [re.escape(first) + _branch(rest) for first, rest in by_first.items()]
    return f"(?:{'|'.join(tails)}){'?' if '' in words else ''}"


def distant_gaps(nodes: tuple[Node, ...]) -> frozenset[int]:
    """The gaps (by id) that stand between the first name and the words that follow it, not before the second name.

    Such a gap may pass a mention of the second name's class ("A, once at B, founded C"): what it must not pass is
    a nearer first name.
    """
    ends = [i for i, node in enumerate(nodes) if isinstance(node, SlotNode) and node.name in ("s", "o")]
    if len(ends) < 2:
        return frozenset()
    between = [node for node in nodes[ends[0] + 1 : ends[1]] if isinstance(node, Gap)]
    return frozenset(id(gap) for gap in between[:-1] if gap.long)


def _alternatives(
    template: str, tokens: list[re.Match[str]], at: int, *, depth: int
) -> tuple[tuple[tuple[Node, ...], ...], int]:
    """Branches from token `at` to the closing bracket or the end, and the index after them."""
    branches: list[tuple[Node, ...]] = []
    nodes: list[Node] = []
    while at < len(tokens):
        token = tokens[at]
        kind, text = str(token.lastgroup), token.group(str(token.lastgroup))
        at += 1
        if kind == "mark" and text == ")" and depth:
            return (*branches, tuple(nodes)), at
        if kind == "bad" or kind == "mark" and text == ")":
            raise OntologyError(f"template {template!r}: {text!r} at {token.start()} is not part of the language")
        if text == "|" and kind == "mark":
            branches.append(tuple(nodes))
            nodes = []
        elif text == "?" and kind == "mark":
            nodes.append(_optional(template, nodes))
        elif kind == "look" or text == "(" and kind == "mark":
            inside, at = _alternatives(template, tokens, at, depth=depth + 1)
            nodes.append(Group(inside, kind=text[2:] if kind == "look" else ""))
        else:
            nodes.append(_leaf(kind, text))
    if depth:
        raise OntologyError(f"template {template!r}: a bracket is not closed")
    return (*branches, tuple(nodes)), at


def _optional(template: str, nodes: list[Node]) -> Node:
    if not nodes or isinstance(nodes[-1], Gap):
        raise OntologyError(f"template {template!r}: '?' has nothing to make optional")
    last = nodes.pop()
    if isinstance(last, Group) and not last.kind:
        return Group(last.branches, optional=True)
    return Group(((last,),), optional=True)


def _leaf(kind: str, text: str) -> Node:
    if kind == "gap":
        return Gap(long=len(text) == 3)
    if kind == "slot":
        name, _, classes = text.partition(":")
        return SlotNode(name.rstrip("!"), tuple(classes.split("|")) if classes else (), single=name.endswith("!"))
    if kind == "cls":
        return Raw(text)
    if kind == "esc" and text == "d":
        return Raw("[0-9]")
    return Lit(text)


def _check(template: str, nodes: tuple[Node, ...]) -> None:
    names = [node.name for node in walk(nodes) if isinstance(node, SlotNode)]
    if names.count("s") != 1 or names.count("o") != 1:
        raise OntologyError(f"template {template!r} needs {{s}} and {{o}} exactly once each")
    if sum(isinstance(node, Gap) and node.long for node in walk(nodes)) > MAX_GAPS:
        raise OntologyError(f"template {template!r} has more than {MAX_GAPS} long gaps; split it")
