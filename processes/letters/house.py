"""Who writes to whom: the names that every letter uses, and the sheet of the house around its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from processes.letters.model import Written
from processes.paper.model import Sheet
from processes.procedures.model import Procedure
from processes.procedures.terms import house_of, in_terms
from processes.settings import Settings

Names = Mapping[str, str | None]


@dataclass(frozen=True)
class Parties:
    """Between whom a letter goes, as the case knows them."""

    name: str | None = None
    """Of the customer."""
    company: str | None = None
    """The customer's."""
    address: str | None = None
    """To which it is posted."""
    product: str | None = None
    handler: str | None = None
    """Who in the house handles the case."""
    unit: str | None = None
    """Of the house, which writes."""


def names_of(settings: Settings, procedure: Procedure, language: str, parties: Parties) -> dict[str, str | None]:
    """The names that every letter uses: the house, how to reach it, how the customer is addressed."""
    chinese = language != "en"
    labels = ("电话：", "电子邮箱：") if chinese else ("telephone ", "e-mail ")
    reach = [label + value for label, value in zip(labels, _reach(settings), strict=True) if value]
    return {
        "company": house_of(settings, procedure, "zh" if chinese else "en"),
        "phone": settings.contact_phone or None,
        "mail": settings.contact_email or None,
        "contact": ("，" if chinese else ", ").join(reach),
        "salutation": _salutation(procedure, chinese, parties),
        "customer": ("贵公司" if parties.company else "您") if chinese else "you",
        "we": in_terms("本公司", procedure.terms.get("zh", {})) if chinese else "we",
        "product": parties.product,
        "handler": parties.handler,
        "unit": parties.unit,
    }


def sheet_of(written: Written, settings: Settings, names: Names, parties: Parties, day: str) -> Sheet:
    """The words of a letter on the paper of the house.

    Args:
        written: the words alone.
        settings: how the house is named and reached, and who signs for it; by default who handles the case.
        names: of `names_of`, with the number of the case.
        parties: between whom it goes.
        day: on which it is written, in words.
    """
    chinese = written.language != "en"
    phone, mail = _reach(settings)
    address = settings.company_address_zh if chinese else settings.company_address_en
    call = [
        *([f"{'电话：' if chinese else 'Telephone '}{phone}"] if phone else []),
        *([f"{'电子邮箱：' if chinese else 'E-mail '}{mail}"] if mail else []),
    ]
    house, salutation = str(names["company"]), str(names["salutation"])
    house = house[:1].upper() + house[1:]  # our company, where it is not named
    known = parties.name or parties.company
    return Sheet(
        language=written.language,
        house=house,
        reach=[each for each in (address, ("　" if chinese else " · ").join(call)) if each],
        addressee=_addressee(parties),
        number=f"{'编号：' if chinese else 'Our reference: '}{names['case_no']}",
        day=day,
        subject=written.subject,
        salutation=salutation + ("：" if chinese else ","),
        body=written.text.strip().split("\n\n"),
        closing=["此致", "敬礼"] if chinese else ["Yours sincerely," if known else "Yours faithfully,"],
        signed=_signed(settings, house, parties, chinese=chinese),
    )


def _reach(settings: Settings) -> tuple[str, str]:
    return settings.contact_phone, settings.contact_email


def _salutation(procedure: Procedure, chinese: bool, parties: Parties) -> str:  # noqa: FBT001 - of two languages
    if parties.name:
        return f"尊敬的{parties.name}" if chinese else f"Dear {parties.name}"
    if parties.company:
        return parties.company if chinese else "Dear Sir or Madam"
    text = "尊敬的客户" if chinese else "Dear customer"
    return in_terms(text, procedure.terms.get("zh" if chinese else "en", {}))


def _addressee(parties: Parties) -> list[str]:
    """Company, name and the lines of the address, each said once."""
    lines: list[str] = []
    for each in (parties.company, parties.name, *(parties.address or "").splitlines()):
        said = (each or "").strip()
        if said and said not in lines:
            lines.append(said)
    return lines


def _signed(settings: Settings, house: str, parties: Parties, *, chinese: bool) -> list[str]:
    name, title = (
        (settings.signatory_zh, settings.signatory_title_zh)
        if chinese
        else (settings.signatory_en, settings.signatory_title_en)
    )
    if not name:
        name, title = parties.handler or "", parties.unit or ""
    if chinese:
        return [each for each in (house, "　".join(filter(None, (title, name)))) if each]
    return [each for each in (name, title, house) if each]
