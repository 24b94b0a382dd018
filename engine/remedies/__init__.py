"""Remedies: the smallest change per blocking gate, proved by evaluating again. Pure: no I/O."""

from engine.remedies.plan import Change, Plan, Remedy, plan
from engine.remedies.text import plan_text

__all__ = ["Change", "Plan", "Remedy", "plan", "plan_text"]
