"""The extraction pipeline as spaCy components: list, disable, swap and add them with spaCy's own means.

Each component reads and fills the working state of one document, `doc._.aigraph` (an `Analysis`). Token borders are
spaCy's affair; everything here goes by character offsets. `extract_document` is the one way from text to Extraction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc

import aigraph.text.tokenise  # noqa: F401  registers the tokenizer with spaCy
from aigraph.figures.column_units import with_column_units
from aigraph.literals.literals import document_date, find_literals
from aigraph.literals.places import load_places
from aigraph.model import Analysis, Document, Extraction, Literal
from aigraph.recognise.lexicon import load_lexicon
from aigraph.recognise.link import link
from aigraph.recognise.mentions import choose_mentions
from aigraph.recognise.nested import nested_mentions
from aigraph.recognise.references import read_references, without_addresses
from aigraph.recognise.tagger import load_tagger
from aigraph.text.blocks import split_blocks
from aigraph.text.normalise import normalise
from aigraph.text.segment import main_language, split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPONENTS = (
    "aigraph_blocks",
    "aigraph_literals",
    "aigraph_names",
    "aigraph_linker",
    "aigraph_relations",
    "aigraph_spans",
)
HEAD = 600  # characters that may hold the document's own date
MAX_LENGTH = 50_000_000  # characters; spaCy's guard is about its neural parts, of which there are none here

if not Doc.has_extension("aigraph"):
    Doc.set_extension("aigraph", default=None)


def create_pipeline(*, disable: Iterable[str] = ()) -> Language:
    """A spaCy pipeline with aigraph's components in order, without those in `disable`."""
    import spacy

    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "aigraph.Tokenizer.v1"}}})
    nlp.max_length = MAX_LENGTH
    for name in COMPONENTS:
        if name not in set(disable):
            nlp.add_pipe(name)
    return nlp


def extract_document(nlp: Language, document: Document) -> Extraction:
    """Everything that one document states."""
    doc = nlp.make_doc(document.text)
    doc._.aigraph = Analysis(document)
    state: Analysis = nlp(doc)._.aigraph
    return Extraction(
        document=state.document,
        entities=tuple(state.entities[i] for i in sorted(state.entities)),
        statements=tuple(state.statements),
        results=tuple(state.results),
        events=tuple(state.events),
        mentions=tuple(state.mentions),
        blocks=tuple(state.blocks),
        notes=(*document.notes, *state.notes),
    )


def prepare(state: Analysis) -> None:
    """Normalise, split into blocks and sentences, find the document's language and date."""
    state.norm = normalise(state.text)
    state.blocks = split_blocks(state.text, state.norm)
    state.sentences = split_sentences(state.text, state.norm, state.blocks)
    document = state.document
    state.document = replace(
        document,
        lang=document.lang or main_language(state.text),
        date=document.date or document_date(state.norm[:HEAD]),
    )


def find_all_literals(state: Analysis) -> list[Literal]:
    """Figures, dates and licences of the whole text, for a date may count from one stated before, and places."""
    document = state.document
    headings = [(block.start, block.level) for block in state.blocks if block.kind == "heading"]
    found = find_literals(state.norm, lang=document.lang or "en", anchor=document.date, headings=headings)
    found = with_column_units(state.norm, state.blocks, found)
    places = load_places().find(state.norm, state.text)
    taken: Sequence[tuple[int, int]] = [(x.start, x.end) for x in found]
    return sorted([*found, *_apart(places, taken)], key=lambda x: (x.start, x.end))


def _apart(literals: Iterable[Literal], taken: Sequence[tuple[int, int]]) -> Iterable[Literal]:
    from bisect import bisect_left

    ends = [end for _, end in taken]
    for literal in literals:
        k = bisect_left(ends, literal.start + 1)
        if k == len(taken) or taken[k][0] >= literal.end:
            yield literal


def _document_of(text: str) -> Document:
    """A document for a text that came without one."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(f"text-{sha256[:12]}", "text", text, sha256)


@Language.component("aigraph_blocks", assigns=["doc._.aigraph"])
def blocks_component(doc: Doc) -> Doc:
    """Normalised text, blocks, sentences, language and date."""
    if doc._.aigraph is None:  # called as nlp("text")
        doc._.aigraph = Analysis(_document_of(doc.text))
    prepare(doc._.aigraph)
    return doc


@Language.component("aigraph_literals", assigns=["doc._.aigraph"])
def literals_component(doc: Doc) -> Doc:
    """Figures, dates, licences, places."""
    doc._.aigraph.literals = find_all_literals(doc._.aigraph)
    return doc


@Language.component("aigraph_names", assigns=["doc._.aigraph"])
def names_component(doc: Doc) -> Doc:
    """Names with their types, from the trained tagger and the lexicon."""
    state: Analysis = doc._.aigraph
    lexicon = load_lexicon()
    matches = lexicon.find(state.norm)
    state.mentions = choose_mentions(state.norm, load_tagger().tag(state.norm, matches), matches, lexicon)
    complete_mentions(state)
    return doc


def complete_mentions(state: Analysis) -> None:
    """What the form of the text adds to the names found: bibliographic entries, names inside names."""
    lexicon = load_lexicon()
    state.mentions = without_addresses(state.norm, state.mentions)
    read_references(state)
    state.mentions += nested_mentions(state.norm, state.mentions, lexicon)
    state.mentions.sort(key=lambda m: (m.start, -m.end))


@Language.component("aigraph_spans", assigns=["doc.spans"])
def spans_component(doc: Doc) -> Doc:
    """The mentions as spaCy spans, widened to whole tokens, for users of spaCy."""
    state: Analysis = doc._.aigraph
    spans = [doc.char_span(m.start, m.end, label=m.type, alignment_mode="expand") for m in state.mentions]
    doc.spans["aigraph"] = [s for s in spans if s is not None]
    return doc


@Language.component("aigraph_linker", assigns=["doc._.aigraph"])
def linker_component(doc: Doc) -> Doc:
    """Entities that the mentions name."""
    link(doc._.aigraph)
    return doc


@Language.component("aigraph_relations", assigns=["doc._.aigraph"])
def relations_component(doc: Doc) -> Doc:
    """Relations, figures, benchmark results and events."""
    from aigraph.relate import read_facts

    read_facts(doc._.aigraph)
    return doc
