"""Made-up papers of a city as files: a PDF with a text layer, the same as a scan, a Word document. Nothing is real."""

import zipfile
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
import typst
from PIL import Image

from leaflets.render import FONTS

TITLE = "芜湖市医疗保障局关于做好2027年度城乡居民基本医疗保险参保缴费工作的通知"
NUMBER = "芜医保发〔2026〕31号"
BODY = (
    "各县（市、区）医疗保障局、税务局：",
    "　　为做好2027年度城乡居民基本医疗保险参保缴费工作，现就有关事项通知如下。",
    "　　一、缴费标准",
    "　　2027年度城乡居民基本医疗保险个人缴费标准为每人每年430元。特困供养人员由财政全额资助。",
    "　　二、集中缴费期",
    "　　2027年度集中参保缴费期为2026年9月1日至2026年12月31日。原则上以学校为单位组织在校学生参保，学校应当在开学后把"
    "参保通知发到每一位家长手中，并做好解释说明工作。",
    "　　三、新生儿参保",
    "　　新生儿出生后90天内由监护人办理参保登记并缴费的，自出生之日起享受医保待遇。",
    "　　四、缴费渠道",
    "　　参保人可以通过微信城市服务、银行柜台或者办税服务厅缴纳保险费。鼓励使用线上渠道办理。",
    "　　五、其他事项",
    "　　本通知自2026年9月1日起施行。各地要加强宣传，不得强制学生购买商业保险，不得搭车收费。各级医疗保障部门和税务部门"
    "要密切配合，及时共享数据，确保参保人待遇按时足额享受，遇到重大问题及时向上级部门报告。",
)  # fmt: skip
_SETTING = """
#set page(paper: "a4", margin: 2.5cm, header: text(9pt)[芜湖市医疗保障局文件], footer: context align(center)[
  #text(9pt)[— #counter(page).display() —]])
#set text(font: "Noto Sans SC", size: 16pt, lang: "zh")
#set par(leading: 1em, justify: true)
#align(center)[#text(22pt)[TITLE]]
#align(center)[NUMBER]
BODY
"""


@cache
def pdf(body: tuple[str, ...] = BODY) -> bytes:
    """As an office prints it: a title of two lines, a block of text, a header and a page number on each page."""
    indented = "#par(first-line-indent: (amount: 2em, all: true))"
    paragraphs = "\n\n".join(f"{indented if line.startswith('　') else '#par'}[{line.strip()}]" for line in body)
    source = _SETTING.replace("TITLE", TITLE).replace("NUMBER", NUMBER).replace("BODY", paragraphs)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    made: Any = typst.compile(source.encode(), font_paths=fonts, format="pdf")
    return bytes(made)


def pictures(content: bytes) -> list[Image.Image]:
    """The pages of a PDF as a scanner sees them."""
    document = pypdfium2.PdfDocument(content)
    return [page.render(scale=200 / 72).to_pil().convert("L") for page in document]


def scan(content: bytes) -> bytes:
    """The PDF as one of pictures."""
    first, *rest = pictures(content)
    out = BytesIO()
    first.save(out, "pdf", save_all=True, append_images=rest, resolution=200)
    return out.getvalue()


def word(*paragraphs: str, inside: str = "") -> bytes:
    """A Word document; `inside` is put into its body as XML."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in paragraphs)
    return packed({"word/document.xml": f"<w:document {space}><w:body>{lines}{inside}</w:body></w:document>".encode()})


def packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()
