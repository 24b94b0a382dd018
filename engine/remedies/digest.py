"""A few letters that stand for what a policy or a statement holds, for the names of what has none."""

import json

__all__ = ["digest_of"]


def digest_of(document: object) -> str:
    """Return eight letters and digits: the same of the same document, whatever the order of its keys."""
    # Here and not above: OpenSSL takes as long to load as a message to read, and few changes make a name.
    from hashlib import sha256

    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:8]
