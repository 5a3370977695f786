"""Sentences, and the tokenizer's promise to rebuild the text."""

import re

import jieba
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from aigraph.text import tokenise
from aigraph.text.blocks import split_blocks
from aigraph.text.normalise import normalise
from aigraph.text.segment import split_sentences
from aigraph.text.tokenise import han_words, words_and_spaces


def sentences_of(text: str) -> list[str]:
    norm = normalise(text)
    return [text[s.start : s.end] for s in split_sentences(text, norm, split_blocks(text, norm))]


@pytest.mark.parametrize(
    "sentences",
    [
        ["今天发布了新模型。", "价格不变！", "真的吗？", "“是的。”", "他说。"],
        ["参数 3.5 亿；上下文 128K；许可为 MIT。", "下一句在此，也要够长。"],
        [
            "Dr. Moss of Harbor Inc. said U.S. sales rose 3.5 percent in Jan. 2025.",
            "No. 1 was J. K. Fern, Ph.D.",
            "It ended.",
        ],
        ["He founded Harbor Inc.", "The firm sells cards.", '"It works," he said.', "Yes!"],
        ["See v1.2 at example.com for details.", "It costs $3.50."],
        ["模型叫 C.M. 而已，没有别的意思。", "完毕，谢谢各位的收看。"],
    ],
)
def test_borders(sentences: list[str]) -> None:
    glue = "" if ord(sentences[0][0]) > 0x2E80 else " "
    assert sentences_of(glue.join(sentences)) == sentences


def test_stops_left_by_a_conversion_do_not_cut() -> None:
    text = "腾讯推出新一代快思考模型 。Turbo S,加速了大模型的演进步伐;第二句到此为止。第三句也结束了。"
    assert sentences_of(text)[0].endswith("第二句到此为止。")


def test_spaced_stops_of_a_scan_still_cut() -> None:
    assert len(sentences_of("第一句话说完了 。 第二句话也说完了 。 第三句话到此结束 。")) == 3


def test_straight_quotes_go_with_their_sentence() -> None:
    text = '他说"很好。"然后走了。"明天见。"她说。'
    assert "".join(sentences_of(text)) == text
    assert sentences_of(text)[1].startswith("然后")


def test_row_and_heading_are_one_sentence() -> None:
    text = "# 标题。带句号。还有\n\n| 甲。乙 | 1.5 |\n| 丙。丁 | 2.5 |\n"
    assert sentences_of(text)[0] == "# 标题。带句号。还有"
    assert len(sentences_of(text)) == 3


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="一二。！？；.!?\"'”“（）* \nAaInc.1,:-…"))
def test_sentences_cover_their_blocks(text: str) -> None:
    norm = normalise(text)
    blocks = split_blocks(text, norm)
    found = split_sentences(text, norm, blocks)
    inside: set[int] = set()
    for index, sentence in enumerate(found):
        block = blocks[sentence.block]
        assert sentence.index == index
        assert block.start <= sentence.start < sentence.end <= block.end
        assert inside.isdisjoint(range(sentence.start, sentence.end))
        assert not norm[sentence.start].isspace() and not norm[sentence.end - 1].isspace()
        inside.update(range(sentence.start, sentence.end))
    assert all(k in inside for block in blocks for k in range(block.start, block.end) if not norm[k].isspace())


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_tokens_rebuild_the_text(text: str) -> None:
    words, spaces = words_and_spaces(text)
    assert "".join(word + " " * space for word, space in zip(words, spaces, strict=True)) == text
    assert all(words)


def test_pipeline_with_the_registered_tokenizer() -> None:
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "aigraph.Tokenizer.v1"}}})
    text = "輝達發佈 RTX 5090，C++ isn't  dead。\n得分71.6%"
    doc = nlp(text)
    assert doc.text == text
    assert {"C++", "isn't", "71.6", "5090"} <= {token.text for token in doc}
    assert isinstance(nlp.tokenizer, tokenise.Tokenizer)


def test_rjieba_cuts_like_jieba() -> None:
    rjieba = pytest.importorskip("rjieba")
    sample = (
        "深度求索在杭州发布新一代大模型，训练成本显著降低。清华大学的研究团队提出了混合专家架构，"
        "推理速度提升两倍。国家数据局表示将继续支持人工智能产业发展，投资机构纷纷跟进。"
    )
    for run in re.findall(r"[\u4e00-\u9fff]+", sample):
        assert rjieba.cut(run) == jieba.lcut(run) == han_words(run)
