"""Service exceptions, one module a service; the folder is the list."""

import importlib
import pkgutil

from engine.evaluation.services.service import Service

__all__ = ["COMMON", "SERVICES", "service_for"]

COMMON = Service("")

SERVICES: dict[str, Service] = {
    module.SERVICE.prefix: module.SERVICE
    for name in sorted(info.name for info in pkgutil.iter_modules(__path__))
    if hasattr(module := importlib.import_module(f"{__name__}.{name}"), "SERVICE")
}


def service_for(prefix: str) -> Service:
    """Return the exceptions of a service by its action prefix (lower case)."""
    return SERVICES.get(prefix, COMMON)
