"""What values are called: phases, channels, outcomes; marked for the catalogue, said in the reader's language."""

from collections.abc import Mapping

from web.shell import language


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel finds texts that are translated later
    """Mark a text for the catalogue."""
    return text


PHASES: Mapping[str, str] = {
    "received": N_("Received"),
    "verified": N_("Verified"),
    "inspected": N_("Inspected"),
    "measure": N_("Measure"),
    "plan": N_("Plan"),
    "approval": N_("Approval"),
    "reply": N_("Written reply"),
    "remedy": N_("Remedy"),
    "follow_up": N_("Follow-up"),
}
"""The reporting phases in their order (KB-2.1-1)."""

CHANNELS: Mapping[str, str] = {
    "phone": N_("by phone"),
    "email": N_("by e-mail"),
    "web": N_("by web form"),
    "counter": N_("at the counter"),
    "letter": N_("by letter"),
    "fax": N_("by fax"),
    "dealer": N_("through a dealer"),
    "social": N_("by social media"),
    "hotline": N_("by the hotline"),
    "regulator": N_("through an authority"),
    "internal": N_("from inside"),
    "portal": N_("on the tracking page"),
}

KINDS: Mapping[str, str] = {
    "person": N_("person"),
    "company": N_("company"),
    "dealer": N_("dealer"),
    "processor": N_("contract processor"),
    "colleague": N_("colleague"),
    "anonymous": N_("anonymous"),
}

DEMANDS: Mapping[str, str] = {
    "return": N_("return"),
    "exchange": N_("exchange"),
    "price_cut": N_("price cut"),
    "free_repair": N_("free repair"),
    "compensation": N_("compensation"),
    "apology": N_("apology"),
    "improvement": N_("improvement"),
    "explanation": N_("explanation"),
    "other": N_("other"),
}

OUTCOMES: Mapping[str, str] = {
    "upheld": N_("upheld"),
    "partly_upheld": N_("partly upheld"),
    "unresolved": N_("unresolved"),
    "withdrawn": N_("withdrawn"),
    "no_objection_closed": N_("closed without objection"),
    "unreachable_closed": N_("closed, customer not reached"),
    "not_accepted_misunderstanding": N_("not accepted: misunderstanding"),
    "not_our_responsibility": N_("not accepted: not our responsibility"),
}

STATES: Mapping[str, str] = {
    "open": N_("open"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
}


def word(known: Mapping[str, str], key: str | None) -> str:
    """What a value is called; the value itself where nobody has named it."""
    return language.word(known.get(key or "", key or ""))
