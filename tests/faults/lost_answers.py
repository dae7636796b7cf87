"""What may happen to a call of any vendor, whose answers the sweeps disturb."""

from typing import Any

TIME_OUT = 1.0  # seconds until a call is given up
# «Applied»: its work was done all the same.
LOST: dict[str, dict[str, Any]] = {
    "500": {"fault": "500"},
    "500, applied": {"fault": "500", "applied": True},
    "a gateway's page": {"fault": "gateway"},
    "a gateway's page, applied": {"fault": "gateway", "applied": True},
    "a login page": {"fault": "html"},
    "a login page, applied": {"fault": "html", "applied": True},
    "time-out": {"fault": "timeout"},
    "time-out, applied": {"fault": "timeout", "applied": True},
    "time-out, applied late": {"fault": "timeout", "applied": "late", "seconds": TIME_OUT + 0.3},
    "reset": {"fault": "reset"},
    "reset, applied": {"fault": "reset", "applied": True},
    "cut": {"fault": "cut", "applied": True},
    "401": {"fault": "401"},
    "403": {"fault": "403"},
}
