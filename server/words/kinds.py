"""What people call the kinds of articles."""

__all__ = ["KINDS", "KINDS_MANY"]

KINDS = {"cause": "Cause", "guide": "Guide", "pattern": "Message", "question": "Question", "scenario": "Set-up"}
KINDS_MANY = {
    "cause": "causes",
    "pattern": "messages",
    "scenario": "set-ups",
    "guide": "guides",
    "question": "questions",
}
