import io
import zipfile

import pytest

from processes import archives
from processes.cases.file_types import check, clean_name
from processes.errors import FileRefused
from processes.settings import Settings

ALLOWED = Settings().file_types
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def office(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return buffer.getvalue()


def take(name, content, most=1000):
    return check(name, content, allowed=ALLOWED, most_bytes=most)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.png", PNG, "image/png"),
        ("photo.JPG", b"\xff\xd8\xff\xe0 more", "image/jpeg"),
        ("slip.pdf", b"%PDF-1.7 more", "application/pdf"),
        ("lot.csv", "批号,数量\n".encode("gb18030"), "text/csv"),
        ("note.txt", "裂纹".encode(), "text/plain"),
        ("mail.eml", b"From: a@b.c\n\nhello", "message/rfc822"),
        (
            "letter.docx",
            office("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("table.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 more", "application/vnd.ms-excel"),
        ("pic.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_the_content_decides(name, content, kind):
    assert take(name, content).type == kind


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.png", b"<script>alert(1)</script>", "not what its name says"),
        ("photo.jpg", PNG, "not what its name says"),
        ("page.html", b"<html></html>", ".html"),
        ("run.exe", b"MZ\0\0", ".exe"),
        ("drawing.svg", b"<svg/>", ".svg"),
        ("empty.txt", b"", "empty"),
        ("big.txt", b"x" * 1001, "larger"),
        ("macro.docx", office("word/document.xml", "word/vbaProject.bin"), "not what its name says"),
        ("MACRO.DOCX", office("word/document.xml", "word/VBAPROJECT.BIN"), "not what its name says"),
        ("zip.docx", b"PK\x03\x04 broken", "not what its name says"),
        ("plain.docx", office("other/thing.xml"), "not what its name says"),
        ("binary.txt", b"a\0b", "not what its name says"),
        (
            "typeless.docx",
            office("word/document.xml").replace(b"[Content_Types].xml", b"[Content_Types].xmk"),
            "its name",
        ),
        ("unknown", b"\0\1\2", "not what its name says"),
    ],
)
def test_what_is_not_wanted_is_refused(name, content, why):
    with pytest.raises(FileRefused, match=why):
        take(name, content)


def test_a_zip_file_with_a_long_list_is_not_looked_into(monkeypatch):
    """Each entry takes time and memory before anything of it is known."""
    many = office("word/document.xml", *(f"word/{number:04}{'x' * 240}" for number in range(4000)))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(FileRefused, match="not what its name says"):
        take("many.docx", many, most=len(many))


def test_a_zip_file_that_names_other_sizes_is_not_looked_into():
    plain = office("word/document.xml")
    at = plain.rindex(b"PK\x05\x06")
    for told in (b"\xff\xff\xff\xff", (1).to_bytes(4, "little")):
        forged = plain[: at + 12] + told + plain[at + 16 :]
        with pytest.raises(FileRefused, match="not what its name says"):
            take("forged.docx", forged, most=len(forged))
    locator = plain[:at] + b"PK\x06\x07" + bytes(16) + plain[at:]
    with pytest.raises(FileRefused, match="not what its name says"):
        take("large.docx", locator, most=len(locator))


def test_a_zip_file_is_not_unpacked_for_more_than_is_taken(monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abc":
            archive.writestr(name, b" " * 1000)
    with archives.opened(packed.getvalue()) as archive:
        monkeypatch.setattr(archive, "read", lambda _entry: b"unpacked")
        assert archives.unpacked(archive, archive.infolist(), files=3, size=3000) == [b"unpacked"] * 3
        for files, size in ((2, 3000), (3, 2999)):
            with pytest.raises(archives.TooMuch):
                archives.unpacked(archive, archive.infolist(), files=files, size=size)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b" " * 1000)
    with pytest.raises(archives.Unreadable, match="packed in a way"), archives.opened(packed.getvalue()) as archive:
        archives.unpacked(archive, archive.infolist(), files=3, size=3000)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.comment = b"told about it at some length, beyond its end"
    with archives.opened(packed.getvalue()) as archive:
        assert archive.namelist() == []
    large = packed.getvalue().replace(b"PK\x05\x06", archives.ZIP64 + bytes(16) + b"PK\x05\x06")
    with pytest.raises(archives.Unreadable, match="more than 4 GB"), archives.opened(large):
        pass


@pytest.mark.parametrize(
    ("at", "forged"),
    [
        (8, (99).to_bytes(2, "little")),  # packed in a way that nobody knows
        (6, b"\x01\x00"),  # with a password
        (30, b"\xff" * 30),  # of other bytes
        (18, (5).to_bytes(4, "little")),  # shorter than what it holds
        (6, b"\x20\x00"),  # a patch of another file
    ],
)
def test_a_zip_file_that_cannot_be_unpacked_is_none(at, forged):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"words of a file " * 9)
    content = bytearray(packed.getvalue())
    central = content.index(b"PK\x01\x02")
    places = [at] if at == 30 else [at, central + at + 2]
    for place in places:
        content[place : place + len(forged)] = forged
    with pytest.raises(archives.Unreadable), archives.opened(bytes(content)) as archive:
        archives.unpacked(archive, archive.infolist(), files=1, size=10_000)


def test_a_name_without_an_ending_gets_one():
    assert take("photo", PNG).name == "photo.png"


def test_a_type_that_the_settings_leave_out_is_refused():
    with pytest.raises(FileRefused, match="image/gif"):
        check("a.gif", b"GIF89a", allowed=["image/png"], most_bytes=10)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\slip.pdf", "slip.pdf"),
        ("evil\u202egpj.exe.txt", "evilgpj.exe.txt"),
        ("a\0b\n.txt", "ab.txt"),
        ("a\u2028b\u2029c\ud800.txt", "abc.txt"),
        ("y" * 300, "y" * 150),
        ("x." + "y" * 300, ".yyyyyyyyyy"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("报告 1.pdf", "报告 1.pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept
