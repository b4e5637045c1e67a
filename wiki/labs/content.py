"""What a lab says about itself, and what the other forms of this folder ask for."""

import re
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from wiki.accounts.people import PASSWORD_LENGTH
from wiki.fields import Blank, Line, Markdown, with_scheme
from wiki.labs.colours import LEAST_CONTRAST, WHITE, contrast, is_colour
from wiki.labs.models import Lab, LabKind, MemberRole
from wiki.language import N_


def _colour(text: str) -> str:
    text = text.lower()
    if not is_colour(text):
        raise ValueError("colour")
    if contrast(text, WHITE) < LEAST_CONTRAST:
        raise ValueError("colour_contrast")
    return text


def _web_address(text: str) -> str:
    text = with_scheme(text)
    if text and not re.fullmatch(r"https?://[^\s/@]+\.[^\s/@]+(/\S*)?", text):
        raise ValueError("web_address")
    return text


def _mail_address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized if text else ""
    except EmailNotValidError:
        raise ValueError("mail_address") from None


Name = Annotated[Line, StringConstraints(min_length=1, max_length=120)]
Short = Annotated[Line, StringConstraints(max_length=120)]
MailAddress = Annotated[Line, StringConstraints(max_length=255), AfterValidator(_mail_address)]


class LabContent(BaseModel):
    """The home of a lab, as its editors write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(title=N_("Name"))
    place: Short = Field("", title=N_("Ort"), description=N_("Die Stadt oder Gemeinde."))
    summary: Annotated[Line, StringConstraints(max_length=300)] = Field(
        "", title=N_("In einem Satz"), description=N_("Was das Labor ausmacht.")
    )
    text: Markdown = Field(
        "",
        title=N_("Über das Labor"),
        description=N_("Was es hier gibt, für wen, wann offen ist, wie man hinkommt."),
    )
    contact_name: Short = Field("", title=N_("Ansprechperson"))
    contact_mail: MailAddress = Field("", title=N_("E-Mail"))
    contact_phone: Annotated[Line, StringConstraints(max_length=60)] = Field(
        "", title=N_("Telefon")
    )
    website: Annotated[Line, StringConstraints(max_length=300), AfterValidator(_web_address)] = (
        Field("", title=N_("Website"), description=N_("Zum Beispiel www.example.org."))
    )
    colour: Annotated[Line, AfterValidator(_colour)] = Field(
        title=N_("Farbe"),
        description=N_("Dunkel genug, um weiße Schrift darauf zu lesen."),
    )
    position: Annotated[Annotated[int, Field(ge=0, le=999)] | None, Blank] = Field(
        None,
        title=N_("Platz im Regal"),
        description=N_("Kleine Zahlen stehen links. Ohne Angabe ganz vorn."),
    )


def content_of(lab: Lab) -> LabContent:
    """What is stored, as the form shows it; not checked again, so that it can be corrected."""
    return LabContent.model_construct(
        **{name: getattr(lab, name) for name in LabContent.model_fields}
    )


class NewLab(BaseModel):
    """What a new lab starts with; its editors write the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(title=N_("Name"))
    kind: LabKind = Field(
        LabKind.LAB,
        title=N_("Was es ist"),
        description=N_("Gast: eine andere Kommune, ein Verein, eine Schule."),
    )
    place: Short = Field("", title=N_("Ort"))


class InvitationContent(BaseModel):
    """Who is invited, as what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(title=N_("Name"))
    email: Annotated[MailAddress, StringConstraints(min_length=1)] = Field(title=N_("E-Mail"))
    role: MemberRole = Field(
        MemberRole.MEMBER,
        title=N_("Rolle"),
        description=N_("Die Redaktion lädt auch ein, schützt Seiten und sieht, was wartet."),
    )


class Arrival(BaseModel):
    """What somebody without an account fills in to accept an invitation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(
        title=N_("Name"), description=N_("Er steht an den Texten, die hier entstehen.")
    )
    password: Annotated[str, StringConstraints(min_length=PASSWORD_LENGTH, max_length=200)] = Field(
        title=N_("Passwort"),
        description=N_("Mindestens zehn Zeichen. Ein ganzer Satz ist leichter zu merken."),
    )
