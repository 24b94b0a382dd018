"""What the JSON of the API is made of: each object's fields, typed.

`server.data` fills these (the type checker holds it to them), and the OpenAPI document is generated from them, so
that what is written about an answer is what is sent.
"""

from typing import Any, Literal, NotRequired, TypedDict

from whydenied.engine.evaluation import Decision
from whydenied.engine.evaluation.explanation import Explanation
from whydenied.engine.evaluation.problems import PolicyProblems
from whydenied.engine.facts import Fact
from whydenied.engine.findings import Certainty
from whydenied.engine.remedies import Plan

__all__ = [
    "Article",
    "ArticleLink",
    "ArticleList",
    "Change",
    "Diagnosis",
    "EvaluationAnswer",
    "Found",
    "ProblemDetails",
    "WizardStep",
]

Kind = Literal["cause", "guide", "pattern", "question", "scenario"]
Answered = Literal["fingerprint", "fields", "text"]


StepKind = Literal["apply", "ask_owner", "answer_question", "stop"]


class ArticleLink(TypedDict):
    """How an article is referred to."""

    id: str
    kind: Kind
    title: str
    url: str


class Error(TypedDict):
    """What was read off a denial. A field that the text does not state is null, never a guess. `times`: how often the
    text holds this same denial."""

    error_code: str | None
    http_status: str | None
    principal: str | None
    action: str | None
    operation: str | None
    resource: str | None
    effect: Literal["explicit", "implicit"] | None
    policy_type: str | None
    policy_arn: str | None
    authorization_id: str | None
    encoded_message: bool | None
    request_id: str | None
    service: str | None
    region: str | None
    patterns: list[str]
    times: int


class KnownFact(TypedDict):
    """Something that was read, answered or derived. No fact holds a name of anybody's."""

    name: str
    value: str


class Reason(TypedDict):
    """Why a cause is held for this certain: the words of the text that say so, the rule (`signs/…` for an answer that
    is likelier under this cause than under others), and the facts that it rests on."""

    text: str
    words: list[str]
    rule: str
    facts: list[KnownFact]


class CommandLine(TypedDict):
    """A read-only command that tells more, with the names that the text tells; what it does not is in `<angles>`."""

    why: str
    run: str


class Finding(TypedDict):
    """A cause. `gate`: the kind of policy it sits in. `owner`: who can change it."""

    cause: str
    certainty: Certainty
    probability: float
    gate: str
    because: list[Reason]
    fix: str
    verify: str
    owner: str
    commands: list[CommandLine]


class Forms(TypedDict, total=False):
    """One change in the forms that people keep policies in; a form that its tool does not have is left out. `cli`:
    lines that read what is there, merge and write. `cdk` is TypeScript."""

    json: str
    cli: str
    terraform: str
    cloudformation: str
    cdk: str
    cdk_python: str


class Change(TypedDict):
    """The change that lets the request pass, never wider than what the text names. `owner`: who can make it. `gate`:
    where (`trust` for a trust policy). `target`: the policy. `statement`: null where none helps, or several are needed
    (`statements`); `fragment`: for an exception, the condition to add to the Deny. `status`: `proved` where the
    policies were given, else `assumed`: nobody has seen the gates that `assumes` names, which may block too; `taken`:
    what else is taken for granted. `blanks`: what the text does not name. `expected`: the statements for what the same
    resource of Terraform, Pulumi or CloudFormation is expected to be refused next, these included: not proved; [] where
    that is not known. `denials`: their numbers in `denials` of the
    diagnosis, from 1."""

    owner: str
    gate: str
    kind: Literal["allow", "exception", "trust", "other"]
    target: str
    statement: dict[str, Any] | None
    statements: list[dict[str, Any]]
    fragment: dict[str, Any] | None
    status: Literal["proved", "assumed"]
    assumes: list[str]
    taken: list[str]
    proof: str
    why: list[str]
    notes: list[str]
    dangers: list[str]
    blanks: list[str]
    expected: list[dict[str, Any]]
    forms: Forms
    denials: list[int]


class Denial(TypedDict):
    """One denial of the text: the causes best first, their articles and that of the set-up, the change that mends it
    alone, and a note to hand to the owner, which tells of all denials that the same change mends. `denying`: what a
    decoded message tells of the Deny that matched, in sentences; [] without one."""

    error: Error
    findings: list[Finding]
    articles: list[ArticleLink]
    changes: list[Change]
    denying: list[str]
    handoff: str


