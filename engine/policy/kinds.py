"""The kinds of policy document, by the rules that they are read by.

Source: IAM User Guide, "Policies and permissions in IAM" (policy types) and "AWS JSON policy elements: Principal"."""

from typing import Literal

__all__ = ["WITH_PRINCIPAL", "Kind"]

Kind = Literal["identity", "boundary", "session", "scp", "rcp", "vpce", "resource"]

# Kinds whose statements say whom they are about; all others are about whoever they are attached to.
WITH_PRINCIPAL: frozenset[Kind] = frozenset({"resource", "vpce", "rcp"})
