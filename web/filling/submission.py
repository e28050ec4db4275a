"""What a browser sends for a form: answers, files that were kept or have just come, signatures, row buttons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import g, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict

import forms
from engine import FormFile, Json, kept_in_words
from engine.errors import NotFound
from forms import Form, Message, Signature, UnknownAction, rows
from processes.cases import documents
from processes.cases.file_types import Checked
from processes.errors import FileRefused
from web.filling import contacts, given_back, signing
from web.shell import here, language
from web.shell.errors import KEPT
from web.shell.static_files import sprite

GIST = 140
"""Characters of a line that says what a form was filled in with: more than the widest page has room for."""


@dataclass
class Sent:
    """What came with a request."""

    answers: dict[str, Json]
    shown: dict[str, Json] = field(default_factory=dict)
    """Those to be kept and shown again: what did not stand on the page is not among them."""
    action: str | None = None
    """A button that adds or removes a row."""
    signatures: dict[str, Signature] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    """Files that were not taken, passwords that were wrong."""


def pairs() -> MultiDict[str, str]:
    """All names and values of the request."""
    return MultiDict(request.form)


def read(file: FormFile, sent: MultiDict[str, str]) -> Sent:
    """What was typed, without new files and signatures: for drafts and for showing the form again."""
    form = _form(file)
    kept = _kept_files(sent)
    known = _known(kept)
    answers = forms.decode(form, sent.items(multi=True), known, without_unseen=True)
    action = rows.find_action(sent.keys())
    if action is not None:
        try:
            answers = rows.apply(form, answers, action)
        except UnknownAction:
            action = None
    return Sent(answers, answers, action)


def _form(file: FormFile) -> Form:
    given_back.remember(file)
    return here.gate().form(file)


def receive(file: FormFile, element: str | None) -> Sent:
    """Everything that was handed in: new files are kept, signatures are checked, in a transaction of their own."""
    form = _form(file)
    sent, action = pairs(), rows.find_action(request.form.keys())
    files, errors = _known(_kept_files(sent)), dict[str, Message]()
    uploads = [(name, each) for name, each in request.files.items(multi=True) if each.filename]
    signed = signing.read(form, sent) if action is None else signing.Signed()
    looked: list[tuple[str, Checked]] = []
    actor, settings = here.actor(), here.kesu().settings
    for name, upload in uploads:
        try:
            looked.append((name, _looked(upload)))
        except FileRefused as error:
            errors[name] = Message("file_refused", error.template, error.fields)
    if looked or signed.drawings:
        stored: list[tuple[str, str]] = []
        with here.transaction() as session:
            for name, checked in looked:
                try:
                    document = documents.store(session, checked, by=actor, settings=settings, element=element)
                    files.setdefault(name, []).append(documents.as_value(document))
                    stored.append((f"_keep:{name}", str(document.id)))
                except FileRefused as error:
                    errors[name] = Message("file_refused", error.template, error.fields)
            signed.keep(session)
        setattr(g, KEPT, stored)
    answers = forms.decode(form, sent.items(multi=True), files)
    shown = forms.decode(form, sent.items(multi=True), files, without_unseen=True)
    return Sent(answers, shown, action, signed.signatures, errors | signed.errors)


def uploads(field: str) -> list[Checked]:
    """The files that came along in a field; FileRefused."""
    return [_looked(file) for file in request.files.getlist(field) if file.filename]


def _looked(file: FileStorage) -> Checked:
    """A file as it may be kept, no more of it read than is taken; FileRefused."""
    settings = here.kesu().settings
    return documents.look(file.filename or "", file.stream.read(settings.max_file_bytes + 1), settings)


def _kept_files(sent: MultiDict[str, str]) -> dict[str, list[int]]:
    """The numbers of files that were there before, by field, but for those that are to go."""
    kept: dict[str, list[int]] = {}
    for name, number in sent.items(multi=True):
        if name.startswith("_keep:") and number.isascii() and number.isdigit() and len(number) < 19:
            path = name.removeprefix("_keep:")
            if number not in sent.getlist(f"_drop:{path}"):
                kept.setdefault(path, []).append(int(number))
    return kept


def _known(kept: Mapping[str, list[int]]) -> dict[str, list[Json]]:
    """Kept files as the database knows them, whatever the browser says about them."""
    known: dict[str, list[Json]] = {}
    if not kept:
        return known
    with here.reading() as session:
        for path, numbers in kept.items():
            for number in numbers:
                try:
                    document = documents.get_document(session, number, here.actor())
                except NotFound:
                    continue
                known.setdefault(path, []).append(documents.as_value(document))
    return known


# -- showing


def fields(
    file: FormFile,
    values: Mapping[str, Json] | None,
    variables: Mapping[str, Json],
    *,
    errors: Mapping[str, Message] | None = None,
    readonly: bool = False,
) -> Markup:
    """The fields of a form in the reader's language."""
    return forms.render(
        here.gate().form(file),
        values,
        errors,
        said_again(variables),
        translate=language.sayer(file.deployment_id),
        locale=language.current(),
        zone=here.zone(),
        now=here.now(),
        readonly=readonly,
        icons=sprite(),
        file_url=address_of,
        veil=contacts.are_veiled(),
    )


