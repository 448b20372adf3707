"""The state tables, one module per machine, and one table of all of them."""

from collections.abc import Mapping

from spec_model.machines.curve_client import CURVE_CLIENT
from spec_model.machines.curve_server import CURVE_SERVER
from spec_model.machines.greeting import GREETING
from spec_model.machines.heartbeat import HEARTBEAT, LIFETIME
from spec_model.machines.legacy import LEGACY
from spec_model.machines.null import NULL
from spec_model.machines.plain_client import PLAIN_CLIENT
from spec_model.machines.plain_server import PLAIN_SERVER
from spec_model.machines.table import Machine, Row
from spec_model.machines.traffic import TRAFFIC

MACHINES: Mapping[str, Machine] = {
    machine.name: machine
    for machine in (
        GREETING,
        NULL,
        PLAIN_CLIENT,
        PLAIN_SERVER,
        CURVE_CLIENT,
        CURVE_SERVER,
        TRAFFIC,
        HEARTBEAT,
        LIFETIME,
    )
}

EVERY: Mapping[str, Machine] = {**MACHINES, LEGACY.name: LEGACY}
"""Those that a connection steps, and the detection of older versions, which only looks."""

__all__ = ["EVERY", "MACHINES", "Machine", "Row"]
