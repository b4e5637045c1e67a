"""How our OpenDocument texts look: pandoc's own template on A4, with our fonts and a colour."""

import io
import re
import zipfile

from wiki.reuse.word_style import FONT, GREY, LINE, pandocs_own

_FONT_FACE = f'<style:font-face style:name="{FONT}" svg:font-family="{FONT}" />'
_PAGE = (
    '<style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
    'style:num-format="1" style:print-orientation="portrait" fo:margin-top="2.3cm" '
    'fo:margin-bottom="2.3cm" fo:margin-left="2.3cm" fo:margin-right="2.3cm" '
    'style:writing-mode="lr-tb" style:footnote-max-height="0in"'
)
# Style → what it is called and follows, what a paragraph and its letters look like there.
_STYLES = {
    "Title": (
        'style:parent-style-name="Heading"',
        'fo:margin-top="0cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"',
        'fo:color="{colour}" fo:font-size="26pt" fo:font-weight="bold"',
    ),
    "Subtitle": (
        'style:parent-style-name="Heading"',
        'fo:margin-top="0cm" fo:margin-bottom="0.4cm"',
        'fo:color="{grey}" fo:font-size="12pt"',
    ),
    "Heading_20_1": (
        'style:display-name="Heading 1" style:parent-style-name="Heading" '
        'style:default-outline-level="1"',
        'fo:margin-top="0.6cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"',
        'fo:color="{colour}" fo:font-size="15pt" fo:font-weight="bold"',
    ),
    "Heading_20_2": (
        'style:display-name="Heading 2" style:parent-style-name="Heading" '
        'style:default-outline-level="2"',
        'fo:margin-top="0.4cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"',
        'fo:font-size="12pt" fo:font-weight="bold"',
    ),
    "Quotations": (
        'style:parent-style-name="Standard"',
        'fo:margin-left="0.4cm" fo:margin-top="0.15cm" fo:margin-bottom="0.2cm" '
        'fo:padding-left="0.3cm" fo:border-left="2pt solid {colour}"',
        "",
    ),
    "Table_20_Contents": (
        'style:display-name="Table Contents" style:parent-style-name="Text_20_body"',
        'fo:margin-top="0.06cm" fo:margin-bottom="0.06cm" fo:padding-bottom="0.06cm" '
        'fo:border-bottom="0.5pt solid {line}" style:join-border="false"',
        "",
    ),
}


def open_template_in(colour: str, language: str) -> bytes:
    """An ODT template with headings in this colour (`#0b5c8a`), for texts in this language."""
    values = {"colour": colour, "grey": f"#{GREY}", "line": f"#{LINE}"}
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(pandocs_own("odt"))) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "styles.xml":
                data = _styled(data.decode(), values, language).encode()
            # What an OpenDocument is stands in its first bytes.
            packed = zipfile.ZIP_STORED if entry.filename == "mimetype" else None
            target.writestr(entry.filename, data, packed)
    return written.getvalue()


def _styled(xml: str, values: dict[str, str], language: str) -> str:
    xml = re.sub(r'style:font-name="(?:Times New Roman|Arial)"', f'style:font-name="{FONT}"', xml)
    xml = xml.replace("</office:font-face-decls>", f"{_FONT_FACE}</office:font-face-decls>")
    xml = re.sub(
        r'fo:font-size="12pt"(\s+)fo:language="en" fo:country="US"',
        rf'fo:font-size="11pt"\1fo:language="{language}" fo:country="none"',
        xml,
    )
    xml = re.sub(r"<style:page-layout-properties [^>]*", _PAGE, xml)
    for name, (relations, paragraph, letters) in _STYLES.items():
        looks = f"<style:paragraph-properties {paragraph.format(**values)} />"
        looks += f"<style:text-properties {letters.format(**values)} />" if letters else ""
        xml = re.sub(rf'<style:style style:name="{name}".*?</style:style>', "", xml, flags=re.S)
        style = (
            f'<style:style style:name="{name}" style:family="paragraph" {relations}>'
            f"{looks}</style:style>"
        )
        xml = xml.replace("</office:styles>", f"{style}</office:styles>")
    return xml
