"""Causes and scenarios decided: denied by exactly the gate they name, allowed by the fix, and by no less than it.

The cases stand in the articles (docs/architecture.md, Content) and the evaluator is the engine's own.
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

from whydenied.checks.minimal import each_undone
from whydenied.checks.named_policies import MissingPolicyError, NamedPolicies, json_fences
from whydenied.checks.policies import documents_in
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import Evaluation, read_case
from whydenied.engine.evaluation.gates import gate_called
from whydenied.engine.policy.names import Names
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.problems import Problem

__all__ = ["decide_cause", "decide_scenario", "undecided"]

_Case = dict[str, Any]
# What service control policies allow is the most that an account may do, and grants nothing.
_CEILINGS = ("scp",)
# In the policy of a key or a secret `*` is that key or secret, as AWS's own examples write it.
_WITH_ITSELF = ("kms:", "secretsmanager:")


def undecided(catalogue: Catalogue) -> list[Problem]:
    """Return a problem for every case that is not decided as its article says."""
    problems = [problem for cause in catalogue.of("cause") for problem in decide_cause(cause)]
    return problems + [problem for article in catalogue.of("scenario") for problem in decide_scenario(article)]


def decide_cause(article: Article) -> list[Problem]:
    """Decide the denied and the fixed case of a cause; undo each part of the fix."""
    meta = article.meta
    if meta["denied"] is None:
        if meta["not_evaluated"]:
            return [*_too_wide(article, {}), *_trials(article, NamedPolicies(article))]
        message = "shows no case that is denied and none that is fixed"
        instead = "write `denied` and `fixed`, or say in `not_evaluated` why no policy decides"
        return [Problem(article.file, None, "denied", message, instead)]
    behind = gate_called(meta["gate"])
    gates = meta["blocked_by"] or ([behind.name] if behind else [])
    if not gates:
        message = f"the gate `{meta['gate']}` is none that policies decide"
        return [Problem(article.file, None, "blocked_by", message, "name the gates that block in `blocked_by`")]
    if behind and behind.name not in gates:
        message = f"leaves out `{behind.name}`, which is what the gate `{meta['gate']}` decides by"
        return [Problem(article.file, None, "blocked_by", message, "name it, or correct `gate`")]
    try:
        named = NamedPolicies(article)
        denied = named.resolve(meta["denied"])
        fixed = {**denied, **named.resolve(meta["fixed"])}
        if isinstance(meta["fixed"].get("request"), dict):
            fixed["request"] = {**denied["request"], **meta["fixed"]["request"]}
        problems = [*_same_request(article, denied), *_too_wide(article, fixed)]
        return [*problems, *_change(article, "", denied, fixed, gates), *_trials(article, named)]
    except (InputError, MissingPolicyError, LookupError, ValueError) as error:
        return [Problem(article.file, None, "denied", f"cannot be evaluated: {error}", "see docs/evaluate.md")]


def decide_scenario(article: Article) -> list[Problem]:
    """Decide the trials of a scenario before and after, and see that every policy shown takes part in one."""
    named = NamedPolicies(article)
    problems = [*_trials(article, named), *_idle(article, named)]
    for name in named.names:
        if name not in named.used:
            message = f"the policy `{name}` takes part in no trial"
            problems.append(Problem(article.file, None, "trials", message, "write a trial that needs it"))
    return problems


def _idle(article: Article, named: NamedPolicies) -> Iterator[Problem]:
    """Say which part of a side changes nothing for any request of a trial: nobody has seen what it does."""
    cases = list(_decided(article, named))
    for number, side in enumerate(article.meta["sides"]):
        for place, name, without in _each_left_out(side["document"]):
            if not any(_decides(side["document"], without, case, outcomes) for case, outcomes in cases):
                if name.startswith("Deny"):
                    message = f"the {name} refuses nothing that any trial asks for"
                    instead = "write a trial that it refuses before, and one that it lets through after"
                else:
                    message = f"the {name} is needed by no trial: without it each is decided all the same"
                    instead = "write a trial that is allowed by it alone, or leave it out"
                yield Problem(article.file, None, f"sides[{number}].document.{place}", message, instead)


def _each_left_out(document: _Case) -> Iterator[tuple[str, str, _Case]]:
    """Yield (place, what it is called, the policy without it) for each statement, and each action and resource of an
    Allow that has several."""
    statements = _listed(document["Statement"])
    for index, statement in enumerate(statements):
        place, name = f"Statement[{index}]", f"{statement['Effect']} `{statement.get('Sid', '')}`"
        before, after = statements[:index], statements[index + 1 :]
        yield place, name, {**document, "Statement": [*before, *after]}
        for key in ("Action", "Resource") if statement["Effect"] == "Allow" else ():
            values = _listed(statement.get(key, []))
            for value in values if len(values) > 1 else ():
                rest = {**statement, key: [one for one in values if one != value]}
                yield f"{place}.{key}", f"`{value}` of {name}", {**document, "Statement": [*before, rest, *after]}


def _decided(article: Article, named: NamedPolicies) -> Iterator[tuple[_Case, list[tuple[str, list[str]]]]]:
    """Yield each case of the trials with its outcomes, but for those that `_trials` says cannot be evaluated."""
    for trial in article.meta["trials"]:
        for case in _both_cases(trial, named):
            with contextlib.suppress(InputError, ValueError):
                yield case, _outcomes(case)


def _both_cases(trial: _Case, named: NamedPolicies) -> list[_Case]:
    """Return the case before a trial's change and the one after it; none where `_trials` says that a policy lacks."""
    try:
        return [
            named.resolve({"request": trial["request"], **trial["both"], **trial[when]}) for when in ("before", "after")
        ]
    except (MissingPolicyError, LookupError):
        return []


