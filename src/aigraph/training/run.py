"""The training of everything, from a folder of annotated documents to two weight files."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from aigraph.model import Analysis, Document, Mention
from aigraph.nlp import complete_mentions, find_all_literals, prepare
from aigraph.recognise.lexicon import load_lexicon
from aigraph.recognise.link import link
from aigraph.recognise.mentions import choose_mentions
from aigraph.recognise.tagger import WEIGHTS as NAMES
from aigraph.recognise.tagger import NameTagger
from aigraph.relate.scorer import WEIGHTS as RELATIONS
from aigraph.text.normalise import normalise
from aigraph.training.augment import name_pool, renamed_copy
from aigraph.training.corpus import ONLY_TRAINED_ON, GoldDocument, held_out, load_corpus
from aigraph.training.examples import wording_examples
from aigraph.training.relations import train_relations
from aigraph.training.tagger import labelled_lines, train_tagger

NAME_FOLDS = 3  # names are found in each part of the documents by a tagger trained on the others
CHUNK = 16  # documents given to a process at a time
CROSS_ITERATIONS = 60  # the taggers of the folds only have to err as the final one does


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What was trained on how much."""

    documents: int
    characters: int
    held_out: int
    weights: tuple[tuple[str, int], ...]  # (file, bytes)


def train(corpus: Path, out: Path, *, with_held_out: bool = False) -> TrainingReport:
    """Train the name tagger and the relation reader on the annotated documents of `corpus`; weights go to `out`.

    The documents that `held_out` names are left out, so that they can be measured on, unless
    `with_held_out`. The same corpus gives the same bytes.
    """
    documents = load_corpus(corpus)
    used = [d for d in documents if with_held_out or not held_out(d.name)]
    with ProcessPoolExecutor(max_workers=min(NAME_FOLDS + 1, os.cpu_count() or 1)) as workers:
        names = workers.submit(_train_names, used, out / NAMES)
        found = _cross_found(used, workers)
        annotated = _all_analysed(used, map(_annotated, used), workers)
        examples = [(e, _analysed(e.document, _annotated(e.document))) for e in wording_examples()]
        train_relations(found, out / RELATIONS, annotated=annotated, examples=examples)
        names.result()
    return TrainingReport(
        documents=len(used),
        characters=sum(len(d.text) for d in used),
        held_out=len(documents) - len(used),
        weights=tuple((name, (out / name).stat().st_size) for name in (NAMES, RELATIONS)),
    )


def _train_names(documents: Sequence[GoldDocument], path: Path) -> None:
    """The tagger that is shipped: of all documents, and of copies with other names in them.

    Documents written for training alone bring enough names of their own: copies of those too gave nothing.
    """
    pool = name_pool(documents)
    copies = (renamed_copy(d, pool) for d in documents if not ONLY_TRAINED_ON.match(d.name))
    train_tagger(map(labelled_lines, chain(documents, copies)), path)


def _cross_found(documents: Sequence[GoldDocument], workers: Executor) -> list[tuple[GoldDocument, Analysis]]:
    """Each document with the names that a tagger finds which was trained on the other folds."""
    found: dict[str, list[Mention]] = {}
    folds = [
        ([d for d in documents if _name_fold(d.name) == k], [d for d in documents if _name_fold(d.name) != k])
        for k in range(NAME_FOLDS)
    ]
    for part in workers.map(_find_names, *zip(*folds, strict=True)):
        found.update(part)
    return _all_analysed(documents, (found[d.name] for d in documents), workers)


def _name_fold(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) // 5 % NAME_FOLDS


def _all_analysed(
    documents: Sequence[GoldDocument], mentions: Iterable[Sequence[Mention]], workers: Executor
) -> list[tuple[GoldDocument, Analysis]]:
    return list(zip(documents, workers.map(_analysed, documents, mentions, chunksize=CHUNK), strict=True))


def _find_names(documents: Sequence[GoldDocument], others: Sequence[GoldDocument]) -> dict[str, list[Mention]]:
    """The mentions of some documents by a tagger trained on others."""
    lexicon = load_lexicon()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAMES
        train_tagger(map(labelled_lines, others), path, iterations=CROSS_ITERATIONS)
        tagger = NameTagger(str(path))
        for document in documents:
            norm = normalise(document.text)
            matches = lexicon.find(norm)
            found[document.name] = choose_mentions(norm, tagger.tag(norm, matches), matches, lexicon)
    return found


def _annotated(document: GoldDocument) -> list[Mention]:
    return [Mention(s.start, s.end, s.type, "annotation") for s in document.spans]


def _analysed(document: GoldDocument, mentions: Sequence[Mention]) -> Analysis:
    """The working state of a document up to linking, with the given names."""
    state = Analysis(
        Document(document.name, document.name, document.text, "", document.gold.get("date"), lang=document.gold["lang"])
    )
    prepare(state)
    state.literals = find_all_literals(state)
    state.mentions = list(mentions)
    complete_mentions(state)
    link(state)
    return state
