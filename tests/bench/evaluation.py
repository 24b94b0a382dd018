"""Bench: deciding requests, from parsed JSON and with compiled policies, with and without an explanation.

`python -m tests.bench.evaluation [CASE.json ...]` prints the figures and a plot of time against statements; `run()`
returns them. Without files it measures cases made here: `small` (one statement) and `heavy` (200 identity statements,
a boundary, three levels of SCPs and a bucket policy). Beside them stands moto's check of identity policies alone, for
comparison."""

import json
import re
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whydenied.engine.evaluation import evaluate, evaluate_case, read_case, read_policies, read_request
from whydenied.engine.evaluation.explanation import explain
from whydenied.engine.remedies import plan

__all__ = ["heavy", "plot", "run", "small"]

ROUNDS = 5
SECONDS = 0.3
SIZES = (1, 10, 100, 1_000, 10_000)

_ACCOUNT = "111122223333"
_SERVICES = "ec2 sqs sns dynamodb lambda logs ssm kms s3 secretsmanager".split()


def small() -> dict[str, Any]:
    """One identity policy with one statement."""
    return _case([{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::reports/*"]}])


def heavy() -> dict[str, Any]:
    """Ten identity policies of twenty statements, a boundary, three levels of SCPs and a bucket policy."""
    statements = [_statement(number) for number in range(199)]
    statements.append({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"})
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    region = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}
    tls = {"Bool": {"aws:SecureTransport": "false"}}
    limits: list[dict[str, Any]] = [
        {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*", "Condition": region},
        {"Effect": "Deny", "Action": "organizations:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:PutBucketPolicy", "Resource": "*"},
    ]
    case = _case(statements)
    case["identity_policies"] = [
        {"name": f"policy-{number}", "document": _document(statements[20 * number : 20 * number + 20])}
        for number in range(10)
    ]
    case["scps"] = [[_document([everything, limit])] for limit in limits]
    case["permissions_boundaries"] = [
        _document([{**everything, "Action": ["s3:*", "sqs:*"]}, {**everything, "Effect": "Deny", "Condition": tls}])
    ]
    case["resource_policy"] = _document(
        [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": tls},
            {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "*"},
        ]
    )
    return case


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _case(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "bench",
        "request": {
            "principal": f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/one",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/2026/q1.csv",
            "resource_account": _ACCOUNT,
            "context": {
                "aws:PrincipalTag/team": "payments",
                "aws:RequestedRegion": "eu-central-1",
                "aws:SecureTransport": "true",
                "aws:SourceIp": "203.0.113.77",
            },
        },
        "identity_policies": [{"name": "policy", "document": _document(statements)}],
    }


def _statement(number: int) -> dict[str, Any]:
    service = _SERVICES[number % len(_SERVICES)]
    conditions = (
        {"StringEquals": {"aws:PrincipalTag/team": ["billing", "search"]}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "172.16.0.0/12"]}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{_ACCOUNT}:role/ops/*"}},
        {"DateLessThan": {"aws:CurrentTime": "2024-01-01T00:00:00Z"}},
        {"NumericLessThan": {"s3:max-keys": "100"}},
    )
    where = "arn:aws:s3:::logs-*" if service == "s3" else f"arn:aws:{service}:eu-west-1:{_ACCOUNT}:app-{number}-*"
    return {
        "Sid": f"S{number}",
        "Effect": "Deny" if number % 7 == 0 else "Allow",
        "Action": [f"{service}:Describe*", f"{service}:List*", f"{service}:Get*"],
        "Resource": [where, f"{where}/archive/*"],
        "Condition": conditions[number % len(conditions)],
    }


def _per_second(work: Callable[[], object]) -> int:
    """Return how often work can be done in a second: the best of several rounds, since others use the machine too."""
    best = 0.0
    for _ in range(ROUNDS):
        done, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < SECONDS:
            work()
            done += 1
        best = max(best, done / spent)
    return round(best)


def _rates(case: dict[str, Any]) -> dict[str, int]:
    policies, request = read_policies(case), read_request(case)
    return {
        "from parsed JSON": _per_second(lambda: evaluate_case(case)),
        "from parsed JSON, explained": _per_second(lambda: explain(read_case(case, explain=True), everything=False)),
        "compiled, request read": _per_second(lambda: evaluate(read_request(case), policies)),
        "compiled": _per_second(lambda: evaluate(request, policies)),
        "compiled, explanation on": _per_second(lambda: evaluate(request, policies, explain=True)),
        "compiled, explanation written out": _per_second(
            lambda: explain(evaluate(request, policies, explain=True), everything=False)
        ),
    }


def _moto(case: dict[str, Any]) -> int | str:
    """Return how many identity-only checks moto makes a second, from the same documents, or why it makes none."""
    try:
        from moto.iam.access_control import IAMPolicy
    except ImportError:
        return "not installed"
    documents = [json.dumps(policy["document"]) for policy in case["identity_policies"]]
    request = case["request"]

    def check() -> None:
        for document in documents:
            IAMPolicy({"policy_document": document}).is_action_permitted(request["action"], request["resource"])

    try:
        return _per_second(check)
    except re.error as error:
        return f"fails on a wildcard: {error}"


def _growth() -> list[dict[str, float]]:
    """Measure time and memory for one policy of 1 to 10,000 statements."""
    rows = []
    for size in SIZES:
        case = _case([_statement(number) for number in range(size)])
        tracemalloc.start()
        policies = read_policies(case)
        evaluate(read_request(case), policies)
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            evaluate_case(case)
            times.append(time.perf_counter() - start)
        rows.append({"statements": size, "ms": round(min(times) * 1000, 3), "kb": round(memory / 1024, 1)})
    return rows


def plot(rows: list[dict[str, float]]) -> str:
    """Draw time and memory per statement as bars of text: level bars mean linear."""
    lines = ["statements      ms       KB   microseconds a statement"]
    worst = max(row["ms"] / row["statements"] for row in rows[1:])
    for row in rows:
        each = row["ms"] / row["statements"]
        bar = "#" * min(60, max(1, round(40 * each / worst)))
        lines.append(f"{row['statements']:10.0f} {row['ms']:8.2f} {row['kb']:8.0f}   {1000 * each:7.2f} {bar}")
    return "\n".join(lines)


def run(files: tuple[Path, ...] = ()) -> dict[str, object]:
    """Measure and return the figures, in evaluations a second unless the name says otherwise."""
    cases = {"small": small(), "heavy": heavy()}
    cases |= {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    figures: dict[str, object] = {}
    for name, case in cases.items():
        rates = _rates(case)
        figures.update({f"{name}: {what}": rate for what, rate in rates.items()})
        figures[f"{name}: moto, identity policies only, no conditions"] = _moto(case)
    denied = {**cases["heavy"], "permissions_boundaries": [_document([_statement(1)])], "scps": [[], []]}
    figures["heavy, denied: evaluation and plan with proof"] = _per_second(
        lambda: plan(read_case(denied, explain=True))
    )
    rows = _growth()
    slopes = [row["ms"] / row["statements"] for row in rows if row["statements"] >= 100]
    figures["growth: spread of the time a statement takes, 100 to 10,000"] = round(
        max(slopes) / statistics.median(slopes), 2
    )
    figures["growth"] = f"\n{plot(rows)}"
    return figures


if __name__ == "__main__":
    for label, value in run(tuple(map(Path, sys.argv[1:]))).items():
        print(f"{label:66} {value}")
