"""Remedies: the smallest change per blocking gate, proved by evaluating again. Pure: no I/O."""

from engine.remedies.plan import plan
from engine.remedies.remedy import Change, Danger, Meeting, Plan, Remedy, Target
from engine.remedies.report import Report, report
from engine.remedies.text import plan_text

__all__ = ["Change", "Danger", "Meeting", "Plan", "Remedy", "Report", "Target", "plan", "plan_text", "report"]
