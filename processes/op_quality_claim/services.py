"""Services of the operating rule: whether a lot was ordered and delivered, and what the class of a complaint allows."""

from collections.abc import Mapping

from engine import Call, Json, Session
from engine.errors import BpmnError
from processes.office import Office
from processes.reading import given, total_of
from processes.shipments import source
from processes.shipments.shipment import key_of
from processes.values import money_of

AGAINST_CLASS = "AGAINST_CLASS"
"""The error that the diagram catches when a proposal gives what its class does not allow."""

MONEY = ("compensation", "price_cut", "other")
"""Remedies that give a customer money; a return gives back what was paid."""


def find_shipment(office: Office, call: Call) -> Mapping[str, Json]:
    """Say whether the lot was ordered and its delivery is complete (OP-5.1-2, OP-2-1).

    The list that the installation imports is asked, or the function that its setting `shipments` names.

    Inputs:
        order_no: of the order.
        lot_no: of the lot.

    Outputs:
        order_found: one of true, false: whether it was ordered and is delivered.
        order_check: one of delivered, no_order, no_lot, not_delivered.
        shipment: customer, product, quantity, delivered_on; null where there is no such lot.
    """
    lots = source.find(office, str(given(call, "order_no") or ""))
    wanted = key_of(str(given(call, "lot_no") or ""))
    found = next((each for each in lots if key_of(each.lot_no) == wanted), None)
    if found is None:
        return {"order_found": False, "order_check": "no_lot" if lots else "no_order", "shipment": None}
    today = call.now.astimezone(office.zone).date()
    delivered = found.delivered_on is not None and found.delivered_on <= today
    shipment: dict[str, Json] = {
        "customer": found.customer,
        "product": found.product,
        "quantity": found.quantity,
        "delivered_on": found.delivered_on.isoformat() if found.delivered_on else None,
    }
    return {
        "order_found": delivered,
        "order_check": "delivered" if delivered else "not_delivered",
        "shipment": shipment,
    }


def check_class(_office: Office, _session: Session, call: Call) -> Mapping[str, Json]:
    """Let a proposal go to the customer only if its class allows it (OP-3-1, OP-3-2a).

    Inputs:
        op_class: appeal or claim.
        remedies?: of the proposal.
        contract_clause?: on which a compensation rests.

    Outputs: none.

    Errors:
        AGAINST_CLASS: an appeal is handled without compensation, a claim needs a clause of the contract.
    """
    rows = [row for row in given(call, "remedies") or [] if isinstance(row, dict)]
    money = total_of([row for row in rows if row.get("kind") in MONEY], "amount")
    if given(call, "op_class") == "appeal" and money:
        raise BpmnError(AGAINST_CLASS, f"An appeal is handled without compensation; the proposal gives {money}.")
    paid = [row for row in rows if row.get("kind") == "compensation" and money_of(row.get("amount"))]
    if paid and not str(given(call, "contract_clause") or "").strip():
        raise BpmnError(AGAINST_CLASS, "A compensation rests on a clause of the contract; none is named.")
    return {}


READING = {"claim.check": check_class}
OUTSIDE = {"shipment.find": find_shipment}
