"""Break articles and see whether `whydenied check` notices: `python scripts/break_articles.py [--each N] [--kind K]…`

One break at a time, in a copy of the content: a kind of mistake that an author makes (BREAKS lists them), in articles
drawn by chance among those that it can be made in. The check is run on the broken article, and where that finds
nothing, on everything. Prints a line for each kind with what was noticed, the breaks that were not, and the share over
all kinds alike.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from whydenied.checks.run import run_checks
from whydenied.engine.errors import ContentError
from whydenied.kb.article import FOLDERS
from whydenied.server.articles.content import load_content
from whydenied.server.articles.diagrams import DIAGRAMS

ROOT = Path(__file__).parents[1]
# A break takes a file's text and a source of chance; None where this article has nothing to break in that way.
Break = Callable[[str, random.Random], str | None]


def swap(pattern: str, new: str) -> Break:
    """Make the break that replaces one match of a pattern, drawn by chance."""

    def broken(text: str, chance: random.Random) -> str | None:
        found = list(re.finditer(pattern, text, re.MULTILINE | re.DOTALL))
        if not found:
            return None
        match = chance.choice(found)
        return text[: match.start()] + match.expand(new) + text[match.end() :]

    return broken


def in_head(pattern: str, new: str) -> Break:
    """Make the break that replaces one match in the front matter."""

    def broken(text: str, chance: random.Random) -> str | None:
        head, mark, body = text.partition("\n---\n")
        changed = swap(pattern, new)(head, chance)
        return None if changed is None else changed + mark + body

    return broken


def in_body(pattern: str, new: str) -> Break:
    """Make the break that replaces one match in the body."""

    def broken(text: str, chance: random.Random) -> str | None:
        head, mark, body = text.partition("\n---\n")
        changed = swap(pattern, new)(body, chance)
        return None if changed is None else head + mark + changed

    return broken


def in_templates(pattern: str, new: str) -> Break:
    """Make the break that replaces one match in the templates of a pattern."""

    def broken(text: str, chance: random.Random) -> str | None:
        found = re.search(r"^templates:\n(?:  - [^\n]*\n)+", text, re.MULTILINE)
        changed = swap(pattern, new)(found[0], chance) if found else None
        return None if found is None or changed is None else text.replace(found[0], changed, 1)

    return broken


def in_fence(language: str, pattern: str, new: str, *, under: str = "") -> Break:
    """Make the break that replaces one match in a fence of a language; under: only below this heading."""

    def broken(text: str, chance: random.Random) -> str | None:
        start = text.find(f"\n{under}\n") if under else 0
        fences = list(re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
        places = [
            (fence.start(1) + found.start(), fence.start(1) + found.end(), found.expand(new))
            for fence in fences
            if start <= fence.start() and start >= 0
            for found in re.finditer(pattern, fence[1], re.MULTILINE | re.DOTALL)
        ]
        if not places:
            return None
        begin, end, instead = chance.choice(places)
        return text[:begin] + instead + text[end:]

    return broken


def weaken_all(text: str, _: random.Random) -> str | None:
    """Turn every `confirmed` of the rules into `likely`."""
    broken = text.replace("    then: confirmed", "    then: likely")
    return None if broken == text else broken


def of(kind: str, change: Break) -> Break:
    """Make a break only in articles of a kind."""
    marks = {"cause": "\nprior: ", "pattern": "\nnear_misses:", "scenario": "\nsides:", "question": "\nfind_out:"}
    return lambda text, chance: change(text, chance) if marks[kind] in text else None


BREAKS: dict[str, Break] = {
    # Front matter
    "unknown field": in_head(r"^services:", "service:"),
    "field left out": in_head(r"^summary: [^\n]*\n", ""),
    "date that is none": in_head(r"^reviewed_on: .*?$", "reviewed_on: 2026-13-01"),
    "date to come": in_head(r"^reviewed_on: .*?$", "reviewed_on: 2099-01-01"),
    "YAML anchor": in_head(r"^keywords: ", "keywords: &words "),
    "related to nothing": in_head(r"^related: \[([a-z0-9.-]+)", r"related: [\1-x"),
    "another gate": of(
        "cause", in_head(r"^gate: (identity|scp|rcp|boundary|session|vpce|resource|trust)$", "gate: s3-bpa")
    ),
    "prior 0.9": of("cause", in_head(r"^prior: 0\.\d+$", "prior: 0.9")),
    "fix of another action": of(
        "cause", in_head(r"^(fix: [^\n]*?)\b(iam|s3|sts|kms|lambda|bedrock):[A-Z][A-Za-z]+", r"\1\2:TagResource")
    ),
    "owner nobody": of("cause", in_head(r"^owner: .*?$", "owner: Nobody")),
    "rules weakened": of("cause", weaken_all),
    "fact that nobody states": of("cause", in_head(r"^      (message|action|error)\.([a-z]+):", r"      \1.\2x:")),
    "value that a fact never has": of("cause", in_head(r'^  ([a-z.-]+): \{"?(yes|no)"?:', r"  \1: {maybe:")),
    "untrue because": of("cause", in_head(r"^    because: .*?$", '    because: "The moon was full."')),
    "command misspelt": of("cause", in_head(r"^    run: aws ([a-z0-9-]+) ([a-z-]+)", r"    run: aws \1 \2s")),
    "placeholder that nothing fills": of("cause", in_head(r"\{principal\.arn\}", "{principal.arm}")),
    # Messages
    "example read otherwise": in_head(
        r"^(  +(?:action|principal|resource|error_code): )(?!null)[^\n]*$", r"\1nonsense"
    ),
    # Without its answers an example is no hit.
    "near-miss that is a hit": of(
        "cause",
        lambda text, _: (
            None
            if "\n  answers:" in text
            else _copied(text, r"^example:\n  text: (.*?)$", r"^near_miss: .*?$", "near_miss: ")
        ),
    ),
    "template misspelt": of(
        "pattern", in_templates(r"^  - ([A-Za-z' ]*?)([a-z])([a-z]) ([A-Za-z])", r"  - \1\3\2\3 \4")
    ),
    "cause of a pattern swapped": of(
        "pattern", in_head(r"^causes:(?:\n  - | \[)[a-z0-9-]+(.*?)$", r"causes: [s3-requester-pays]")
    ),
    "near-miss of a pattern that is a hit": of(
        "pattern", lambda text, _: _copied(text, r"^  - text: (.*?)$", r"^near_misses:\n  - .*?$", "near_misses:\n  - ")
    ),
    # Proofs and policies
    "request's action swapped": in_head(r'(request: \{[^\n]*?action: )"?[\w:-]+"?(,)', r'\1"s3:PutObjectAcl"\2'),
    "request's account swapped": in_head(r'resource_account: "111122223333"', 'resource_account: "444455556666"'),
    "key that no request carries": in_head(
        r"(request: \{[^\n]*?)context: \{", r'\1context: {"s3:TlsVersions": "1.2", '
    ),
    "caller of a proof swapped": of(
        "cause", in_head(r'^(  request: \{principal: "arn:aws:(?:sts|iam)::)\d{12}', r"\g<1>777788889999")
    ),
    "gate of a trial swapped": in_head(r"^    blocked_by: \[(identity|resource)\]", "    blocked_by: [scp]"),
    "action of the fix widened": in_fence(
        "json", r'^(\s*"Action": )"([a-z0-9-]+):[A-Za-z]+"', r'\1"\2:*"', under="## Fix"
    ),
    "resource of the fix widened": in_fence("json", r'^(\s*"Resource": )"arn:[^"]*"', r'\1"*"', under="## Fix"),
    "action misspelt": in_fence("json", r'"([a-z0-9-]+:[A-Z][a-z]+)([A-Za-z]+)"', r'"\1x\2"'),
    "effect turned round": in_fence("json", r'"Effect": "Allow"', '"Effect": "Deny"'),
    "principal swapped": in_fence("json", r'("AWS": "arn:aws:iam::)(\d{12})', r"\g<1>999900001111"),
    "condition key misspelt": in_fence("json", r'"aws:([A-Z][A-Za-z]+)":', r'"aws:\1s":'),
    "condition's value swapped": in_fence("json", r'("StringEquals": \{\s*"[^"]+": ")[^"]+"', r'\1other"'),
    "JSON broken": in_fence("json", r"\},?\n", "\n"),
    "trial lost": of("scenario", in_head(r"^  - says: [^\n]*\n(?:    [^\n]*\n)+", "")),
    "Allow that nobody needs": of("scenario", lambda text, _: _also_allowed(text)),
    "policy without a proof": in_body(
        r"\Z",
        '\n```json\n{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a"}}\n```\n',
    ),
    "side that is not shown": of(
        "scenario", in_fence("json", r'"Sid": "([A-Za-z]+)"', r'"Sid": "\1Two"', under="### After")
    ),
    "managed policy that AWS has not": in_body(r"`(Amazon|AWS)([A-Z][A-Za-z0-9]+)(Policy|Access|Core)`", r"`\1\2s\3`"),
    # Other forms
    "Terraform: action left out or swapped": in_fence(
        "hcl", r'((?:actions|action|Action) +=\s*\[?")[a-z0-9-]+:[A-Za-z]+', r"\1s3:PutObjectAcl"
    ),
    "Terraform: resource swapped": in_fence("hcl", r'((?:resources|Resource) +=\s*\[?")[^"]+', r"\1arn:aws:s3:::other"),
    "Terraform: brace lost": in_fence("hcl", r"^\}\n", ""),
    "Terraform: resource lost": in_fence("hcl", r'^resource "aws_iam_role_policy" .*?^\}\n', ""),
    "Terraform: data source that is nowhere": in_fence(
        "hcl", r'file\("[^"]*"\)', "data.aws_iam_policy_document.lost.json"
    ),
    "CDK: another file": in_fence("typescript", r"read\('([a-z0-9-]+)\.json'\)", r"read('\1-old.json')"),
    "CDK: property misspelt": in_fence("typescript", r"^  (role|policy)Name: ", r"  \1Names: "),
    "CloudFormation: property misspelt": in_fence("yaml", r"^    PolicyDocument:", "    PolicyDocuments:"),
    "CloudFormation: type misspelt": in_fence("yaml", r"Type: AWS::(\w+)::(\w+)$", r"Type: AWS::\1::\2s"),
    "CloudFormation: action swapped": in_fence(
        "yaml", r"^(\s+(?:- )?Action: )[a-z0-9-]+:[A-Za-z]+$", r"\1s3:PutObjectAcl"
    ),
    "CloudFormation: principal swapped": in_fence(
        "yaml", r'(Principal: \{?\s*AWS: "?arn:aws:iam::)\d{12}', r"\g<1>999900001111"
    ),
    "CloudFormation: statement lost": in_fence(
        "yaml", r"^        - (?:Sid: \w+\n          )?Effect: Allow\n(?:          .*?\n)+?(?=        - )", ""
    ),
    # Body
    "heading lost": of("cause", in_body(r"^## (Verify|Traps)$", r"### \1")),
    "link to nothing": in_body(r"\]\(\.\./(causes|guides|scenarios)/([a-z0-9-]+)\.md", r"](../\1/\2-x.md"),
    "anchor to nothing": in_body(r"\]\((\.\./[a-z]+/[a-z0-9-]+\.md)\)", r"](\1#no-such-part)"),
    "image": in_body(r"\Z", "\n![a picture](picture.png)\n"),
    "language of a fence": in_body(r"^```bash$", "```bsh"),
    "words of a diagram": in_body(r"^(```diagram [a-z0-9-]+\n)", r"\1And then.\n"),
    "command in a sentence misspelt": in_body(r"`aws ([a-z0-9-]+) ([a-z-]+)", r"`aws \1 \2s"),
    "option in a script misspelt": in_fence("bash", r"^(aws [^\n]*? --[a-z]+(?:-[a-z]+)+)", r"\1x"),
    "console's path left out": of(
        "cause", lambda text, _: re.sub("(?i)console", "board", text) if "**Console**" in text else None
    ),
    "unchecked path of the console": in_head(r'^  - title: "unchecked: the console\'s paths"\n', ""),
    "idiom": in_body(r"(?m)^(You|The|If) ", r"You can leave it away. \1 "),
    "part still to be written": in_body(r"\Z", "\nWrite me.\n"),
    "untrue sentence": in_body(r"(?m)^The ([a-z]+) (?:is|are) ", r"The \1 never is "),
    # Questions
    "call that writes": of(
        "question", in_head(r"^  operation: (?:Get|Describe|List)([A-Za-z]+?)s?$", r"  operation: Delete\1")
    ),
    "operation misspelt": of("question", in_head(r"^  operation: ([A-Z][a-z]+)", r"  operation: \1x")),
    "field of the output misspelt": of("question", in_head(r'^(  - jmespath: "?[A-Z][a-z]+)', r"\1x")),
    "answer that the question has not": of("question", in_head(r'^(    value: )"?(yes|no)"?$', r"\1perhaps")),
}


def _copied(text: str, source: str, target: str, label: str) -> str | None:
    """Put what one field says in place of what another says."""
    found = re.search(source, text, re.MULTILINE)
    if not found or not re.search(target, text, re.MULTILINE) or found[1] in (">-", "|", ">", "|-"):
        return None
    return re.sub(target, lambda _: label + found[1], text, count=1, flags=re.MULTILINE)


def _also_allowed(text: str) -> str | None:
    """Allow something more in the first policy of a set-up, in the front matter and where it is printed."""
    more = r'\1\2{"Sid": "More", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},\n\2'
    head, mark, body = text.partition("\n---\n")
    first = re.search(r'"Statement": \[\n +\{\n +"Sid": "(\w+)"', head)
    if not first:
        return None
    place = rf'("Statement": \[\n)( +)(?=\{{\n +"Sid": "{first[1]}")'
    return mark.join(re.sub(place, more, part, count=1) for part in (head, body))


def noticed(root: Path, file: Path) -> bool:
    """Tell whether the check finds an error: in this article, else in any."""
    for only in ((file.stem,), ()):
        try:
            if run_checks(load_content([root]), [root], DIAGRAMS, only).failed():
                return True
        except ContentError:
            return True
    return False


def try_kind(root: Path, name: str, files: list[Path], each: int, chance: random.Random) -> tuple[int, list[str]]:
    """Break up to `each` articles in one way; return how many were broken and which of them nobody noticed."""
    tried, missed = 0, []
    for file in chance.sample(files, len(files)):
        text = file.read_text("utf-8")
        broken = BREAKS[name](text, chance)
        if broken is None or broken == text:
            continue
        file.write_text(broken, "utf-8")
        try:
            tried += 1
            if not noticed(root, file):
                missed.append(file.stem)
        finally:
            file.write_text(text, "utf-8")
        if tried == each:
            break
    return tried, missed


def main() -> None:
    """Break, check, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=3, help="articles to break in each way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=list(BREAKS), help="only these kinds")
    options = parser.parse_args()
    shares = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "content"
        shutil.copytree(ROOT / "content", root)
        if run_checks(load_content([root]), [root], DIAGRAMS).failed():
            sys.exit("the content has problems already: mend them first")
        files = sorted(file for kind in FOLDERS.values() for file in (root / kind).glob("*.md"))
        for name in options.kind or BREAKS:
            tried, missed = try_kind(root, name, files, options.each, random.Random(f"{options.seed} {name}"))
            if tried:
                shares.append((tried - len(missed)) / tried)
            told = f": {', '.join(missed)}" if missed else ""
            print(f"{tried - len(missed):3} of {tried:3}  {name}{told}", flush=True)
    print(f"{len(shares)} kinds, {100 * sum(shares) / max(len(shares), 1):.1f} % noticed (seed {options.seed})")


if __name__ == "__main__":
    main()