def _decides(document: _Case, other: _Case, case: _Case, outcomes: list[tuple[str, list[str]]]) -> bool:
    """Tell whether a case is decided otherwise with another policy in place of this one."""
    changed = _replaced(case, document, other)
    return bool(changed != case and _outcomes(changed) != outcomes)


def _outcomes(case: _Case) -> list[tuple[str, list[str]]]:
    return [(one.decision, sorted(one.blocked_by)) for one in _evaluate(case)]


def _replaced(value: Any, old: Any, new: Any) -> Any:
    if value == old:
        return new
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [changed for item in value if (changed := _replaced(item, old, new)) is not None]
    return value


def _trials(article: Article, named: NamedPolicies) -> Iterator[Problem]:
    """Decide every trial before and after its change."""
    for number, trial in enumerate(article.meta["trials"]):
        field = f"trials[{number}]."
        try:
            before, after = (
                named.resolve({"request": trial["request"], **trial["both"], **trial[when]})
                for when in ("before", "after")
            )
            yield from _change(article, field, before, after, trial["blocked_by"], whole_policies=True)
        except (InputError, MissingPolicyError, LookupError, ValueError) as error:
            message = f"cannot be evaluated: {error}"
            yield Problem(article.file, None, field.rstrip("."), message, "see docs/evaluate.md")


def _change(
    article: Article, field: str, denied: _Case, fixed: _Case, gates: list[str], *, whole_policies: bool = False
) -> Iterator[Problem]:
    """Say what does not hold of a change.

    whole_policies: a set-up's policies serve more than one request, so only each policy as a whole has to be needed.
    """
    before, after = (f"{field}{'before' if field else 'denied'}", f"{field}{'after' if field else 'fixed'}")
    for where, case in ((before, denied), (after, fixed)):
        yield from _wrong_account(article, where, case["request"])
        for key in _not_carried(case):
            message = f"has `{key}` in its context, which no request of this action carries"
            yield Problem(article.file, None, f"{where}.request.context", message, "leave it out, as the service does")
    for evaluation in _evaluate(denied):
        if sorted(evaluation.blocked_by) != sorted(gates):
            found = f"is {evaluation.decision}, blocked by {', '.join(evaluation.blocked_by) or 'nothing'}"
            yield Problem(article.file, None, before, found, f"it should be blocked by {', '.join(gates)}")
    for evaluation in _evaluate(fixed):
        if evaluation.decision != "Allowed":
            found = f"is {evaluation.decision}, blocked by {', '.join(evaluation.blocked_by)}"
            yield Problem(article.file, None, after, found, "complete the fix")
    undone = _each_policy_undone(denied, fixed) if whole_policies else each_undone(denied, fixed)
    for where, case in undone:
        if all(evaluation.decision == "Allowed" for evaluation in _evaluate(case)):
            message = f"`{where}` is not needed: without it the request is allowed all the same"
            yield Problem(article.file, None, after, message, "leave it out, or add a request that needs it")


