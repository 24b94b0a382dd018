"""The inquiry: which question to ask next, so that the cause is known for the least effort.

The order of things: `model` turns the articles' priors, signs and costs into tables; `belief` says how probable each
cause is, given what the rules conclude and what was answered; `choice` finds the question that tells most for its
cost, and when to stop; `inquiry` puts these together as one step; `tree` walks all steps from an entry, for the map;
`outputs` reads what the read-only commands print, and turns it into facts. Pure: no I/O.
"""

from whydenied.engine.inquiry.choice import Ask, Stop
from whydenied.engine.inquiry.inquiry import Inquiry, Step
from whydenied.engine.inquiry.model import CauseModel, Question, make_model

__all__ = ["Ask", "CauseModel", "Inquiry", "Question", "Step", "Stop", "make_model"]
