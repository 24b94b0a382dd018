"""Whether a text may hold events. Light to load: most pastes hold none, and need nothing of what reads them."""

__all__ = ["may_hold_events"]

# Events begin within so many characters: before them stand at most a prompt and an envelope.
_HEAD = 100_000


def may_hold_events(text: str) -> bool:
    """Tell whether the beginning of a text has a word that every form of an event has."""
    head = text.lstrip("\ufeff \t\r\n")[:_HEAD].lower()
    return "event" in head or '"class_uid"' in head
