"""The trained name tagger: a linear-chain CRF over characters of Han and runs of Latin letters and digits.

Weights are trained by `aigraph train` from annotated documents and ship as package data. Method: Lafferty, McCallum and
Pereira, "Conditional Random Fields" (2001), in the implementation of CRFsuite.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import as_file, files

from aigraph.errors import ModelFileError
from aigraph.model import Mention
from aigraph.recognise.features import Token, sequence_features, tokens_of
from aigraph.recognise.layers import CaseCounts, lexicon_layer, list_layer, load_segmenter, load_word_lists
from aigraph.recognise.lexicon import LexiconMatch, load_lexicon

OUTSIDE = "O"
PIECE = 1500  # tokens of a line that are tagged at a time: some 10 MB of features
_SENTENCE_ENDS = frozenset("。！？!?；;")
WEIGHTS = "names.crf"


def tagging_lines(norm: str, matches: Sequence[LexiconMatch]) -> Iterator[tuple[list[Token], list[list[str]]]]:
    """(tokens, features) of each non-empty line of a normalised document: the one input of training and tagging."""
    segmenter, lists, cases = load_segmenter(), load_word_lists(), CaseCounts(norm)
    match_ends = [m.end for m in matches]
    found = lists.find(norm)
    found_ends = [f[1] for f in found]
    start = 0
    for line in norm.split("\n"):
        end = start + len(line)
        tokens = tokens_of(norm, start, end)
        if tokens:
            speech, common, anchors = segmenter.layers(norm, start, end, tokens)
            layers = [
                speech,
                common,
                lexicon_layer(matches[bisect_left(match_ends, start + 1) : bisect_left(match_ends, end + 1)], tokens),
                list_layer(found[bisect_left(found_ends, start + 1) : bisect_left(found_ends, end + 1)], tokens),
                cases.layer(tokens),
            ]
            for a, b in pieces(tokens):
                yield tokens[a:b], sequence_features(tokens[a:b], [layer[a:b] for layer in layers], anchors[a:b])
        start = end + 1


def pieces(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """A line in pieces of at most PIECE tokens, so that a book in one line takes no more memory than a page.

    A piece ends with a sentence where it can, else between two words, and never inside a run of letters or signs
    unless nothing else is left.
    """
    start = 0
    while len(tokens) - start > PIECE:
        window = range(start + PIECE, start + PIECE // 2, -1)
        stop = next((i for i in window if tokens[i - 1].form in _SENTENCE_ENDS), None)
        stop = stop or next((i for i in window if not tokens[i].glued), start + PIECE)
        yield start, stop
        start = stop
    yield start, len(tokens)


def spans_of(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(first token, token after the last, type) of each name in a BIO sequence; a stray I opens a name."""
    start, current = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        kind = label[2:]
        if current and (label[0] != "I" or kind != current):
            yield start, i, current
            current = ""
        if not current and label[0] != OUTSIDE:
            start, current = i, kind


class NameTagger:
    """Finds names with their types and the model's own probability of each."""

    def __init__(self, path: str) -> None:
        """Open a weight file. Raises ModelFileError where it cannot be read."""
        import pycrfsuite

        self._tagger = pycrfsuite.Tagger()
        try:
            self._tagger.open(path)
        except ValueError as error:
            raise ModelFileError(f"cannot read the tagger's weights {path}: {error}; run `aigraph train`") from error

    def tag(self, norm: str, matches: Sequence[LexiconMatch] | None = None) -> list[Mention]:
        """Names of a normalised document in order; `score` is the least marginal probability of the name's tokens."""
        if matches is None:
            matches = load_lexicon().find(norm)
        out = []
        for tokens, features in tagging_lines(norm, matches):
            labels = self._tagger.tag(features)
            for first, stop, kind in spans_of(labels):
                score = min(self._tagger.marginal(labels[i], i) for i in range(first, stop))
                out.append(Mention(tokens[first].start, tokens[stop - 1].end, kind, "tagger", round(score, 4)))
        return out


@cache
def load_tagger() -> NameTagger:
    """The package's own tagger."""
    resource = files("aigraph").joinpath("weights", WEIGHTS)
    with as_file(resource) as path:
        if not path.exists():
            raise ModelFileError(f"no weights {WEIGHTS} in the package: run `aigraph train` or reinstall")
        return NameTagger(str(path))