def _each_policy_undone(denied: _Case, fixed: _Case) -> Iterator[tuple[str, _Case]]:
    for key in fixed:
        if denied.get(key) != fixed[key]:
            yield key, {**fixed, key: denied.get(key)}


def _evaluate(case: _Case) -> list[Evaluation]:
    """Decide a case: its `action` and `resource` may be lists, of requests with the same policies."""
    request = case["request"]
    actions, resources = (_listed(request.get(name, "*")) for name in ("action", "resource"))
    if len(actions) == 1:
        actions = actions * len(resources)
    if len(resources) == 1:
        resources = resources * len(actions)
    pairs = zip(actions, resources, strict=True)
    return [read_case({**case, "request": {**request, "action": a, "resource": r}}) for a, r in pairs]


def _same_request(article: Article, denied: _Case) -> Iterator[Problem]:
    """Say if the case is not about the caller, the action and the resource of the example's message.

    What Block Public Access refuses is named by actions that no policy is tested for.
    """
    if article.meta["gate"] == "s3-bpa":
        return
    for name in ("principal", "action", "resource"):
        read = article.meta["example"]["reads"].get(name)
        asked = [one.lower() if isinstance(one, str) else one for one in _listed(denied["request"].get(name, "*"))]
        if isinstance(read, str) and read.lower() not in asked:
            message = f"is not about `{read}`, the {name} of the example"
            yield Problem(article.file, None, f"denied.request.{name}", message, "let both be about the same")


def _wrong_account(article: Article, where: str, request: _Case) -> Iterator[Problem]:
    """Say if a request's resource is of another account than its ARN names."""
    said = request.get("resource_account")
    for resource in _listed(request.get("resource", "*")):
        account = (str(resource).split(":", 5)[4:5] or [""])[0]
        if said and account.isdigit() and account != said:
            message = f"is `{said}`, and `{resource}` is of `{account}`"
            yield Problem(article.file, None, f"{where}.request.resource_account", message, "let both be the same")


def _too_wide(article: Article, fixed: _Case) -> Iterator[Problem]:
    """Say which Allow of the fix opens all of a service, or all resources, without need.

    An action that takes no resource can only be allowed on `*`. What was there before the fix is not the fix's.
    """
    meta, shown = article.meta, list(json_fences(article).values())
    before = documents_in([meta["denied"], [trial["before"] for trial in meta["trials"]]])
    after = list(documents_in(fixed.get("identity_policies") if meta["gate"] in _CEILINGS else [fixed, shown]))
    kept = [statement for document in before for statement in _listed(document["Statement"])]
    for document in [one for number, one in enumerate(after) if one not in after[:number]]:
        for statement in _listed(document["Statement"]):
            if statement["Effect"] != "Allow" or statement in kept:
                continue
            for action in _wide(statement):
                message = f"allows `{action}` on more than the request needs"
                yield Problem(article.file, None, "fixed", message, "name the action and the resource of the example")


def _wide(statement: _Case) -> list[str]:
    """Return the actions that a statement allows whole services of, or on all resources though they take one."""
    actions = [str(action) for action in _listed(statement.get("Action", []))]
    wide = [action for action in actions if action == "*" or action.endswith(":*")]
    own = "Principal" in statement and all(action.startswith(_WITH_ITSELF) for action in actions)
    if "*" in _listed(statement.get("Resource", "")) and not own:
        wide += [action for action in actions if _names().resources(action)]
    return wide


def _not_carried(case: _Case) -> list[str]:
    """Return the keys of a request's context that no request of its actions carries."""
    actions = _listed(case["request"].get("action", "*"))
    names = _names()
    return [
        key for key in case["request"].get("context", {}) if not any(names.carries(action, key) for action in actions)
    ]


@functools.cache
def _names() -> Names:
    return Names()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
