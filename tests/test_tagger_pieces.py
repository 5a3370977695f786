"""A line of any length is tagged in pieces; what is short stays whole."""

import tracemalloc

from aigraph.recognise.features import tokens_of
from aigraph.recognise.tagger import PIECE, load_tagger, pieces


def tokens(text):
    return tokens_of(text, 0, len(text))


def test_a_line_of_usual_length_is_one_piece():
    line = tokens("OpenAI released GPT-5. " * 20)
    assert list(pieces(line)) == [(0, len(line))]


def test_pieces_cover_the_line_and_end_with_sentences():
    line = tokens("智谱发布了新模型，很多人在用。" * 400)
    found = list(pieces(line))
    assert [a for a, _ in found] == [0, *(b for _, b in found[:-1])]
    assert found[-1][1] == len(line)
    assert all(b - a <= PIECE for a, b in found)
    assert all(line[b - 1].form == "。" for _, b in found[:-1])


def test_without_sentences_a_piece_ends_between_words_and_else_anywhere():
    words = tokens("alpha beta-2 " * 1000)
    assert all(not words[b].glued for _, b in list(pieces(words))[:-1])
    assert [b - a for a, b in pieces(tokens("字" * (PIECE + 10)))] == [PIECE, 10]


def test_names_are_found_alike_in_one_line_and_in_many():
    sentence = "周五，OpenAI 发布了 GPT-5，英伟达 CEO 黄仁勋到场。"
    times = 150
    found = load_tagger().tag(sentence * times)
    names = [(sentence * times)[m.start : m.end] for m in found]
    assert names.count("黄仁勋") == times
    assert names.count("GPT-5") == times


def test_memory_does_not_grow_with_the_length_of_a_line():
    sentence = "周五，OpenAI 发布了 GPT-5，英伟达 CEO 黄仁勋到场。"

    def peak(times):
        tracemalloc.start()
        load_tagger().tag(sentence * times)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    load_tagger().tag(sentence)
    assert peak(800) < 2 * peak(200)
