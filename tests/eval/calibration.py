"""Does a confidence of .7 mean seven in ten? `python -m tests.eval.calibration` on the held-out documents.

Relations and figures that the reader keeps, against the annotation: in each band of confidence, how many there are,
their mean confidence, and the share that is stated. What is not annotated counts as wrong, so that shares are low
estimates.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
from tests.eval.make_baseline import CORPUS

from aigraph.model import Analysis
from aigraph.recognise.lexicon import load_lexicon
from aigraph.recognise.mentions import choose_mentions
from aigraph.recognise.tagger import load_tagger
from aigraph.relate.facts import is_helper
from aigraph.relate.reader import judge
from aigraph.relate.scorer import load_relation_model
from aigraph.text.normalise import normalise
from aigraph.training.alignment import gold_entities, gold_facts, pair_is_stated
from aigraph.training.corpus import GoldDocument, held_out, load_corpus
from aigraph.training.run import _analysed

BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def found(document: GoldDocument) -> Analysis:
    """The document with the names that are found in it."""
    norm = normalise(document.text)
    matches = load_lexicon().find(norm)
    return _analysed(document, choose_mentions(norm, load_tagger().tag(norm, matches), matches, load_lexicon()))


def kept_facts() -> tuple[np.ndarray, np.ndarray]:
    """(confidence, 1 if stated) of every relation and figure that is kept."""
    confidence, stated = [], []
    for document in load_corpus(CORPUS):
        if not held_out(document.name):
            continue
        state = found(document)
        facts, entities = gold_facts(document), gold_entities(document, state)
        for judged in judge(state):
            key = judged.pair.key
            if judged.probability <= load_relation_model().threshold:
                continue
            if not is_helper(key[1]) and not (isinstance(key[2], tuple) and key[2][0] == "#"):
                confidence.append(judged.probability)
                stated.append(pair_is_stated(judged.pair, facts, entities))
    return np.array(confidence), np.array(stated, dtype=float)


def main() -> None:
    """Print a row a band, and the expected calibration error."""
    confidence, stated = kept_facts()
    sys.stdout.write("confidence    facts   mean  stated\n")
    error = 0.0
    for low, high in pairwise(BANDS):
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            mean, share = confidence[inside].mean(), stated[inside].mean()
            error += abs(mean - share) * inside.mean()
            sys.stdout.write(f"{low:.1f} - {min(high, 1):.1f}{inside.sum():10}{mean:7.2f}{share:8.2f}\n")
    sys.stdout.write(f"expected calibration error {error:.3f} over {len(confidence)} facts\n")


if __name__ == "__main__":
    main()
