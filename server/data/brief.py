"""What an assistant needs of an answer: its context is short, and what it does not act on only fills it."""

from typing import Any

from whydenied.server.data import shapes

__all__ = ["brief_evaluation", "brief_step", "with_addresses"]

Answer = dict[str, Any]
"""JSON as it is sent."""

_CAUSES = 4
_CHANGE = ("owner", "gate", "kind", "target", "statement", "statements", "fragment", "status", "proof", "dangers")


def brief_step(step: shapes.WizardStep) -> Answer:
    """Return a step with its four likeliest causes, without what can be read in their articles."""
    findings = step["findings"]
    return {
        "question": step["question"],
        "findings": [
            {name: finding[name] for name in ("cause", "certainty", "probability", "owner")}
            for finding in findings[:_CAUSES]
        ],
        "further_causes": max(len(findings) - _CAUSES, 0),
        "contradictions": step["contradictions"],
        "passed_over": step["passed_over"],
    }


def brief_evaluation(data: Answer) -> Answer:
    """Return a decision with its reason and changes: no drawing, no facts, no text that says the same again."""
    changes = [{name: change[name] for name in _CHANGE if change[name]} for change in data["changes"]]
    return {
        "id": data["id"],
        "decision": data["decision"],
        "blocked_by": data["blocked_by"],
        "summary": data["explanation"]["summary"],
        "changes": changes,
        "problems": data["problems"],
    }


def with_addresses(data: Any, site: str) -> Any:
    """Return data whose addresses lead somewhere from a chat: to the site, or to the article as a resource of ours."""
    if isinstance(data, dict):
        return {name: with_addresses(value, site) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [with_addresses(value, site) for value in data]
    if isinstance(data, str) and data.startswith("/articles/") and " " not in data:
        return f"{site}{data}" if site else f"whydenied:/{data}"
    return data
