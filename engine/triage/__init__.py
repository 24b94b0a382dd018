"""Triage: from CloudTrail log files to groups of denials with their causes.

`shapes` says which denials are alike, `classify` names the cause of each kind once, `files` reads one file, `counter`
counts its events, `tally` adds up, `journal` remembers what was read, `run` does all files on several processes,
`spark` on a cluster. A file that cannot be read is a line in the report, never silence.
"""

from whydenied.engine.triage.journal import Journal
from whydenied.engine.triage.run import Knowledge, Progress, run
from whydenied.engine.triage.tally import Group, Problem, Tally

__all__ = ["Group", "Journal", "Knowledge", "Problem", "Progress", "Tally", "run"]
