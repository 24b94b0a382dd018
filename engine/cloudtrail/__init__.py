"""CloudTrail events: reading them in every form they are handed round in, and turning a refused one into an error.

`event` is what one event says, `forms` finds events in a paste or file of any form, `reading` makes of a refused event
what `engine.messages` makes of a message: a ParsedError and facts. Pure: no I/O.
"""

from whydenied.engine.cloudtrail.event import Event, is_denial
from whydenied.engine.cloudtrail.forms import find_events
from whydenied.engine.cloudtrail.reading import MAX_DENIALS, read_event, read_events

__all__ = ["MAX_DENIALS", "Event", "find_events", "is_denial", "read_event", "read_events"]
