"""How our Word documents look: pandoc's own template with our fonts, sizes and the lab's colour."""

import io
import re
import subprocess
import zipfile
from functools import cache

import pypandoc

FONT = "Calibri"
GREY = "5B6270"
LINE = "D5D0C5"

# Style → what a paragraph and its letters look like there; sizes are half points, gaps 1/20 point.
_STYLES = {
    "BodyText": ('<w:spacing w:before="60" w:after="100" w:line="276" w:lineRule="auto"/>', ""),
    "Compact": ('<w:spacing w:before="20" w:after="20"/>', ""),
    "Title": (
        '<w:keepNext/><w:spacing w:before="0" w:after="60" w:line="240" w:lineRule="auto"/>',
        '<w:b/><w:color w:val="{colour}"/><w:sz w:val="52"/><w:szCs w:val="52"/>',
    ),
    "Subtitle": (
        '<w:spacing w:before="0" w:after="240"/>',
        '<w:b w:val="0"/><w:color w:val="{grey}"/><w:sz w:val="24"/><w:szCs w:val="24"/>',
    ),
    "Heading1": (
        '<w:keepNext/><w:keepLines/><w:spacing w:before="320" w:after="80"/>'
        '<w:outlineLvl w:val="0"/>',
        '<w:b/><w:color w:val="{colour}"/><w:sz w:val="30"/><w:szCs w:val="30"/>',
    ),
    "Heading2": (
        '<w:keepNext/><w:keepLines/><w:spacing w:before="220" w:after="40"/>'
        '<w:outlineLvl w:val="1"/>',
        '<w:b/><w:sz w:val="24"/><w:szCs w:val="24"/>',
    ),
    "Heading3": (
        '<w:keepNext/><w:keepLines/><w:spacing w:before="160" w:after="40"/>'
        '<w:outlineLvl w:val="2"/>',
        '<w:b/><w:color w:val="{grey}"/><w:sz w:val="22"/><w:szCs w:val="22"/>',
    ),
    "BlockText": (
        '<w:pBdr><w:left w:val="single" w:sz="18" w:space="10" w:color="{colour}"/></w:pBdr>'
        '<w:spacing w:before="80" w:after="120"/><w:ind w:left="240"/>',
        "",
    ),
    "Hyperlink": ("", '<w:color w:val="{colour}"/><w:u w:val="single"/>'),
}
_TABLE = (
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>'
    '<w:top w:val="single" w:sz="4" w:color="{line}"/>'
    '<w:bottom w:val="single" w:sz="4" w:color="{line}"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="{line}"/></w:tblBorders>'
    '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)
# A4 with margins of two and a half centimetres.
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1304" '
    'w:bottom="1304" w:left="1304" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)


def template_in(colour: str, language: str) -> bytes:
    """A Word template with headings in this colour (`#0b5c8a`), for texts in this language."""
    values = {"colour": colour.lstrip("#").upper(), "grey": GREY, "line": LINE}
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(pandocs_own("docx"))) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "word/styles.xml":
                data = _styled(data.decode(), values, language).encode()
            elif entry.filename == "word/document.xml":
                data = _on_a4(data.decode()).encode()
            target.writestr(entry.filename, data)
    return written.getvalue()


@cache
def pandocs_own(ending: str) -> bytes:
    """The template that pandoc writes documents of this kind by if nobody gives another."""
    return subprocess.run(
        [pypandoc.get_pandoc_path(), f"--print-default-data-file=reference.{ending}"],
        check=True,
        capture_output=True,
        timeout=30,
    ).stdout


def _styled(xml: str, values: dict[str, str], language: str) -> str:
    xml = re.sub(
        r"<w:rFonts [^>]*?/>(\s*)<w:sz w:val=\"24\" />(\s*)<w:szCs w:val=\"24\" />",
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'
        '<w:sz w:val="22"/><w:szCs w:val="22"/>',
        xml,
        count=1,
    )
    xml = re.sub(r'<w:lang w:val="[^"]*"', f'<w:lang w:val="{language}"', xml)
    for name, (paragraph, letters) in _STYLES.items():
        xml = _with_style(xml, name, paragraph.format(**values), letters.format(**values))
    table = re.search(r'<w:style w:type="table"[^>]*w:styleId="Table">.*?</w:style>', xml, re.S)
    assert table is not None
    changed = re.sub(
        r"<w:tblPr>.*?</w:tblPr>", _TABLE.format(**values), table[0], count=1, flags=re.S
    )
    return xml.replace(table[0], changed)


def _with_style(xml: str, name: str, paragraph: str, letters: str) -> str:
    """The style's looks replaced, its name and relations kept."""
    style = re.search(rf'<w:style [^>]*w:styleId="{name}">.*?</w:style>', xml, re.S)
    assert style is not None
    changed = re.sub(r"<w:(pPr|rPr)>.*?</w:\1>", "", style[0], flags=re.S)
    looks = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    looks += f"<w:rPr>{letters}</w:rPr>" if letters else ""
    return xml.replace(style[0], changed.replace("</w:style>", f"{looks}</w:style>"))


def _on_a4(xml: str) -> str:
    xml = re.sub(r"<w:sectPr.*?</w:sectPr>|<w:sectPr[^>]*/>", "", xml, flags=re.S)
    return xml.replace("</w:body>", f"{_PAGE}</w:body>")