def said_again(variables: Mapping[str, Json]) -> Mapping[str, Json]:
    """Variables with the messages of their rows in the reader's language, where it was kept what these are made of."""
    if language.current() == "en":
        return variables
    return {name: _rows_again(value) if isinstance(value, list) else value for name, value in variables.items()}


def _rows_again(rows: list[Json]) -> list[Json]:
    return [
        {**row, "message": kept_in_words(row["said"], language.word, language.label) or row.get("message")}
        if isinstance(row, dict) and "said" in row
        else row
        for row in rows
    ]


def summary(file: FormFile, errors: Mapping[str, Message]) -> Markup:
    """All errors in one list that links to the fields."""
    return forms.render_errors(
        here.gate().form(file), errors, translate=language.sayer(file.deployment_id), icons=sprite()
    )


def title(file: FormFile, variables: Mapping[str, Json]) -> str:
    """The title of a form in the reader's language."""
    return forms.title_of(
        here.gate().form(file),
        variables,
        translate=language.sayer(file.deployment_id),
        locale=language.current(),
        zone=here.zone(),
        now=here.now(),
    )


def answers(
    file: FormFile,
    values: Mapping[str, Json],
    *,
    previous: Mapping[str, Json] | None = None,
    variables: Mapping[str, Json] | None = None,
    without: Collection[str] = (),
) -> Markup:
    """Answers that were given, to be read; beside an earlier version with what changed; some the page shows already."""
    return forms.render_answers(
        here.gate().form(file),
        values,
        translate=language.sayer(file.deployment_id),
        locale=language.current(),
        zone=here.zone(),
        previous=previous,
        variables=variables,
        file_url=address_of,
        veil=contacts.are_veiled(),
        without=without,
    )


def shown(file: FormFile, variables: Mapping[str, Json]) -> frozenset[str]:
    """The variables that a form shows to be read."""
    return forms.shown_names(here.gate().form(file), variables, zone=here.zone(), now=here.now())


def answer_texts(
    file: FormFile, values: Mapping[str, Json], *, variables: Mapping[str, Json] | None = None
) -> list[forms.AnswerText]:
    """Answers that were given as labels and texts, for paper."""
    return forms.answer_texts(
        here.gate().form(file),
        values,
        translate=language.sayer(file.deployment_id),
        locale=language.current(),
        zone=here.zone(),
        variables=variables,
        veil=contacts.are_veiled(),
    )


def gist(file: FormFile, values: Mapping[str, Json], variables: Mapping[str, Json]) -> str:
    """The first answers that were given, in a line of at most `GIST` characters."""
    colon = "：" if language.current() == "zh" else ": "
    said = ""
    for each in answer_texts(file, values, variables=variables):
        text = " ".join(each.text.split())
        said += (" · " if said else "") + (f"{each.label}{colon}{text}" if each.label else text)
        if len(said) > GIST:
            return said[: GIST - 1] + "…"
    return said


def with_names(values: Mapping[str, Json], people: Mapping[str, str]) -> dict[str, Json]:
    """The answers with the signers' names in place of their logins, to be read."""
    return {key: _named(value, people) for key, value in values.items()}


def _named(value: Json, people: Mapping[str, str]) -> Json:
    if isinstance(value, list):
        return [_named(each, people) for each in value]
    if not isinstance(value, Mapping):
        return value
    if {"kind", "by", "at", "sha256"} <= value.keys():
        return {**value, "by": people.get(str(value["by"]), value["by"])}
    return with_names(value, people)


def address_of(file: Mapping[str, Json]) -> str:
    """Where a kept file is opened."""
    return url_for("files.download", document_id=int(file["id"]))
