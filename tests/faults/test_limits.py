"""Every limit of `Limits`, each tried by a file that was made to break it, in a worker, where all reading happens.

Limits are small so that the tests are quick; that the same numbers reach the worker is a part of what is shown.
"""

import gzip
import hashlib
import io
import struct
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Facts
from shoufa.domain.mail import Part
from shoufa.readers import document, image
from shoufa.readers.limits import Limits
from shoufa.readers.pool import MAX_PLACES, OCR, WorkerPool
from shoufa.readers.worker_process import WorkerProcess

TOO_LARGE = UnreadableCode.TOO_LARGE
SMALL = Limits(
    mail_bytes=200_000, mail_parts=16, mail_depth=2, archive_depth=2, archive_members=20, archive_bytes=3_000_000,
    archive_ratio=50, ratio_floor=100_000, worker_documents=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(ocr=1, limits=SMALL) as made:
        yield made


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def noise(size: int, seed: bytes = b"") -> bytes:
    """Bytes that cannot be packed."""
    blocks = (hashlib.sha512(seed + struct.pack("<I", n)).digest() for n in range(size // 64 + 1))
    return b"".join(blocks)[:size]


def letter(attachments: int = 0, size: int = 10, inside: "EmailMessage | None" = None) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "x"
    made.set_content("hello")
    for number in range(attachments):
        made.add_attachment(noise(size), maintype="application", subtype="pdf", filename=f"{number}.pdf")
    if inside is not None:
        made.add_attachment(inside, filename="in.eml")
    return made


def refused(pool: WorkerPool, data: bytes, container: str = "zip") -> tuple[UnreadableCode, str]:
    with pytest.raises(Unreadable) as caught:
        pool.expand(data, "a.zip", container)
    return caught.value.code, caught.value.reason


def members(pool: WorkerPool, data: bytes) -> list[Part]:
    return pool.expand(data, "a.zip", "zip")[0]


class TestMail:
    """A mail's size, its parts, messages in messages."""

    def test_bytes(self, pool: WorkerPool) -> None:
        raw = letter(1, 140_000).as_bytes()
        assert len(raw) < SMALL.mail_bytes
        assert len(pool.read_mail(raw)[0].parts) == 1
        with pytest.raises(Unreadable) as caught:
            pool.read_mail(raw + b" " * (SMALL.mail_bytes - len(raw) + 1))
        assert caught.value.code is TOO_LARGE

    def test_parts(self, pool: WorkerPool) -> None:
        assert len(pool.read_mail(letter(SMALL.mail_parts - 2).as_bytes())[0].parts) == SMALL.mail_parts - 2
        with pytest.raises(Unreadable) as caught:
            pool.read_mail(letter(SMALL.mail_parts).as_bytes())  # the text is a part too, and so is the whole
        assert caught.value.code is TOO_LARGE

    def test_parts_without_entities(self, pool: WorkerPool) -> None:
        many = b"".join(b"begin 644 %d\n#86)C\n`\nend\n" % n for n in range(SMALL.mail_parts + 1))
        with pytest.raises(Unreadable) as caught:
            pool.read_mail(b"From: a@b.cn\nSubject: x\n\n" + many)
        assert caught.value.code is TOO_LARGE

    def test_depth(self, pool: WorkerPool) -> None:
        inner = letter(1)
        for _ in range(SMALL.mail_depth):
            inner = letter(inside=inner)
        fits = pool.read_mail(inner.as_bytes())[0].parts
        assert [(p.name, p.code) for p in fits] == [("0.pdf", None)]
        over = pool.read_mail(letter(inside=inner).as_bytes())[0].parts
        assert [(p.name, p.code) for p in over] == [("in.eml", TOO_LARGE)]


class TestArchive:
    """Depth, members, bytes, ratio: refused as a whole, and nothing of it is given."""

    def test_depth(self, pool: WorkerPool) -> None:
        data = zipped({"x.txt": b"x"})
        for _ in range(SMALL.archive_depth - 1):
            data = zipped({"in.zip": data})
        assert all(p.code is None for p in members(pool, data))
        assert [p.code for p in members(pool, zipped({"in.zip": data}))] == [None, TOO_LARGE]

    def test_members(self, pool: WorkerPool) -> None:
        most = SMALL.archive_members
        assert len(members(pool, zipped({str(n): b"x" for n in range(most)}))) == most
        assert refused(pool, zipped({str(n): b"x" for n in range(most + 1)}))[0] is TOO_LARGE

    def test_members_over_all_levels(self, pool: WorkerPool) -> None:
        inner = zipped({str(n): b"x" for n in range(8)})
        found = members(pool, zipped({f"{n}.zip": inner + b"" for n in range(3)}))
        assert [p.name for p in found if p.code] == ["2.zip"]

    def test_bytes_that_are_told(self, pool: WorkerPool) -> None:
        code, reason = refused(pool, zipped({str(n): noise(1_100_000, b"%d" % n) for n in range(3)}))
        assert code is TOO_LARGE
        assert reason.startswith("claims")

    def test_bytes_that_are_not_told(self, pool: WorkerPool) -> None:
        packed = gzip.compress(noise(3_100_000), 1)  # read as a stream, whose length stands at its very end
        code, reason = refused(pool, packed, "gz")
        assert (code, reason) == (TOO_LARGE, f"more than {SMALL.archive_bytes} bytes")

    def test_ratio(self, pool: WorkerPool) -> None:
        assert refused(pool, zipped({"z": b"\0" * 200_000})) == (TOO_LARGE, "grows more than 50 times")
        assert members(pool, zipped({"z": b"\0" * 90_000}))[0].code is None

    def test_one_content_under_many_names(self, pool: WorkerPool) -> None:
        """Entries of the directory that all point at one member: each counts with all its bytes."""
        code, _ = refused(pool, overlapping(noise(300_000), 12))
        assert code is TOO_LARGE
        assert len(members(pool, overlapping(noise(30_000), 12))) == 12

    def test_a_bomb_in_a_letter_in_an_archive(self, pool: WorkerPool) -> None:
        bomb = letter()
        bomb.add_attachment(
            zipped({"z": b"\0" * 2_900_000}), maintype="application", subtype="zip", filename="b.zip"
        )
        found = members(pool, zipped({"l.eml": bomb.as_bytes(), "fine.txt": b"fine"}))
        assert [(p.name, p.code) for p in found] == [
            ("l.eml", None),
            ("b.zip", TOO_LARGE),
            ("fine.txt", None),
        ]


def overlapping(content: bytes, names: int) -> bytes:
    """A zip whose directory lists one stored member under many names."""
    single = zipped({"0000": content}, zipfile.ZIP_STORED)
    at = single.rindex(b"PK\x01\x02")
    end = single.rindex(b"PK\x05\x06")
    entry = single[at:end]
    entries = b"".join(entry.replace(b"0000", b"%04d" % n) for n in range(names))
    return (
        single[:at]
        + entries
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, names, names, len(entries), at, 0)
    )


class TestPages:
    """Pixels of a page, pages of a document; these limits are the same in every place."""

    @pytest.mark.parametrize(("kind", "container"), [("PNG", "png"), ("TIFF", "tif"), ("GIF", "gif")])
    def test_pixels(self, kind: str, container: str) -> None:
        assert code_of(blank(8000, 7501, kind)) is TOO_LARGE
        width, height = next(image.frames(blank(200, 100, kind), container)).shape[1::-1]
        assert (width, height) == (200, 100)

    def test_pixels_that_are_merely_claimed(self) -> None:
        small = bytearray(blank(8, 8, "PNG"))
        small[16:24] = struct.pack(">II", 60_000, 60_000)
        assert code_of(bytes(small)) in {TOO_LARGE, UnreadableCode.UNREADABLE}

    def test_pages_of_a_picture(self) -> None:
        from PIL import Image

        most = Limits().text_pages
        pages = [Image.new("1", (4, 4), number % 2) for number in range(most + 2)]
        out = io.BytesIO()
        pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
        assert image.frame_count(out.getvalue(), "tif") == most + 2
        assert sum(1 for _ in image.frames(out.getvalue(), "tif")) == most

    def test_pages_of_a_pdf(self) -> None:
        found = document.read_document(blank_pdf(4), work=document.Work(Limits(text_pages=2)))
        assert (found.page_count, len(found.pages), found.truncated) == (4, 2, True)
        assert document.read_document(blank_pdf(4)).truncated is False

    def test_pages_of_an_ofd(self) -> None:
        found = document.read_document(blank_ofd(4), work=document.Work(Limits(text_pages=3)))
        assert (len(found.pages), found.truncated) == (3, True)
        assert document.read_document(blank_ofd(4)).truncated is False

    def test_pages_and_pixels_reach_the_worker(self) -> None:
        with WorkerPool(ocr=1, limits=Limits(text_pages=2, page_pixels=300_000)) as narrow:
            found = narrow.read_document(blank_pdf(4), "a.pdf")[0]
            assert (found.page_count, len(found.pages), found.truncated) == (4, 2, True)
            assert narrow.read_document(blank(700, 600, "PNG"), "a.png")[0].unreadable is TOO_LARGE
            assert narrow.read_document(blank(500, 400, "PNG"), "a.png")[0].unreadable is None

    def test_a_page_as_large_as_a_field(self) -> None:
        found = document.read_document(blank_pdf(1, "0 0 14400000 14400"))
        assert found.page_count == 1


def code_of(data: bytes) -> UnreadableCode:
    with pytest.raises(Unreadable) as caught:
        document.read_document(data)
    return caught.value.code


def blank(width: int, height: int, kind: str) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (width, height), 1).save(out, kind, **({"compression": "group4"} if kind == "TIFF" else {}))
    return out.getvalue()


def blank_pdf(pages: int, box: str = "0 0 595 842") -> bytes:
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    objects += [f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>"] * pages
    body = "%PDF-1.4\n" + "".join(f"{n} 0 obj{o}endobj\n" for n, o in enumerate(objects, 1))
    return f"{body}trailer<</Root 1 0 R/Size {pages + 3}>>\n%%EOF".encode()


def blank_ofd(pages: int) -> bytes:
    listed = "".join(f'<Page ID="{n}" BaseLoc="p.xml"/>' for n in range(pages))
    text = '<TextObject Boundary="10 10 90 5"><TextCode>发文字号</TextCode></TextObject>'
    return zipped(
        {
            "OFD.xml": b"<OFD><DocBody><DocRoot>d.xml</DocRoot></DocBody></OFD>",
            "d.xml": f"<Document><Pages>{listed}</Pages></Document>".encode(),
            "p.xml": f"<Page><Content><Layer>{text}</Layer></Content></Page>".encode(),
        }
    )


def test_places_of_a_table(pool: WorkerPool) -> None:
    """Two kilobytes that ask for a grid of billions: refused before anything outside a worker lays it out."""
    body = (
        '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="99999999"/></w:trPr><w:tc><w:p><w:r><w:t>z</w:t></w:r></w:p></w:tc></w:tr>'
        "</w:tbl>"
    )
    sheet = "".join(f"<tr><td colspan=1000>{n}" for n in range(20))
    documents = {
        "docx": zipped(
            {
                "[Content_Types].xml": b"<x/>",
                "word/document.xml": f"<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>".encode(),
            }
        ),
        "html": f"<html><table>{sheet}{'<td colspan=1000>x' * 300}</table>".encode(),
    }
    for name, data in documents.items():
        facts = pool.read_document(data, name)[0]
        laid = [t.cells for t in facts.tables if t.cells]
        places = [(max(c.row for c in t) + 1) * (max(c.col for c in t) + 1) for t in laid]
        assert facts.unreadable is TOO_LARGE or max(places, default=0) <= MAX_PLACES


class TestWorker:
    """Time, memory, wear: whatever a file makes a reader do, the worker ends and the answer is a code."""

    def test_seconds_of_a_document(self) -> None:
        slow = f"<table>{'<tr><td>x</td></tr>' * 400_000}</table>".encode()
        with WorkerPool(limits=Limits(document_seconds=0.6)) as hasty:
            found = hasty.read_document(b"<html>" + slow, "a.html")[0]
            assert (found.unreadable, found.reason) == (UnreadableCode.UNREADABLE, "time limit")
            assert found.seconds < 10
            assert hasty.read_document(b"short", "a.txt")[0].unreadable is None

    def test_seconds_of_a_mail(self) -> None:
        raw = b"From: a@b.cn\nContent-Type: text/html\n\n" + b"<p>x</p>" * 240_000
        with WorkerPool(limits=Limits(mail_seconds=0.1)) as hasty, pytest.raises(Unreadable) as caught:
            hasty.read_mail(raw)
        assert caught.value.reason == "time limit"

    def test_memory(self) -> None:
        limits = Limits(worker_bytes=100 << 20, archive_ratio=1 << 30)
        with WorkerPool(limits=limits) as narrow:
            assert refused(narrow, zipped({"z": bytes(200 << 20)})) == (TOO_LARGE, "memory limit")
            assert len(members(narrow, zipped({"z": b"fine"}))) == 1

    def test_documents(self, pool: WorkerPool) -> None:
        served: list[Facts] = []
        seats = pool._benches["light"].seats
        pids = set()
        for _ in range(2 * SMALL.worker_documents):
            served.append(pool.read_document(b"text", "a.txt")[0])
            held = seats.queue[-1]
            assert held is not None
            pids.add(held.process.pid)
        assert len(pids) >= 2
        assert all(facts.unreadable is None for facts in served)

    def test_answer(self) -> None:
        with WorkerPool(limits=Limits(answer_bytes=50_000)) as terse:
            found = terse.read_document("字".encode() * 20_000, "a.txt")[0]
            assert (found.unreadable, found.reason) == (TOO_LARGE, "more in it than can be kept")
            assert terse.read_document("字".encode() * 10_000, "a.txt")[0].unreadable is None

    def test_processes(self) -> None:
        worker = WorkerProcess("test", Limits(worker_processes=4), {})
        with pytest.raises(Unreadable) as caught:
            worker.ask({"op": "breed", "count": 9, "orphans": False, "crash": False}, [], 30)
        assert caught.value.reason == "process limit"

    def test_scratch(self) -> None:
        worker = WorkerProcess("test", Limits(scratch_bytes=10 << 20), {})
        with pytest.raises(Unreadable) as caught:
            worker.ask({"op": "fill"}, [], 30)
        assert (caught.value.code, caught.value.reason) == (TOO_LARGE, "disk limit")

    def test_start(self) -> None:
        from shoufa.domain.errors import TryAgain

        with WorkerPool(limits=Limits(start_seconds=0.0)) as impatient, pytest.raises(TryAgain):
            impatient.hello(OCR)


def test_every_limit_is_tried_here() -> None:
    """A limit that is added is tried too, or this fails."""
    tried = {
        "mail_bytes", "mail_parts", "mail_depth", "archive_depth", "archive_members", "archive_bytes", "archive_ratio",
        "ratio_floor", "page_pixels", "text_pages", "mail_seconds", "document_seconds", "worker_bytes",
        "worker_documents", "worker_processes", "scratch_bytes", "answer_bytes", "start_seconds",
    }  # fmt: skip
    assert set(Limits.model_fields) == tried
