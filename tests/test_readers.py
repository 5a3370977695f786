"""Every format, every encoding, and every way in which a file can be unreadable."""

import csv
import hashlib
import io
import json
import sys
import tomllib
from pathlib import Path

import pytest

from aigraph.model import Document
from aigraph.readers import ReadFailure, document_id, read_documents
from aigraph.readers.dateline import stated_date
from aigraph.readers.reading import iso_date

HANS = "深度求索发布了新模型，上下文扩展到 128K，价格不变。" * 3
HANT = "深度求索發佈了新模型，輝達的股價隨之上漲，價格不變。" * 3
ROOT = Path(__file__).parent.parent


def one(path: Path) -> Document:
    found = list(read_documents([path]))
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def failure(path: Path | str) -> ReadFailure:
    found = list(read_documents([path]))
    assert len(found) == 1 and isinstance(found[0], ReadFailure), found
    return found[0]


@pytest.mark.parametrize(
    ("text", "encoding", "reported"),
    [
        (HANS, "utf-8", "utf-8"),
        (HANS, "utf-8-sig", "utf-8-sig"),
        (HANS, "utf-16", "utf-16"),
        (HANS, "utf-16-le", "utf-16-le"),
        (HANS, "utf-16-be", "utf-16-be"),
        (HANS, "gb18030", "gb18030"),
        (HANS, "gbk", "gb18030"),
        (HANT, "big5", "big5"),
        (HANT, "utf-16-le", "utf-16-le"),
        ("Café “quotes” — a naïve résumé, with plenty of plain English words around it.", "cp1252", "cp1252"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str, reported: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    document = one(path)
    assert document.text == text
    assert document.media_type == f"text/plain; charset={reported}"


def test_line_ends_and_hash(tmp_path: Path) -> None:
    path = tmp_path / "My File.txt"
    path.write_bytes(b"one\r\ntwo\rthree\n")
    document = one(path)
    assert document.text == "one\ntwo\nthree\n"
    assert document.sha256 == hashlib.sha256(document.text.encode()).hexdigest()
    assert document.id == f"my-file-{document.sha256[:12]}"


def test_ids_are_safe_in_an_iri() -> None:
    assert document_id("深度/报告 1.txt", "a" * 64) == f"1-{'a' * 12}"
    assert document_id("报告.pdf", "a" * 64) == f"document-{'a' * 12}"
    assert document_id("rows.jsonl#3", "b" * 64) == f"rows-3-{'b' * 12}"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (HANS.encode()[:56] + b"\xff" + HANS.encode()[56:], "damaged at byte 56"),
        (b"\x81\xff\x80\xfe" * 40, "no known encoding"),
    ],
)
def test_unreadable_text(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert word in failure(path).reason
    assert failure(path).source == str(path)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.pdf"])
def test_locked_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / name).write_text(HANS, encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    assert failure(tmp_path / name).reason.startswith("cannot be opened: Permission denied")


def test_missing_and_unmatched(tmp_path: Path) -> None:
    assert "does not exist" in failure(tmp_path / "none.txt").reason
    assert "matches no file" in failure(str(tmp_path / "*.txt")).reason
    assert "holds no document" in failure(tmp_path).reason


def test_folder_is_sorted_and_bad_files_do_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.md", "sub/c.txt"):
        (tmp_path / name).write_text(f"{name} {HANS}", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "odd.xyz").write_text("x")
    for name in ("README.md", "manifest.json", "logo.png", ".hidden.txt", "LICENSE"):
        (tmp_path / name).write_text("x")
    found = list(read_documents([tmp_path]))
    assert [item.name for item in found if isinstance(item, Document)] == ["a.md", "b.txt", "sub/c.txt"]
    assert [Path(item.source).name for item in found if isinstance(item, ReadFailure)] == ["empty.txt", "odd.xyz"]
    assert list(read_documents([tmp_path])) == found


def test_globs_and_repeats_give_each_file_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text(name + HANS, encoding="utf-8")
    found = list(read_documents([str(tmp_path / "*.txt"), tmp_path / "a.txt", tmp_path]))
    assert [item.name for item in found if isinstance(item, Document)] == ["a.txt", "b.txt"]


def test_manifest_gives_metadata_and_dates_have_an_order(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"2020-01-02\n{name} {HANS}", encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(
        '[[document]]\nfile = "a.txt"\ndate = 2025-08-21\ntitle = "T"\nurl = "https://example.org/"\nlang = "zh-Hans"\n'
    )
    a, b, _ = (item for item in read_documents([tmp_path], date="2024-05") if isinstance(item, Document))
    assert (a.date, a.title, a.url, a.lang) == ("2025-08-21", "T", "https://example.org/", "zh-Hans")
    assert b.date == "2024-05"
    assert one(tmp_path / "b.txt").date == "2020-01-02"
    assert one(tmp_path / "a.txt").title == "T"


def test_malformed_manifest_is_named_and_the_files_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HANS, encoding="utf-8")
    (tmp_path / "manifest.toml").write_text("[[document]]\nfile = ")
    kinds = [type(item) for item in read_documents([tmp_path])]
    assert kinds == [ReadFailure, Document]


def test_html_article(tmp_path: Path) -> None:
    path = tmp_path / "p.html"
    path.write_text(
        """<html><head><title>Launch - Site</title><meta property="og:title" content="Big launch">
        <meta property="article:published_time" content="2025-03-04T10:00:00+08:00">
        <link rel="canonical" href="https://example.org/launch"></head><body><nav>Home About</nav><article>
        <h1>Big launch</h1><p>Harbor <b>released</b> Kelp&nbsp;2 on <a href="#">Thursday</a>.</p>
        <ul><li>one<ul><li>two</li></ul></li></ul>
        <table><tr><th>Model</th><th>MMLU</th></tr><tr><td>Kelp 2</td><td>64.0</td></tr></table>
        <blockquote><p>Said.</p></blockquote><pre>a
 b</pre><script>x()</script></article><footer>(c)</footer></body></html>"""
    )
    document = one(path)
    assert (document.title, document.date, document.url) == ("Big launch", "2025-03-04", "https://example.org/launch")
    assert document.text == (
        "# Big launch\n\nHarbor released Kelp 2 on Thursday.\n\n- one\n  - two\n\n| Model | MMLU |\n|---|---|\n"
        "| Kelp 2 | 64.0 |\n\n> Said.\n\n```\na\n b\n```"
    )


def test_html_declared_encoding_and_lie(tmp_path: Path) -> None:
    page = f"<html><head><meta charset=gb2312></head><body><p>{HANS}</p></body></html>"
    for name, encoding in (("true.html", "gbk"), ("lie.html", "utf-8")):
        (tmp_path / name).write_bytes(page.encode(encoding))
        assert HANS in one(tmp_path / name).text
    (tmp_path / "none.html").write_text("<html><body><script>x</script></body></html>")
    assert "no text" in failure(tmp_path / "none.html").reason


def make_pdf(*pages: str) -> bytes:
    """A PDF of one text line a page, written by hand."""
    kids = " ".join(f"{4 + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for k, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * k} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    table = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{place:010d} 00000 n \n".encode() for place in places)
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF".encode())
    return out.getvalue()


def test_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf("Harbor shows Kelp-2", "Second page"))
    document = one(path)
    assert document.text == "Harbor shows Kelp-2\n\nSecond page"
    assert document.media_type == "application/pdf"
    path.write_bytes(make_pdf(""))
    assert "no text layer" in failure(path).reason
    path.write_bytes(b"%PDF-1.4 broken")
    assert "no intact PDF" in failure(path).reason


def test_docx(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.core_properties.title = "Report"
    document.add_heading("Models", 1)
    document.add_paragraph("Kelp 2 is out.")
    document.add_paragraph("first", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Model", "MMLU", "Kelp 2", "64.0"), strict=True
    ):
        cell.text = text
    path = tmp_path / "a.docx"
    document.save(path)
    read = one(path)
    assert read.title == "Report"
    assert read.text == "# Models\n\nKelp 2 is out.\n\n- first\n\n| Model | MMLU |\n|---|---|\n| Kelp 2 | 64.0 |\n"
    path.write_bytes(b"PK\x03\x04 broken")
    assert "no intact Word document" in failure(path).reason


def test_jsonl_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"text": HANS, "title": "T", "date": "2025/8/1", "url": "https://example.org/1"},
        {"text": ""},
        {"text": "x", "date": "soon"},
        {"text": "last"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n")
    found = list(read_documents([path]))
    first = found[0]
    assert isinstance(first, Document)
    assert (first.name, first.title, first.date, first.url) == ("a.jsonl#1", "T", "2025-08-01", "https://example.org/1")
    assert [item.source for item in found if isinstance(item, ReadFailure)] == ["a.jsonl#2", "a.jsonl#5"]
    assert [item.text for item in found if isinstance(item, Document)] == [HANS, "x", "last"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_cut_by_what_its_first_row_is_cut_by(tmp_path: Path, delimiter: str, encoding: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([("Title", "Date", "TEXT"), ("一, 二; 三", "2025-08-01", HANS + ";,|\n" + HANS)])
    (tmp_path / "a.csv").write_bytes(stream.getvalue().encode(encoding))

    document = one(tmp_path / "a.csv")

    assert (document.title, document.date, document.text) == ("一, 二; 三", "2025-08-01", HANS + ";,|\n" + HANS)


def test_csv_without_a_text_column_shows_its_first_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title;body\nT;B\n", encoding="utf-8")

    reason = failure(tmp_path / "a.csv").reason

    assert "no column 'text'" in reason and "'title;body'" in reason and "semicolons" in reason


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2025年8月27日", "2025-08-27"),
        ("二〇二五年八月二十七日", "2025-08-27"),
        ("20250827", "2025-08-27"),
        (20250827, "2025-08-27"),
        (2025, "2025"),
        ("Aug 27, 2025", "2025-08-27"),
        ("27 August 2025 10:30", "2025-08-27"),
        ("2025年8月", "2025-08"),
        ("2025.8.27", "2025-08-27"),
        ("", None),
        (None, None),
    ],
)
def test_the_date_of_a_row_is_read_as_people_write_it(tmp_path: Path, cell: object, date: str | None) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": HANS, "date": cell}) + "\n", encoding="utf-8")

    assert (one(tmp_path / "a.jsonl").date, one(tmp_path / "a.jsonl").notes) == (date, ())


@pytest.mark.parametrize("cell", ["soon", "yesterday", "8月27日", "2025-13-45", "2025年8月27日至29日", "v20250827b", 7])
def test_a_row_whose_date_is_none_is_read_with_a_note(tmp_path: Path, cell: object) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": HANS, "date": cell}) + "\n", encoding="utf-8")

    document = one(tmp_path / "a.jsonl")

    assert document.date is None
    assert [note.split(";")[0] for note in document.notes] == [f"the date {str(cell)!r} of its row was not understood"]


def test_csv_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="gb18030") as stream:
        writer = csv.writer(stream)
        writer.writerows([["Title", "Text", "Date"], ["甲", f"第一行\n{HANS}", "2025-01"], ["乙", "", ""]])
    found = list(read_documents([path]))
    first = found[0]
    assert isinstance(first, Document) and isinstance(found[1], ReadFailure)
    assert (first.title, first.date, first.text) == ("甲", "2025-01", f"第一行\n{HANS}")
    path.write_text("a,b\n1,2\n")
    assert "no column 'text'" in failure(path).reason


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    for data, expected in (
        (HANS.encode("gbk"), HANS),
        (make_pdf("Kelp"), "Kelp"),
        (b"<!DOCTYPE html><p>Kelp</p>", "Kelp"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        (document,) = read_documents(["-"])
        assert isinstance(document, Document) and document.text == expected and document.name == "stdin"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-8-1", "2025-08-01"),
        ("2025/08", "2025-08"),
        ("2025", "2025"),
        ("2025-08-01T10:00:00Z", "2025-08-01"),
        (None, None),
        ("", None),
    ],
)
def test_iso_date(value: str | None, expected: str | None) -> None:
    assert iso_date(value) == expected


@pytest.mark.parametrize("value", ["soon", "2025-13-01", "20250801", "2025-02-30"])
def test_no_date(value: str) -> None:
    with pytest.raises(ValueError):
        iso_date(value)


def test_bad_date_argument_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no date"):
        list(read_documents([tmp_path], date="yesterday"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("标题\n2025年3月25日 09:12　来源：某报\n正文。", "2025-03-25"),
        ("# 2025.8.27AI 动态汇总\n", "2025-08-27"),
        ("周刊（2025.3.3—3.16）\n", "2025-03-16"),
        ("Title\nBy A. Moss | SUNNYVALE | March 13, 2024\n", "2024-03-13"),
        ("Title\n14 Nov 2025\n", "2025-11-14"),
        ("正文说，2025年3月25日发布了一个模型。\n", None),
        ("Version 2025.13.45\n", None),
        ("只有 2025 年\n", None),
    ],
)
def test_stated_date(text: str, expected: str | None) -> None:
    assert stated_date(text) == expected


def test_shipped_manifest_matches_its_files() -> None:
    folder = ROOT / "seeds"
    if not (folder / "manifest.toml").is_file():
        pytest.skip("no seeds in this checkout")
    rows = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["document"]
    assert {row["file"] for row in rows} == {path.name for path in folder.glob("*.txt")}
    for row in rows:
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"]


def test_half_a_surrogate_pair_in_a_row_costs_no_other_row(tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "bad \\ud800 row"}\n{"text": "good row"}\n', encoding="utf-8")

    found = list(read_documents([rows]))

    assert [d.text for d in found] == ["bad \N{REPLACEMENT CHARACTER} row", "good row"]
