"""Compiles the ontology's wordings and finds them in sentences whose mentions are known.

Each mention or figure of a sentence becomes one private-use character, quotes and (in Chinese) spaces fall away, and
small regular expressions of bounded length run over what is left; an Aho-Corasick pass over the words they need picks
the few worth running. It refuses to judge: negation, rumour and plans also match (status is read elsewhere), and no
mention is ever made up here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir
from aigraph.relate import wording
from aigraph.schema import FigureType, RelationType, Schema, Wording

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

LITERAL = "literal:"
_FIRST_MENTION, _FIRST_LITERAL = 0xE000, 0xE100  # private-use characters that stand for slots
_LITERALS = range(_FIRST_LITERAL, 0xE200)
_PRIVATE = "\ue000-\uf8ff"
# Signs that carry no meaning for a wording: quotation marks, title marks, markdown, backticks.
_DROPPED = '\u201c\u201d\u300c-\u300f\u300a\u300b\u3008\u3009\u00ab\u00bb"`*_#' + _PRIVATE
_RUNS = {"zh": re.compile(rf"[^\s\u2018\u2019'{_DROPPED}]+"), "en": re.compile(rf"(?P<space>\s+)|[^\s{_DROPPED}]+")}
_NEUTRAL = "\uf8fe"  # a mention that gaps may pass
_APOSTROPHES = (0x2018, 0x2019)
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(_APOSTROPHES, 0x27) | {0xFF61: 0x3002}
_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
_BARE_SEPARATORS = frozenset(",/|&+")  # after these, the next name of a list follows at once
_TITLE = "TITLE"
_TITLE_KINDS = frozenset({"role", "founder-marker", ""})


@dataclass(frozen=True, slots=True)
class Slot:
    """A mention or figure in the sentence: half-open offsets into the document, class or "literal:<kind>", a key."""

    start: int
    end: int
    type: str
    key: str


@dataclass(frozen=True, slots=True)
class PatternHit:
    """One fact as a wording says it; start and end (document offsets) enclose the whole wording."""

    predicate: str
    subject_key: str
    object_key: str
    weight: float
    template_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Masked:
    """The sentence as wordings see it: `offsets[i]` is where character i stands in the document."""

    text: str
    offsets: list[int]
    slots: dict[int, Slot]  # by position in `text`
    kinds: frozenset[str]  # the mask characters that occur


@dataclass(slots=True)
class _Template:
    """A wording ready to run; its expression is compiled at first use."""

    wording: Wording
    predicate: str
    symmetric: bool
    same_kind: bool
    subject: str  # mask characters allowed for {s}
    object: str
    source: str
    needs: frozenset[str] | None
    obliques: tuple[str, ...]
    _regex: re.Pattern[str] | None = field(default=None, repr=False)

    @property
    def regex(self) -> re.Pattern[str]:
        if self._regex is None:
            try:
                self._regex = re.compile(self.source)
            except re.error as error:
                raise OntologyError(f"wording {self.wording.id} {self.wording.template!r}: {error}") from error
        return self._regex


@cache
def compile_patterns(schema: Schema) -> PatternSet:
    """All wordings of a schema as one matcher. Raises OntologyError on a template outside the language."""
    return PatternSet(schema, titles=_read_titles(ontology_dir() / "grammar" / "titles.csv"))


class PatternSet:
    """The compiled wordings; `match` is its one use. Holds no state of any document."""

    def __init__(self, schema: Schema, *, titles: Iterable[tuple[str, str]] = ()) -> None:
        self._schema = schema
        self._masks = {name: chr(_FIRST_MENTION + i) for i, name in enumerate(schema.core_types)}
        kinds = sorted({kind for figure in schema.figures.values() for kind in figure.kinds} | _literal_kinds(schema))
        self._masks |= {LITERAL + kind: chr(_FIRST_LITERAL + i) for i, kind in enumerate(kinds)}
        self._other_literal = chr(_FIRST_LITERAL + len(kinds))
        self._words = {key: _lowered(words) for key, words in schema.words.items()}
        for lang in ("zh", "en"):
            extra = _lowered(word for word, tag in titles if tag == lang)
            self._words[_TITLE, lang] = tuple(dict.fromkeys((*self._words.get((_TITLE, lang), ()), *extra)))
        self._breaks = {lang: _alternation(self._words.get(("BREAK", lang), ())) for lang in ("zh", "en")}
        self.templates = tuple(self._templates())
        self._indexes = {lang: self._index(lang) for lang in ("zh", "en")}

    def match(self, norm: str, start: int, end: int, lang: str, mentions: Sequence[Slot]) -> list[PatternHit]:
        """The facts that wordings state in norm[start:end], each pair once, with its heaviest wording.

        `mentions` are sorted, do not overlap and lie inside the sentence; `lang` is zh-Hans, zh-Hant or en. An empty
        slot (start == end) is allowed: a subject carried over from elsewhere, put where it would stand.
        """
        if len(mentions) < 2:
            return []
        tag = "en" if lang.startswith("en") else "zh"
        masked = self._mask(norm, start, end, tag, mentions)
        best: dict[tuple[str, str, str], PatternHit] = {}
        views = (masked, *self._past_objects(masked, tag))
        for template in self._candidates(masked, tag):
            for hit in (hit for view in views for hit in _run(template, view)):
                key = (hit.predicate, hit.subject_key, hit.object_key)
                if template.symmetric and (key[0], key[2], key[1]) in best:
                    key = (key[0], key[2], key[1])
                known = best.get(key)
                if known is None or (hit.weight, -hit.start) > (known.weight, -known.start):
                    best[key] = hit
        return sorted(best.values(), key=lambda h: (h.start, h.end, h.template_id, h.subject_key, h.object_key))

    def run_one(self, template_id: str, norm: str, start: int, end: int, mentions: Sequence[Slot]) -> list[PatternHit]:
        """The hits of one wording alone: for tests and explanations. Raises OntologyError for an unknown id."""
        for template in self.templates:
            if template.wording.id == template_id:
                return list(_run(template, self._mask(norm, start, end, template.wording.lang, mentions)))
        raise OntologyError(f"no wording {template_id!r}; ids look like {self.templates[0].wording.id!r}")

    # -- masking ----------------------------------------------------------------------------------------------

    def _mask(self, norm: str, start: int, end: int, lang: str, mentions: Sequence[Slot]) -> _Masked:
        parts: list[str] = []
        offsets: list[int] = []
        slots: dict[int, Slot] = {}
        at = start
        for slot in mentions:
            _keep(norm, at, slot.start, lang, parts, offsets)
            slots[len(offsets)] = slot
            parts.append(self._mask_of(slot.type))
            offsets.append(slot.start)
            at = slot.end
        _keep(norm, at, end, lang, parts, offsets)
        text = "".join(parts)
        if (breaks := self._breaks[lang]) is not None:
            text = breaks.sub(lambda m: wording.BOUNDARY * len(m.group()), text)
        return _Masked(text, offsets, slots, frozenset(text[i] for i in slots))

    def _past_objects(self, masked: _Masked, lang: str) -> Iterator[_Masked]:
        """The sentence once more without the objects of its first clauses: "A, based on B, beats C" speaks of A."""
        words, last = self._words.get(("OBJECT", lang), ()), masked.text.rfind(",")
        names = [i for i, slot in masked.slots.items() if i < last and not slot.type.startswith(LITERAL)]
        passed = {i for i in names if _hangs(masked, i, words)}
        if passed:
            text = "".join(_NEUTRAL if i in passed else character for i, character in enumerate(masked.text))
            slots = {i: slot for i, slot in masked.slots.items() if i not in passed}
            yield _Masked(text, masked.offsets, slots, masked.kinds)

    def _mask_of(self, slot_type: str) -> str:
        if slot_type.startswith(LITERAL):
            return self._masks.get(slot_type, self._other_literal)
        return self._masks[self._schema.core(slot_type)]

    # -- choosing ---------------------------------------------------------------------------------------------

    def _index(self, lang: str) -> tuple[AhoCorasick | None, list[list[_Template]], list[_Template]]:
        """Automaton over required words, the templates behind each word, and those that need no word."""
        from ahocorasick_rs import AhoCorasick

        by_word: dict[str, list[_Template]] = {}
        free = []
        for template in self.templates:
            if template.wording.lang != lang:
                continue
            if template.needs is None:
                free.append(template)
            for word in template.needs or ():
                by_word.setdefault(word, []).append(template)
        words = sorted(by_word)
        return (AhoCorasick(words) if words else None), [by_word[word] for word in words], free

    def _candidates(self, masked: _Masked, lang: str) -> Iterator[_Template]:
        automaton, behind, free = self._indexes[lang]
        found = set()
        if automaton is not None:
            found = {index for index, _, _ in automaton.find_matches_as_indexes(masked.text, overlapping=True)}
        chosen = {t.wording.id: t for index in sorted(found) for t in behind[index]}
        for template in (*free, *chosen.values()):
            if not masked.kinds.isdisjoint(template.subject) and not masked.kinds.isdisjoint(template.object):
                yield template

    # -- compiling --------------------------------------------------------------------------------------------

    def _templates(self) -> Iterator[_Template]:
        terms: list[RelationType | FigureType] = [*self._schema.relations.values(), *self._schema.figures.values()]
        for term in terms:
            for one in term.wordings:
                yield self._compile(term, one)

    def _compile(self, term: RelationType | FigureType, one: Wording) -> _Template:
        text = one.template.translate(_FOLD).translate(_ASCII_LOWER)
        text = re.sub(r"\{([a-z]+)", lambda m: "{" + (m[1] if m[1] in ("s", "o") else m[1].upper()), text)
        nodes = wording.parse_template(text.replace(" ", "") if one.lang == "zh" else text)
        slots = (node for node in wording.walk(nodes) if isinstance(node, wording.SlotNode))
        roles = {node.name: node.classes for node in slots if node.name in ("s", "o")}
        objects = term.range if isinstance(term, RelationType) else tuple(LITERAL + kind for kind in term.kinds)
        subject = self._allowed(one, term.domain, roles["s"])
        target = self._allowed(one, objects, roles["o"])
        near = wording.FINALS + "".join(sorted(set(subject + target)))
        far = wording.FINALS + (subject if next(iter(roles)) == "s" else target)
        distant = wording.distant_gaps(nodes) if set(far) != set(near) else frozenset()

        def slot(node: wording.SlotNode) -> str:
            if node.name in ("s", "o"):
                chars = subject if node.name == "s" else target
                if isinstance(term, FigureType) and node.name == "o":
                    return f"(?P<o>[{chars}])"
                return f"(?P<{node.name}>{self._list(chars, one.lang, single=node.single)})"
            return self._typed(one, node.name)

        def gap(node: wording.Gap) -> str:
            return wording.emit_gap(node, one.lang, near, far if id(node) in distant else "")

        source = wording.emit(nodes, slot, gap)
        if one.lang == "en":
            source = f"(?<![a-z0-9])(?:{source})(?![a-z0-9])"
        needs = wording.required_words(nodes, lambda name: self._words.get((name, one.lang), ()))
        relation = term if isinstance(term, RelationType) else None
        symmetric, same_kind = (relation.symmetric, relation.same_kind) if relation else (False, False)
        obliques = self._words.get(("OBLIQUE", one.lang), ())
        return _Template(one, term.name, symmetric, same_kind, subject, target, source, needs, obliques)

    def _allowed(self, one: Wording, types: tuple[str, ...], narrowed: tuple[str, ...]) -> str:
        """The mask characters of a role: those of the property, or of the narrower classes a template names."""
        if not narrowed:
            return "".join(self._masks[t] for t in types)
        by_name = {t.removeprefix(LITERAL).lower(): t for t in types}
        wanted = [self._full_name(name) for name in narrowed]
        unknown = [name for name in wanted if name not in by_name]
        if unknown:
            raise OntologyError(f"wording {one.id}: {', '.join(unknown)} is not among {', '.join(sorted(by_name))}")
        return "".join(self._masks[by_name[name]] for name in wanted)

    @staticmethod
    def _full_name(name: str) -> str:
        return "organization" if name.lower() == "org" else name.lower()

    def _typed(self, one: Wording, name: str) -> str:
        """The expression of a slot that is neither subject nor object: a word class, a class or a kind of figure."""
        words = self._words.get((name, one.lang))
        if words:
            return wording.any_of(words)
        if name in ("ANY", "LIT"):
            return f"[{''.join(m for t, m in self._masks.items() if t.startswith(LITERAL) == (name == 'LIT'))}]"
        full = self._full_name(name)
        for kind, mask in self._masks.items():
            if kind.removeprefix(LITERAL).lower() == full:
                return self._list(mask, one.lang) if not kind.startswith(LITERAL) else mask
        raise OntologyError(f"wording {one.id}: {{{name}}} is no word class, class or kind of figure in {one.lang}")

    def _list(self, chars: str, lang: str, *, single: bool = False) -> str:
        """One mention, with what may follow a name, or a coordinated list of them."""
        tails = self._words.get(("TAIL", lang), ())
        tail = f"(?:{wording.any_of(tails)})?" if tails else ""
        item = f"[{chars}]{tail}(?: ?\\([^()]{{0,{wording.BRACKET_LENGTH}}}\\))?"
        separators = self._words.get(("SEP", lang))
        if not separators:
            raise OntologyError(f"the word class SEP has no words in {lang}; add it to relations.ttl")
        if single:
            return item
        mentions = "".join(mask for kind, mask in self._masks.items() if not kind.startswith(LITERAL))
        modifier = f"[^{mentions}{wording.FINALS}{wording.PAUSES}\u3001()]{{0,{wording.LIST_MODIFIER[lang]}}}"
        bare = [sign for sign in separators if sign.strip() in _BARE_SEPARATORS]
        worded = [sign for sign in separators if sign.strip() not in _BARE_SEPARATORS]
        link = f"{wording.any_of(tuple(worded))}{modifier}" + (f"|{wording.any_of(tuple(bare))}" if bare else "")
        return f"{item}(?:(?:{link}){item}){{0,{wording.LIST_LENGTH}}}"


def _run(template: _Template, masked: _Masked) -> Iterator[PatternHit]:
    """All hits of one template; matches may overlap, since an object can be the next subject."""
    at = 0
    while (found := template.regex.search(masked.text, at)) is not None:
        at = found.start() + 1
        if _is_oblique(template, masked, found) or _leaves_bracket(template, found):
            continue
        subjects = list(_members(masked, found.start("s"), found.end("s"), template.subject))
        objects = list(_members(masked, found.start("o"), found.end("o"), template.object))
        start, end = masked.offsets[found.start()], _end(masked, found.end() - 1)
        for subject in subjects:
            for obj in objects:
                if subject.key == obj.key or template.same_kind and subject.type != obj.type:
                    continue
                one = template.wording
                yield PatternHit(template.predicate, subject.key, obj.key, one.weight, one.id, start, end)


def _is_oblique(template: _Template, masked: _Masked, found: re.Match[str]) -> bool:
    """Whether the first name hangs on a word before it ("based on A, beats B") and the second lies past a comma."""
    first, second = sorted((found.span("s"), found.span("o")))
    if found.start() != first[0] or "," not in masked.text[first[1] : second[0]]:
        return False
    return _hangs(masked, first[0], template.obliques)


def _hangs(masked: _Masked, position: int, words: tuple[str, ...]) -> bool:
    """Whether one of the words stands right before a name, figures between them apart."""
    while position and ord(masked.text[position - 1]) in _LITERALS:
        position -= 1
    return masked.text.endswith(words, 0, position)


def _leaves_bracket(template: _Template, found: re.Match[str]) -> bool:
    """Whether the match starts inside a bracket and runs out of it, unless the wording itself closes one."""
    depth = 0
    for sign in found.group():
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return "\\)" not in template.wording.template
    return False


def _members(masked: _Masked, start: int, end: int, chars: str) -> Iterator[Slot]:
    """The mentions of a matched list; those inside an apposition bracket are other names, not members."""
    depth = 0
    for position in range(start, end):
        character = masked.text[position]
        depth += (character == "(") - (character == ")")
        if depth == 0 and character in chars and position in masked.slots:
            yield masked.slots[position]


def _end(masked: _Masked, position: int) -> int:
    slot = masked.slots.get(position)
    return slot.end if slot else masked.offsets[position] + 1


def _keep(norm: str, start: int, end: int, lang: str, parts: list[str], offsets: list[int]) -> None:
    """Append the meaningful characters of a stretch, folded and in lower case, with their offsets."""
    for run in _RUNS[lang].finditer(norm, start, end):
        if lang == "en" and run.group("space"):
            parts.append("\n" if "\n\n" in run.group() else " ")
            offsets.append(run.start())
            continue
        parts.append(run.group().translate(_FOLD).translate(_ASCII_LOWER))
        offsets.extend(range(run.start(), run.end()))


def _alternation(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile(wording.any_of(words)) if words else None


def _lowered(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.translate(_FOLD).translate(_ASCII_LOWER) for word in words)


def _literal_kinds(schema: Schema) -> set[str]:
    """Kinds of figure that templates may name besides those of the properties: the word class LITERALS lists them."""
    return set(schema.words.get(("LITERALS", "en"), ()))


def _read_titles(path: Path) -> list[tuple[str, str]]:
    """(title, zh or en) of the role words in grammar/titles.csv; nothing where the file is not there."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(r.get("title") or "", (r.get("lang") or "")[:2], r.get("kind") or "") for r in csv.DictReader(file)]
    return [(title, lang) for title, lang, kind in rows if title and kind in _TITLE_KINDS]
