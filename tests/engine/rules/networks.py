"""The networks that can be loaded here: durable_rules exists up to Python 3.12 and needs a C compiler to install."""

from importlib.util import find_spec
from sys import version_info

from whydenied.engine.rules.network import NetworkName

HAS_DURABLE = version_info < (3, 13) and find_spec("durable") is not None
LIBRARIES: tuple[NetworkName, ...] = ("durable", "clips") if HAS_DURABLE else ("clips",)
NETWORKS: tuple[NetworkName, ...] = (*LIBRARIES, "count")
