"""IP address operators: an address or a CIDR block, IPv4 or IPv6; an address alone is a block of one."""

import ipaddress
import re

from whydenied.engine.policy.conditions.operator import Comparison, Operator, plain
from whydenied.engine.policy.matching import Fragment

__all__ = ["OPERATORS", "read_block"]

_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}", re.ASCII)
_BLOCK = re.compile(r"[0-9A-Fa-f:.]{2,45}(?:/\d{1,3})?", re.ASCII)


def read_block(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Read an address or CIDR block (host bits are ignored); None for anything else."""
    if not _BLOCK.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _ip(value: list[Fragment]) -> Comparison | None:
    block = read_block(plain(value))
    if block is None:
        return None

    def compare(actual: str) -> bool | None:
        if not _ADDRESS.fullmatch(actual):
            return None
        try:
            return ipaddress.ip_address(actual) in block
        except ValueError:
            return None

    return compare


OPERATORS = (
    Operator("IpAddress", _ip, "is in", cost=24),
    Operator("NotIpAddress", _ip, "is not in", negated=True, cost=24),
)
