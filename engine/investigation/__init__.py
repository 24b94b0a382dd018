"""An error and policies in; the cause, what blocks, a proved fix, and what nobody could see, out.

`live` reads what is needed, from AWS or a snapshot; `encoded` begins with an error as it was pasted; `pasted` proves a
fix by the policies that a person pasted. `verdict` says what the policies that are known decide, `telling` says it in
the words of the rules.
"""

from whydenied.engine.investigation.encoded import Looked, look
from whydenied.engine.investigation.live import Investigator, Outcome

__all__ = ["Investigator", "Looked", "Outcome", "look"]
