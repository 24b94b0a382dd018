"""A new article: a valid file with comments that say what each field is for, and `write me` where words are wanted.

The check complains of every `write me` that is left, and of nothing else.
"""

import datetime
import re
import textwrap
from pathlib import Path

from whydenied.kb.article import FOLDERS
from whydenied.kb.errors import NewArticleError
from whydenied.kb.gates import GATES
from whydenied.kb.placeholders import IN_TEMPLATES
from whydenied.kb.problems import did_you_mean

__all__ = ["new_article"]

_COMMON = """\
---
title: write me: {title_hint}
# One or two sentences, plain text: shown in search results and at the top of the page.
summary: write me
# IAM prefixes in lower case; leave empty where it is about none in particular.
services: []
# What people type when they look for this.
keywords: []
# Ids of articles to read next.
related: []
"""

_KINDS = {
    "pattern": "".join(
        f"{line}\n"
        for line in textwrap.wrap(
            f"Literal text; [optional]; (one|other); {{placeholder}}: {' '.join(IN_TEMPLATES)}. "
            "A backslash escapes [ ] ( ) { } |.",
            110,
            initial_indent="# ",
            subsequent_indent="# ",
        )
    )
    + """\
templates:
  - "write me: {principal} may not {action}"
# Error codes that alone make this pattern match.
codes: []
# Facts that hold when it matches.
asserts: {message.kind: denial}
# Messages as people paste them, with made-up names, and what must be read off them (null: must not be read).
examples:
  - text: write me
    reads: {}
# Messages that look alike and must not match.
near_misses:
  - write me
# Ids of the causes it commonly ends in.
causes: []
""",
    "cause": f"""\
# {" ".join(gate.id for gate in GATES)}
"""
    """\
gate: none
# How common it is among the causes, above 0 and up to 1; how many minutes it takes to check.
prior: 0.1
cost: 5
# Who can change it.
owner: write me
# When these facts hold, the cause is confirmed, likely, possible or ruled-out.
rules:
  - when: {message.kind: denial}
    then: possible
    because: write me
# For the wizard: {question id: {value: how probable that answer is if this is the cause}}.
signs: {}
# One imperative sentence each.
fix: write me
verify: write me
# Read-only commands: {principal.name} {role.name} {action} {resource} and so on are filled in.
commands:
  - why: write me
    run: aws sts get-caller-identity
example:
  text: write me
  reads: {}
  certainty: possible
# A message for which this cause must not come first.
near_miss: write me
# The proof: `denied` and `fixed` (docs/architecture.md, Content), or why no policy decides.
not_evaluated: write me
""",
    "question": """\
# The answers; `unknown` is added by itself.
values:
  - {value: yes, label: Yes}
  - {value: no, label: No}
# Why it is asked: what the answer decides.
why: write me
# Minutes to find out.
cost: 5
# The read-only AWS call that answers it, and how to read its output; remove what there is not.
# call:
#   service: iam
#   operation: GetRole
#   parameters: {RoleName: "{role.name}"}
# reads:
#   - {jmespath: Role.PermissionsBoundary != null, value: yes}
#   - {jmespath: Role.PermissionsBoundary == null, value: no}
# Where to look in the console; whom to ask; what to do after "I don't know".
console: write me
ask: write me
find_out: write me
""",
    "scenario": """\
# Ids of the causes it commonly ends in.
causes: []
# The policies it needs on each side.
sides:
  - side: write me
    policy: identity policy
    document:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::amzn-example-bucket/*"}
# Requests that are denied before and allowed after; every side takes part in one.
trials:
  - says: write me
    request:
      principal: arn:aws:sts::111122223333:assumed-role/app/session
      action: s3:GetObject
      resource: arn:aws:s3:::amzn-example-bucket/key
      resource_account: "111122223333"
    blocked_by: [identity]
    before: {identity_policies: []}
    after: {identity_policies: [side 1]}
""",
    "guide": "",
}

_SOURCES = """\
# What the article rests on.
sources:
  - title: write me
    url: https://docs.aws.amazon.com/
reviewed_on: {today}
# Days until somebody reads it again.
review_in: 180
---

"""

_TITLES = {
    "pattern": "the family of messages",
    "cause": "name the bad pattern, not the fix",
    "question": "the question to a person?",
    "scenario": "the set-up",
    "guide": "the tool, the checklist or the idea",
}

_BODIES = {
    "pattern": "write me: what these messages have in common, and what they do not say.\n",
    "cause": """\
## What it means

write me

## How to be sure

write me

## Fix

write me

## Verify

write me

## Traps

write me
""",
    "question": "write me: what else helps to answer it.\n",
    "scenario": """\
## What must be true

write me

## Steps

1. write me

## When it is denied

write me
""",
    "guide": """\
## When to use it

write me
""",
}


def new_article(kind: str, article_id: str, root: Path, today: datetime.date) -> Path:
    """Write the skeleton of a new article into a content folder and return its path; never over an existing file.

    Raises NewArticleError for a kind that there is not, and for an id that is none or is taken.
    """
    if kind not in FOLDERS:
        hint = did_you_mean(kind, FOLDERS) or f"use one of {', '.join(FOLDERS)}"
        raise NewArticleError(f"there is no kind of article `{kind}`; {hint}")
    dots = r"(\.[a-z0-9][a-z0-9-]*)*" if kind == "question" else ""
    if not re.fullmatch(rf"[a-z0-9][a-z0-9-]*{dots}", article_id):
        raise NewArticleError(f"`{article_id}` is not an id; use lower-case letters, digits and hyphens")
    for other, folder in FOLDERS.items():
        taken = root / folder / f"{article_id}.md"
        if taken.exists():
            raise NewArticleError(f"the id `{article_id}` is taken by the {other} `{taken}`; choose another id")
    head = _COMMON.replace("write me: {title_hint}", f'"write me: {_TITLES[kind]}"')
    text = head + _KINDS[kind] + _SOURCES.replace("{today}", today.isoformat()) + _BODIES[kind]
    path = root / FOLDERS[kind] / f"{article_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    return path
