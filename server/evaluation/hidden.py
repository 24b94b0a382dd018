"""An evaluation as it may be shown: without the secrets that the policies or the request held."""

import msgspec

from whydenied.engine.remedies import Report
from whydenied.engine.secrets.hiding import Hider

__all__ = ["without_secrets"]


def without_secrets(found: Report, hider: Hider) -> Report:
    """Return the report with every secret of the question masked, wherever it is quoted."""
    if not hider:
        return found
    return msgspec.convert(hider.data(msgspec.to_builtins(found)), Report)
