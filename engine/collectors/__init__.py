"""Collectors: the policies and settings behind a refused request, read from AWS or from a snapshot; never written.

`reads` lists every call that may be made, `guard` enforces it, `aws` makes the calls (the only place with boto3, with
`guard`), `snapshot` and `account_details` answer the same calls from files, `sources/` says what to ask for which
request, `case` gathers the answers for the evaluator, `questions` reads the answers to the knowledge base's questions
off the same calls, `policy` writes the IAM policy that all this needs, `redaction` hides names in a snapshot.

Nothing here imports `aws` but who collects live, so that boto3 is loaded only then.
"""

from whydenied.engine.collectors.calls import Answer, Call, Reader, command_of
from whydenied.engine.collectors.case import Case, Piece, Unknown
from whydenied.engine.collectors.sources import Source, find_sources
from whydenied.engine.collectors.target import Target, make_target

__all__ = [
    "Answer",
    "Call",
    "Case",
    "Piece",
    "Reader",
    "Source",
    "Target",
    "Unknown",
    "command_of",
    "find_sources",
    "make_target",
]
