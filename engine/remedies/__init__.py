"""Remedies: the smallest change per blocking gate, proved by evaluating again. Pure: no I/O."""

from engine.remedies.plan import Change, Plan, Remedy, plan
from engine.remedies.report import Report, report
from engine.remedies.text import plan_text

__all__ = ["Change", "Plan", "Remedy", "Report", "plan", "plan_text", "report"]
