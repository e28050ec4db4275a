"""What a decision is bound to: what stood on the page when it was opened, and what stands there now."""

import hashlib
import json
from collections.abc import Mapping

from engine import Element, Json

PROPERTY = "boundTo"


def seen(element: Element | None, variables: Mapping[str, Json]) -> str:
    """A digest of the variables that the element names in boundTo, as they are now; empty where it names none."""
    names = element.properties.get(PROPERTY, "").split() if element is not None else []
    if not names:
        return ""
    values = {name: variables.get(name) for name in names}
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
