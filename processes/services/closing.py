"""Services of the end: the outcome, the prevention of a recurrence, the archive."""

from collections.abc import Mapping

from engine import Call, Json, Session, deployments, instances
from processes.cases import entries
from processes.cases.facts import text_of
from processes.office import Office
from processes.reading import get_case, given, iso
from processes.services import recurrence


def set_outcome(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down how the case ended (D10).

    Inputs:
        outcome: as the procedure declares it.

    Outputs:
        outcome: the same.
    """
    outcome = str(given(call, "outcome") or "")
    case = get_case(session, call)
    case.outcome = outcome or case.outcome
    entries.note_with(session, call, case, "outcome", by=call.actor, element=call.element.id, data={"outcome": outcome})
    return {"outcome": outcome or None}


def start_process(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Start a process beside the case, which does not wait for it, as an instance of its own (KB-1.1-1).

    It is started once a case or, where one input tells several apart, once for each value of that: a recourse for each
    party that is liable (KB-3.6-6).

    Of a group of the same complaints, which recur, one case has started it for all of them.

    All inputs beside the key are the variables that it begins with, as it declares them; of its versions it is the one
    that a call with these inputs takes (`engine.deploy.loading.find_going`).

    Inputs:
        process: its key.
        once_for?: the name of one of the other inputs, for each value of which it is started; default once a case.
        *?: what it begins with, by name.

    Outputs:
        started: the number of its instance; of the one that there is where the case has started it before.
    """
    variables = dict(call.inputs)
    key, case = str(variables.pop("process", "")), get_case(session, call)
    apart = text_of(variables.pop("once_for", None))
    if apart:
        started = instances.all_started(session, key, case.number)
        value = variables.get(apart)
        before = next((each for each in started if instances.get_variables(session, each).get(apart) == value), None)
    else:
        group = next(iter(recurrence.improvements_of(session, case)), None)
        before = instances.find_started(session, key, case.number, group)
    if before is not None:
        return {"started": before}
    found = deployments.find_going_definition(session, key, variables)
    process = deployments.get_process(session, found)
    if process.contract is not None:
        variables |= dict.fromkeys(process.contract.inputs.keys() - variables.keys())
    number = instances.start(
        session, key, variables=variables, business_key=case.number, by=call.actor, definition=found
    ).id
    data = {"instance": number, "process": key, "name": process.name}
    entries.note_with(session, call, case, "process_started", by=call.actor, element=call.element.id, data=data)
    return {"started": number}


def archive(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Close the case and put it into the archive and the statistics (KB-2.1-1).

    Inputs:
        outcome?: as the procedure declares it; default the one that is set.

    Outputs:
        closed_at: now.
    """
    case = get_case(session, call)
    case.outcome = str(given(call, "outcome") or case.outcome or "") or None
    case.status, case.closed_at, case.due_at = "closed", call.now, None
    data: dict[str, Json] = {"outcome": case.outcome}
    entries.note_with(session, call, case, "archived", by=call.actor, element=call.element.id, data=data)
    return {"closed_at": iso(call.now, office.zone)}