class NextStep(TypedDict):
    """What to do next. `apply`: put `statements`, exactly as they are, into `target`, where that is yours to change.
    `ask_owner`: hand the denial's note to `owner`. `answer_question`: ask the wizard. `stop`: nothing more, and nothing
    wider. `denials`: their numbers, from 1."""

    kind: StepKind
    say: str
    owner: str
    target: str
    statements: list[dict[str, Any]]
    denials: list[int]


class Diagnosis(TypedDict):
    """Why a request was denied. `recognised` is false for a text that is no denial known here. `secrets`: kinds of
    secret that the text held: they were masked, and should be rotated. `left_out`: how many more denials the text holds
    than `denials` tells of, which are the first 200. `changes`: what mends them, best first: one for each caller and
    policy. `next_steps`: what to do with it, in order; the last says when to stop."""

    recognised: bool
    answered_by: Answered
    secrets: list[str]
    left_out: int
    changes: list[Change]
    denials: list[Denial]
    next_steps: list[NextStep]


class Hit(TypedDict):
    """An article that was found, and where in it."""

    id: str
    kind: Kind
    title: str
    url: str
    summary: str
    section: str | None
    snippet: str


class Facets(TypedDict):
    """How many were found of each kind, service and gate."""

    kinds: dict[str, int]
    services: dict[str, int]
    gates: dict[str, int]


class Found(TypedDict):
    """What a search found."""

    answered_by: str
    total: int
    did_you_mean: str | None
    results: list[Hit]
    facets: Facets


class ArticlePart(TypedDict):
    """A part of an article as its page shows it, as Markdown; title and anchor are '' for its beginning."""

    anchor: str
    title: str
    markdown: str


class Source(TypedDict):
    """What an article rests on."""

    title: str
    url: NotRequired[str | None]


class Article(TypedDict):
    """An article: the fields that every kind has. Each kind has more, as its front matter does."""

    id: str
    kind: Kind
    title: str
    summary: str
    url: str
    services: list[str]
    keywords: list[str]
    related: list[str]
    aliases: list[str]
    sources: list[Source]
    reviewed_on: str
    review_in: int
    review_due: str
    body: str
    html: str
    parts: list[ArticlePart]


class ListedArticle(ArticleLink):
    """An article in a list."""

    summary: str
    services: list[str]
    gate: str | None
    reviewed_on: str


class ArticleList(TypedDict):
    """The articles there are."""

    articles: list[ListedArticle]


class WizardValue(TypedDict):
    """An answer to choose. `unknown` is always one."""

    value: str
    label: str


class WizardOtherAnswer(TypedDict):
    """What can be said in place of an answer: an answer to another question, by its id."""

    id: str
    value: str
    label: str


class WizardBeside(TypedDict):
    """A question that may be answered in place of the next one."""

    id: str
    text: str
    values: list[WizardValue]


class WizardQuestion(TypedDict):
    """The next question: what it separates, the command that answers it, and the minutes that it costs. `instead`: what
    can be said in place of an answer, as that IAM cannot be looked at. `beside`: another question, for whoever cannot
    look there; null for none."""

    id: str
    text: str
    why: str
    values: list[WizardValue]
    instead: list[WizardOtherAnswer]
    beside: WizardBeside | None
    command: str | None
    cost: int


class WizardContradiction(TypedDict):
    """Facts of which not all can be true, by name, and why: change one of them."""

    facts: dict[str, str]
    because: str


class WizardStep(TypedDict):
    """A step of the wizard: the causes as they stand, without those that have hardly any probability left, then those
    ruled out. `question` is null where no answer would change the advice any more. As long as there are contradictions
    no cause is more than possible. `passed_over`: ids among the answers that no question has or had."""

    findings: list[Finding]
    question: WizardQuestion | None
    contradictions: list[WizardContradiction]
    passed_over: list[str]


class EvaluationAnswer(TypedDict):
    """A request, decided by its policies: the decision, every gate's explanation, the smallest changes, each proved
    by evaluating again, and the problems of the policies themselves. `changes`: the best way of `plan`, in the shape
    that a diagnosis has."""

    id: Any
    decision: Decision
    blocked_by: list[str]
    explanation: Explanation
    text: str
    picture: str
    plan: Plan
    changes: list[Change]
    facts: list[Fact]
    problems: list[PolicyProblems]


class ProblemDetails(TypedDict):
    """What went wrong, and what to do about it (RFC 9457). It repeats nothing of what was sent. `type` tells one kind
    of error from another and stays as it is."""

    type: str
    title: str
    status: int
    detail: str
