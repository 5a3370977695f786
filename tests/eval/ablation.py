"""What the trained parts are worth on the held-out documents: `python -m tests.eval.ablation`.

Names by the lexicon, or by lexicon and tagger; facts by the wordings of the ontology, or by the trained parts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np
from tests.eval.make_baseline import GROUPS, tallies_by_language

from aigraph.model import Mention
from aigraph.recognise.lexicon import LexiconMatch
from aigraph.relate.scorer import load_relation_model


class NoTagger:
    """Leaves every name to the lexicon."""

    def tag(self, norm: str, matches: Sequence[LexiconMatch]) -> list[Mention]:
        return []


@contextmanager
def lexicon_alone() -> Iterator[None]:
    """Names by the lexicon."""
    with patch("aigraph.nlp.load_tagger", NoTagger):
        yield


@contextmanager
def wordings_alone() -> Iterator[None]:
    """Facts by the wordings, as for properties that were never trained."""
    model = load_relation_model()
    bare = replace(model.linear, bias=np.full(len(model.linear.targets), np.nan))
    with patch("aigraph.relate.reader.load_relation_model", lambda: replace(model, linear=bare, networks=())):
        yield


@contextmanager
def everything() -> Iterator[None]:
    """All parts, as shipped."""
    yield


def main() -> None:
    """Measure each combination and print F1 by group."""
    sys.stdout.write(" " * 44 + "".join(f"{group:>11}" for group in GROUPS) + "\n")
    for title, names, facts in (
        ("names by lexicon, facts by wordings", lexicon_alone, wordings_alone),
        ("names by lexicon and tagger, by wordings", everything, wordings_alone),
        ("names by lexicon, facts by trained parts", lexicon_alone, everything),
        ("all parts", everything, everything),
    ):
        with names(), facts():
            rows = tallies_by_language()["all"].rows()
        sys.stdout.write(f"{title:44}" + "".join(f"{rows[group].f1 or 0.0:11.2f}" for group in GROUPS) + "\n")


if __name__ == "__main__":
    main()
