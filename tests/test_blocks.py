"""What each stretch of lines is, and under what it stands."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigraph.model import Block
from aigraph.text.blocks import split_blocks
from aigraph.text.normalise import normalise

DATA = Path(__file__).parent / "data"
LINES = st.lists(
    st.sampled_from(
        ["", "# 标题", "## Two", "- item", "  - nested", "1、一条新闻", "正文一句话。", "| a | b |", "|---|---|",
         "> 引", "```", "问：好吗？", "答：我们很好。", "A 1 2", "模型 MMLU C-Eval", "Fern 3 70.1 80.2", "参考文献",
         "[1] Doe J. Paper. 2024.", "---", "一、背景", "TITLE CASE", "名\t值\t数", "甲\t1\t2", "Rank", "1", "7.5",
         "x" * 90, "断在这里的一行没有句号" * 5, "编辑：某", "　缩进的行"]
    ),
    max_size=40,
)  # fmt: skip


def blocks_of(text: str) -> list[Block]:
    return split_blocks(text, normalise(text))


def check_cover(text: str, blocks: list[Block]) -> None:
    norm = normalise(text)
    inside: set[int] = set()
    last = 0
    for index, block in enumerate(blocks):
        assert block.index == index
        assert last <= block.start < block.end <= len(text)
        assert not norm[block.start].isspace() and not norm[block.end - 1].isspace()
        assert block.parent is None or block.parent < index
        for start, end in block.cells:
            assert block.start <= start <= end <= block.end
        inside.update(range(block.start, block.end))
        last = block.end
    assert all(k in inside for k, char in enumerate(norm) if not char.isspace())


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_blocks_cover_every_sign_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    check_cover(text, blocks_of(text))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_blocks_cover_any_text(text: str) -> None:
    check_cover(text, blocks_of(text))


@pytest.fixture(scope="module")
def digest() -> tuple[str, list[Block]]:
    text = (DATA / "digest.md").read_text(encoding="utf-8")
    return text, blocks_of(text)


def find(text: str, blocks: list[Block], start: str) -> Block:
    return next(block for block in blocks if text.startswith(start, block.start))


def test_outline(digest: tuple[str, list[Block]]) -> None:
    text, blocks = digest
    title, models, news = (find(text, blocks, s) for s in ("# 示例", "## 模型", "1、云岭"))
    assert (title.kind, title.level, title.parent) == ("heading", 1, None)
    assert (models.kind, models.level, models.parent) == ("heading", 2, title.index)
    assert (news.kind, news.level, news.parent) == ("heading", 3, models.index)
    assert find(text, blocks, "2、Harbor").parent == models.index
    assert find(text, blocks, "云岭科技周二").parent == news.index


def test_items_nest(digest: tuple[str, list[Block]]) -> None:
    text, blocks = digest
    outer, inner = find(text, blocks, "- **Fern"), find(text, blocks, "- 代码")
    assert (outer.kind, outer.level) == ("item", 1)
    assert (inner.kind, inner.level, inner.parent) == ("item", 2, outer.index)
    assert find(text, blocks, "- **Kelp").level == 1


def test_markdown_table(digest: tuple[str, list[Block]]) -> None:
    text, blocks = digest
    header, row = find(text, blocks, "| 模型"), find(text, blocks, "| Fern")
    assert header.kind == row.kind == "row"
    assert [text[a:b] for a, b in header.cells] == ["模型", "MMLU", "GSM8K"]
    assert [text[a:b] for a, b in row.cells] == ["Fern-7B", "61.2", "70.1"]
    assert row.parent == header.index


def test_other_kinds(digest: tuple[str, list[Block]]) -> None:
    text, blocks = digest
    kinds = {start: find(text, blocks, start).kind for start in ("> 数据", "```", "[1]", "[2]", "编辑")}
    assert kinds == {"> 数据": "quote", "```": "code", "[1]": "reference", "[2]": "reference", "编辑": "boilerplate"}


def test_scanned_page_is_joined_and_its_table_read() -> None:
    text = (DATA / "scan.txt").read_text(encoding="utf-8")
    blocks = blocks_of(text)
    paragraph = find(text, blocks, "The second")
    assert text[paragraph.end - 16 : paragraph.end] == "lion for a rack."
    header = find(text, blocks, "Card Maker")
    rows = [block for block in blocks if block.parent == header.index]
    assert [[text[a:b] for a, b in row.cells] for row in rows] == [
        ["H2", "Harbor", "96 GB", "300 W", "$9,900"],
        ["Fern 3", "Yunling", "64 GB", "180 W", "n/a"],
        ["T9", "Mosaik Semi", "48 GB", "120 W", "$4,200"],
    ]
    caption = find(text, blocks, "Table 1")
    assert caption.kind == "heading" and header.parent == caption.index
    assert find(text, blocks, "Nothing").parent != caption.index


def test_interview() -> None:
    text = (DATA / "interview.txt").read_text(encoding="utf-8")
    blocks = blocks_of(text)
    assert [(block.kind, block.speaker) for block in blocks] == [
        ("heading", None), ("turn", "问"), ("turn", "林某"), ("turn", "问"), ("turn", "林某"), ("boilerplate", None),
    ]  # fmt: skip


def speakers_of(text: str) -> list[tuple[str | None, str]]:
    return [(block.speaker, text[block.start : block.end]) for block in blocks_of(text)]


@pytest.mark.parametrize(
    "turns",
    [
        [
            ("Nora Field", "How long is the context?"),
            ("Ian Marlow", "Fern 4 has a context length of 1,000,000 tokens."),
            ("Nora Field", "And when was it released?"),
            ("Ian Marlow", "Fern 4 was released on April 14, 2025."),
        ],
        [
            ("主持人", "上下文有多长？"),
            ("林知远", "Fern 4 的上下文是一百万词元。"),
            ("主持人", "何时发布？"),
            ("林知远", "Fern 4 于2025年4月14日发布。"),
        ],
    ],
    ids=["en", "zh"],
)
def test_who_answers_drily_is_a_speaker_too(turns: list[tuple[str, str]]) -> None:
    for colon, gap in ((": ", "\n"), ("：", "\n\n")):
        lines = [f"{name}{colon}{speech}" for name, speech in turns]
        assert speakers_of(gap.join(lines)) == [(turn[0], line) for turn, line in zip(turns, lines, strict=True)]


def test_a_label_of_nobody_known_ends_the_turn_before() -> None:
    lines = [
        "Nora Field: How long is the context?",
        "Ian Marlow: Fern 4 has a context length of 1,000,000 tokens.",
        "The window was half as long before, and twice as dear for every token of it.",
        "Nora Field: And when was it released?",
        "Price: $3 per million tokens, said the slide behind them both that day.",
    ]
    told = speakers_of("\n\n".join(lines))
    assert told[:3] == [("Nora Field", lines[0]), (None, lines[1]), (None, lines[2])]
    assert told[3:] == [("Nora Field", lines[3]), ("Nora Field", lines[4])]  # a word for data is nobody's label


def test_recurring_labels_of_data_are_no_speakers() -> None:
    text = "清单\n\n价格：每月 20 元，很便宜。\n许可：MIT，可以商用。\n" * 2
    assert all(block.speaker is None for block in blocks_of(text))


def test_transcript_without_line_breaks_is_cut_at_its_speakers() -> None:
    text = (
        "访谈\n"
        "王某:我们做了一个模型。李某:你们用了多少卡?王某:我们用了八张卡。"
        "李某:大家都这样吗?王某:我觉得不是。李某:谢谢你。"
    )
    turns = [block for block in blocks_of(text) if block.kind == "turn"]
    assert [block.speaker for block in turns] == ["王某", "李某"] * 3
    assert text[turns[1].start : turns[1].end] == "李某:你们用了多少卡?"


def test_flattened_and_vertical_tables() -> None:
    flat = "模型 SWE-bench Verified BrowseComp\nFern 4.5 64.2 37.5\nKelp-2 57.6 /\nMoss Opus 4 67.8 43.2\n"
    rows = [block for block in blocks_of(flat) if block.kind == "row"]
    assert [[flat[a:b] for a, b in row.cells] for row in rows] == [
        ["模型", "SWE-bench Verified", "BrowseComp"],
        ["Fern 4.5", "64.2", "37.5"],
        ["Kelp-2", "57.6", "/"],
        ["Moss Opus 4", "67.8", "43.2"],
    ]
    tall = "Rank\nModel\nScore\n1\nFern\n72.3\n2\nKelp\n71.0\n3\nMoss\n70.2\n"
    rows = [block for block in blocks_of(tall) if block.kind == "row"]
    assert [[tall[a:b] for a, b in row.cells] for row in rows][1] == ["1", "Fern", "72.3"]
    assert all(row.parent == rows[0].index for row in rows[1:])


def test_a_list_is_not_turned_into_headings() -> None:
    text = "研究问题如下：\n\n1. 资源需求大\n2. 适应性不足\n3. 推理有限\n\n为此提出了一种方法，详见下文的说明。\n"
    kinds = [block.kind for block in blocks_of(text)]
    assert kinds == ["paragraph", "item", "item", "item", "paragraph"]
    assert {block.parent for block in blocks_of(text) if block.kind == "item"} == {0}


def test_name_and_office_on_their_own_lines_are_no_headings() -> None:
    text = (
        "标题在此\n\n这是一段足够长的正文，用来结束上一节的内容。\n\n"
        "李某某\n\n某大学教授\n\n“这是他说的一句话，足够长，可以算作正文。”\n"
    )
    assert [block.kind for block in blocks_of(text)] == ["heading"] + ["paragraph"] * 4


def test_empty_text_has_no_blocks() -> None:
    assert blocks_of("") == blocks_of(" \n\t\n") == []


@pytest.mark.parametrize("line", ["a  b  c\n", "a 1 2\n", "a|b|c\n", "1\n", "- a\n", "王某:我。李某:你？"])
def test_time_grows_with_the_text_only(line: str) -> None:
    def seconds(count: int) -> float:
        text = line * count
        begin = time.process_time()
        blocks_of(text)
        return time.process_time() - begin

    seconds(10)
    assert seconds(4000) < 12 * seconds(1000) + 0.2
