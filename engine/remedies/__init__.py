"""Remedies: the smallest change per blocking gate, proved by evaluating again. Pure: no I/O."""

from whydenied.engine.remedies.plan import plan
from whydenied.engine.remedies.remedy import Change, Danger, Meeting, Plan, Remedy, Target
from whydenied.engine.remedies.report import Report, report
from whydenied.engine.remedies.text import plan_text

__all__ = ["Change", "Danger", "Meeting", "Plan", "Remedy", "Report", "Target", "plan", "plan_text", "report"]
