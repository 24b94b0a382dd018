"""CloudTrail events: reading them in every form they are handed round in, and turning a refused one into an error.

`sign` tells whether a text may hold events at all, `event` is what one event says, `forms` finds events in a paste or
file of any form, `reading` makes of a refused event what `engine.messages` makes of a message: a ParsedError and facts.
Pure: no I/O.
"""
