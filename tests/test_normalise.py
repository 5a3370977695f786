"""Same-length folding, and the key under which names are equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigraph.text.language import block_language, document_language
from aigraph.text.normalise import name_key, normalise


@given(st.text())
def test_length_is_kept(text: str) -> None:
    assert len(normalise(text)) == len(text)


@given(st.text(alphabet="輝達發佈裡後乾著Ａ１％－ \u3000\u200b\u00a0⼈⻓ﬁ①\r\n\t\x00\ud800"))
def test_length_is_kept_for_odd_characters(text: str) -> None:
    assert len(normalise(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ｑｗｅｎ２.５", "Qwen2.5"),
        ("提升５０％", "提升50%"),
        ("量⼦位", "量子位"),
        ("⻓⻅", "长见"),
        ("輝達發佈", "辉达发布"),
        ("（ＡＩ），：；", "（AI），：；"),
        ("Last‑Exam", "Last-Exam"),
        ("Humanity’s", "Humanity's"),
        ("说：‘好’", "说：‘好’"),
        ("a\u200bb\u3000c\u00a0d", "a b c d"),
        ("a\r\nb", "a \nb"),
        ("① ﬁ ²", "① ﬁ ²"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert normalise(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-4o", "GPT 4O"),
        ("Llama-3-70B", "Llama 3 70B"),
        ("輝達", "辉达"),
        ("史蒂夫·乔布斯", "史蒂夫 乔布斯"),
        ("《自然》", "自然"),
        ("8×7B", "8x7B"),
        ("Ｑｗｅｎ", "qwen"),
    ],
)
def test_same_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Claude 3.5", "Claude 35"),
        ("Llama 3 70B", "Llama 370B"),
        ("GPT-4", "GPT-4o"),
        ("C++", "C"),
        ("C#", "C"),
        ("Grok-1.5", "Grok-1 5"),
    ],
)
def test_other_name(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(min_size=1))
def test_key_is_stable(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_languages() -> None:
    assert document_language("英伟达发布新显卡") == "zh-Hans"
    assert document_language("輝達發表新顯示卡") == "zh-Hant"
    assert document_language("Nvidia shows a new card") == "en"
    assert document_language("") == "en"


def test_block_languages_lean_on_the_document() -> None:
    assert block_language("OpenAI released a new model today", "zh-Hans") == "en"
    assert block_language("GPT-4o", "zh-Hant") == "zh-Hant"
    assert block_language("87.3", "zh-Hans", "en") == "en"
    assert block_language("中文", "zh-Hant") == "zh-Hant"
    assert block_language("發佈", "zh-Hans") == "zh-Hant"
