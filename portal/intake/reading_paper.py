"""An uploaded file → text, in a process of its own with little memory, little time and no secret.

The child is started anew for each file; what it needs (PDFium, the recognition) is loaded there alone.
"""

import asyncio
import json
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from policies.authoring import propose
from portal.characters import clean
from portal.intake.paper import LARGEST_PAPER, LONGEST_PAPER, MOST_LINES, PaperMark, PaperRefused, ReadPaper
from portal.intake.recognise import installed

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY, SECONDS = 1024 * 1024 * 1024, 30
SCAN_MEMORY, SCAN_SECONDS = 4 * 1024 * 1024 * 1024, 300
"""Address space, which is far more than what is used, and seconds of one CPU; with the recognition."""
_TOO_MUCH = "这个文件太大或太复杂，没有读完。请只留通知正文那几页，另存为 PDF 或 .docx 再传。"
_OLD_WORD = "这是旧版 Word（.doc）或加了密码的文件。请用 Word 或 WPS 打开，另存为不带密码的 .docx 或 PDF 再传。"
_NO_ENGINE = (
    "这台服务器没有装认字的程序，读不了扫描件。请向发文单位要文字版（Word 或能选中文字的 PDF）；"
    "或者把正文打出来，贴在下面的框里。"
)


class PaperReader:
    """Reads papers beside the loop, one at a time: a recognition takes a gigabyte."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="papers")

    async def read(self, content: bytes) -> ReadPaper:
        """The text of a file. Raises PaperRefused in words, whatever the file is."""
        return await asyncio.get_running_loop().run_in_executor(self._line, _in_a_child, content)


def _in_a_child(content: bytes) -> ReadPaper:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "portal.intake.reading_paper"], input=content, capture_output=True, cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}, timeout=SCAN_SECONDS, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout) if done.returncode == 0 else {"refused": _TOO_MUCH}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"refused": _TOO_MUCH}
    if "refused" in answer:
        raise PaperRefused(str(answer["refused"]))
    return ReadPaper.from_json(answer)


def read_typed(text: str) -> ReadPaper:
    """A pasted text, whatever it looks like: no file is opened outside the child. Raises PaperRefused."""
    return _checked(_plain(text.encode()))


def read_paper(content: bytes) -> ReadPaper:
    """PDF, .docx, PNG, JPG or plain text, known by its first bytes; for the child alone. Raises PaperRefused."""
    if not content.strip():
        raise PaperRefused("这个文件是空的。")
    if len(content) > LARGEST_PAPER:
        raise PaperRefused(f"文件最大 {LARGEST_PAPER // 1024 // 1024} MB。扫描件请降到 200 dpi、黑白再传。")
    if b"%PDF-" in content[:1024]:
        return _checked(_pdf(content))
    if content.startswith(b"PK\x03\x04"):
        return _checked(_package(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise PaperRefused(_OLD_WORD)
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return _checked(_scan(content))
    return _checked(_plain(content))


def _checked(found: ReadPaper) -> ReadPaper:
    """With the proposals every raw text gets; refused when there is nothing or far too much."""
    lines = tuple(clean(line).replace("\n", " ") for line in found.lines)
    if not any(line.strip() for line in lines):
        raise PaperRefused("里面没有读到字。请打开看看是不是空白页。")
    if sum(map(len, lines)) > LONGEST_PAPER:
        raise PaperRefused(f"里面超过 {LONGEST_PAPER // 10000} 万字，不像一件通知。请只留正文再传。")
    if len(lines) > MOST_LINES:
        raise PaperRefused(f"里面超过 {MOST_LINES} 段，不像一件通知。请只留正文再传。")
    laid_out = found.kind in ("PDF", "扫描件")
    proposed = [PaperMark(one.line, one.kind, one.before, one.reason) for one in propose("\n".join(lines))
                if one.kind != "linebreak" or not laid_out]  # fmt: skip
    marks = tuple(sorted({*found.marks, *proposed}, key=lambda mark: (mark.line, mark.kind, mark.before)))
    return ReadPaper(found.kind, found.pages, lines, marks, tuple(map(clean, found.left_out)))


def _pdf(content: bytes) -> ReadPaper:
    from portal.intake.layout import paragraphs_of
    from portal.intake.read_pdf import PdfPaper

    paper = PdfPaper(content)
    lines, bare = paper.lines()
    if bare:
        if not installed():
            which = "" if len(bare) == paper.pages else f"第 {'、'.join(str(n + 1) for n in bare)} 页是扫描的图。"
            raise PaperRefused(which + _NO_ENGINE)
        from portal.intake.recognise import Recogniser

        _allow(SCAN_MEMORY, SCAN_SECONDS)
        engine = Recogniser()
        # Recognised lines are measured in pixels, others in points: each page is brought to paragraphs by its own.
        scanned = [line for number, picture in paper.pictures(bare) for line in engine.lines(picture, number)]
        found, marks, left_out = paragraphs_of(scanned)
        text, more, also = paragraphs_of(lines)
        moved = [PaperMark(mark.line + len(text), mark.kind, mark.before, mark.reason) for mark in marks]
        return ReadPaper("扫描件", paper.pages, (*text, *found), (*more, *moved), (*also, *left_out))
    made, marks, left_out = paragraphs_of(lines)
    return ReadPaper("PDF", paper.pages, tuple(made), tuple(marks), tuple(left_out))


def _scan(content: bytes) -> ReadPaper:
    if not installed():
        raise PaperRefused(_NO_ENGINE)
    from portal.intake.layout import paragraphs_of
    from portal.intake.read_pdf import picture_of
    from portal.intake.recognise import Recogniser

    _allow(SCAN_MEMORY, SCAN_SECONDS)
    made, marks, left_out = paragraphs_of(Recogniser().lines(picture_of(content), 0))
    return ReadPaper("扫描件", 1, tuple(made), tuple(marks), tuple(left_out))


def _package(content: bytes) -> ReadPaper:
    from portal.intake.read_word import BODY, parts_of, read_word

    names = parts_of(content)
    if "OFD.xml" in names:
        raise PaperRefused("这是 OFD 版式文件。请用 OFD 阅读器打开，另存（或打印）成 PDF 再传。")
    if BODY not in names:
        raise PaperRefused("这不是 Word 文件（可能是表格或压缩包）。请传通知正文的 PDF 或 .docx。")
    lines, marks = read_word(content)
    return ReadPaper("Word", 1, tuple(lines), tuple(marks))


def _plain(content: bytes) -> ReadPaper:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return ReadPaper("文本", 1, tuple(line.strip() for line in clean(text).split("\n") if line.strip()))
    raise PaperRefused("认不出这是什么文件。能读的是 PDF、Word（.docx）、文本（.txt），装了认字程序的还有 JPG、PNG。")


def _allow(memory: int, seconds: int) -> None:
    """Within the hard limits: once it is known that a recognition is needed."""
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


def main() -> None:
    """The child: limits first, then the file on standard input as JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, SCAN_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SCAN_SECONDS))
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))
    try:
        answer = read_paper(sys.stdin.buffer.read(LARGEST_PAPER + 1)).as_json()
    except PaperRefused as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": _TOO_MUCH}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
