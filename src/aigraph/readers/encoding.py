"""Which encoding bytes are in: byte order mark, strict UTF-8, UTF-16 by its zero bytes, then GB18030 against Big5.

Never guesses with replacement characters: bytes that fit no encoding well are refused, with the offset of the first
bad one. Legacy encodings are told apart by how many of the decoded characters are everyday ones in that encoding.
"""

from __future__ import annotations

import codecs

from aigraph.errors import UnreadableDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")
_EVERYDAY = 0.7  # share of everyday characters that a right decoding reaches
_SAMPLE = 65536
_DAMAGE = 0.02  # UTF-8 with fewer bad bytes than this is damaged UTF-8, not another encoding


def decode(data: bytes) -> tuple[str, str]:
    """Text and name of the encoding. Raises UnreadableDocument, saying why, for binary or undecodable bytes."""
    encoding = detect(data)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"is not valid {encoding} at byte {error.start}; repair the file or save it as UTF-8"
        ) from error


def detect(data: bytes, whole: bool = True) -> str:
    """The encoding of `data`, which may be only the beginning of a file (`whole` False)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if data.startswith(_MAGIC):
        raise UnreadableDocument("is binary, not text; give it its right file ending")
    if b"\0" in data:
        return _wide(data)
    bad = _first_bad(data, "utf-8", whole)
    if bad is None:
        _refuse_controls(data)
        return "utf-8"
    sample = data[: _SAMPLE - _SAMPLE % 2]
    for wide in ("utf-16-le", "utf-16-be"):
        if len(data) % 2 == 0 and _is_wide_chinese(sample.decode(wide, "replace")):
            return wide
    replaced = sample.decode("utf-8", "replace").count("\ufffd")
    if (
        replaced <= max(8, _DAMAGE * len(sample))
        and any(byte > 0xDF for byte in sample)
        and _multibyte(sample) > 4 * replaced
    ):
        raise UnreadableDocument(f"is UTF-8 damaged at byte {bad}; repair the file or save it again")
    scores = [(_score(data, name, whole), name) for name in ("gb18030", "big5hkscs")]
    best, name = max(scores, key=lambda pair: pair[0])
    if best >= _EVERYDAY:
        return "big5" if name == "big5hkscs" and _first_bad(data, "big5", whole) is None else name
    if _is_western(data, whole):
        return "cp1252"
    raise UnreadableDocument(
        f"is in no known encoding: not UTF-8 (byte {bad}), and neither GB18030 nor Big5 gives sensible text; "
        "save it as UTF-8"
    )


def _is_wide_chinese(text: str) -> bool:
    """Whether nearly all characters are everyday Han or Chinese punctuation: UTF-16 without mark or ASCII."""
    usual = sum("\u3000" <= char <= "\u303f" or char >= "\uff00" or _is_everyday(char) for char in text)
    return usual >= 0.9 * len(text)


def _is_everyday(char: str) -> bool:
    """Whether a character is on the first level of GB 2312 or of Big5."""
    simplified, traditional = char.encode("gb2312", "ignore"), char.encode("big5", "ignore")
    return b"\xb0" <= simplified[:1] <= b"\xd7" or b"\xa4" <= traditional[:1] <= b"\xc6"


def _first_bad(data: bytes, encoding: str, whole: bool) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(data, final=whole)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _refuse_controls(data: bytes) -> None:
    sample = data[:_SAMPLE]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in sample)
    if controls * 10 > len(sample):
        raise UnreadableDocument("is binary, not text; give it its right file ending")


def _multibyte(sample: bytes) -> int:
    """How many well-formed characters beyond ASCII UTF-8 finds."""
    return sum(ord(char) > 0x7F and char != "\ufffd" for char in sample.decode("utf-8", "replace"))


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, by which half of the pairs holds the zero bytes; anything else with zeros is binary."""
    even, odd = data[0:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    name = "utf-16-be" if even > odd else "utf-16-le"
    text = data[: _SAMPLE - _SAMPLE % 2].decode(name, "replace") if len(data) % 2 == 0 else ""
    odd_signs = sum(
        char == "\ufffd" or ("\ue000" <= char <= "\uf8ff") or (char < " " and char not in "\t\n\r") for char in text
    )
    usual = sum(
        char < "\u0250" or "\u2000" <= char <= "\u206f" or "\u3000" <= char <= "\u9fff" or char >= "\uff00"
        for char in text
    )
    if text and min(even, odd) * 8 <= max(even, odd) and odd_signs * 50 <= len(text) and usual >= 0.9 * len(text):
        return name
    raise UnreadableDocument("is binary, not text; give it its right file ending")


def _score(data: bytes, encoding: str, whole: bool) -> float:
    """Share of the Han characters that belong to the everyday level of the encoding; 0.0 where it does not decode."""
    if _first_bad(data, encoding, whole) is not None:
        return 0.0
    text = data[:_SAMPLE].decode(encoding, "ignore")
    han = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    strange = sum("\ue000" <= char <= "\uf8ff" for char in text)
    low, high = (0xB0, 0xD7) if encoding == "gb18030" else (0xA4, 0xC6)
    everyday = 0
    for char in han:
        lead = char.encode(encoding)
        everyday += len(lead) == 2 and low <= lead[0] <= high and (encoding != "gb18030" or lead[1] >= 0xA1)
    return everyday / (len(han) + strange) if han else 0.0


def _is_western(data: bytes, whole: bool) -> bool:
    """Windows-1252: mostly ASCII letters, with a few accents or typographic signs."""
    sample = data[:_SAMPLE]
    high = sum(byte > 0x7F for byte in sample)
    letters = sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    undefined = any(byte in b"\x81\x8d\x8f\x90\x9d" for byte in sample)
    return not undefined and letters > len(sample) / 2 and high * 8 <= len(sample)
