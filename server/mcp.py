"""The MCP server: the site's answers as tools for assistants, over stdio or streamable HTTP.

The tools give what the JSON API gives, from the same functions. The SDK logs what a tool raises, and messages quote
what they could not read: so whatever is not foreseen is logged by type and place here, and goes no further.
"""

import functools
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any, Literal, ParamSpec

import msgspec
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.types import TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from whydenied.engine.errors import InputError
from whydenied.engine.remedies import report
from whydenied.engine.secrets.hiding import Hider
from whydenied.engine.secrets.masking import mask
from whydenied.kb.problems import did_you_mean
from whydenied.kb.source import relink
from whydenied.server.articles.parts import article_markdown, article_parts, site_links
from whydenied.server.data.articles import found_data
from whydenied.server.data.brief import brief_evaluation, brief_step, with_addresses
from whydenied.server.data.evaluation import evaluation_data
from whydenied.server.data.findings import report_data
from whydenied.server.data.links import article_link
from whydenied.server.data.wizard import step_data
from whydenied.server.evaluation.hidden import without_secrets
from whydenied.server.http.logs import IdentifierFilter, describe_exception
from whydenied.server.http.settings import Settings
from whydenied.server.service import Filters, Service
from whydenied.server.wizard.state import WrongAnswerError
from whydenied.server.wizard.steps import Wizard

__all__ = ["make_server"]

Answer = dict[str, Any]
"""What a tool takes or gives: JSON."""

_log = logging.getLogger("whydenied.mcp")
_P = ParamSpec("_P")
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False, destructive_hint=False)
_INSTRUCTIONS = (
    "Explains AWS permission errors. Pass the whole error to `diagnose` first; where it leaves several causes open, "
    "`next_question` tells them apart and `get_article` explains them. Follow `next_steps`: apply only the statement "
    "given, with the user's leave, or hand the note to the owner named; never widen, never try other credentials; stop "
    "where it says so. With the policies at hand, `evaluate` decides and proposes the smallest change. Everything runs "
    "locally and reads nothing from AWS."
)
_MAX_RESULTS = 50
_MAX_QUERY = 2_000
_MAX_PROBLEMS = 5

_Text = Annotated[str, Field(description="The error as it was printed, with the lines around it.")]
_MaybeText = Annotated[str, Field(description="The error as it was printed, where there is one.")]
_Facts = Annotated[
    dict[str, str] | None, Field(description="The answers so far: values by question id, from earlier questions.")
]
_Query = Annotated[str, Field(description="A few words, an error code, an action such as `s3:GetObject`.")]
_Kind = Annotated[
    Literal["", "cause", "pattern", "question", "scenario", "guide"], Field(description="Only articles of this kind.")
]
_ServiceName = Annotated[str, Field(description="Only this service, by its IAM prefix, such as `s3`.")]
_Gate = Annotated[str, Field(description="Only causes of this gate, such as `scp` or `boundary`.")]
_Limit = Annotated[int, Field(ge=1, le=_MAX_RESULTS, description="How many results at most.")]
_ArticleId = Annotated[str, Field(description="The article's id, such as `scp-explicit-deny`.")]
_Section = Annotated[str, Field(description="Only this section, by its anchor, such as `fix`.")]
_Case = Annotated[
    Answer,
    Field(
        description="`request` (principal, action, resource, optional context) beside `identity_policies`, "
        "`resource_policy`, `permissions_boundaries`, `session_policy`, `scps` and `rcps` (lists of levels), "
        "`vpc_endpoint_policies`; `unknown` lists the gates whose policies you do not have."
    ),
]

# What a program acts on is typed; the rest is described in the API's description, and would fill a model's context.
_DIAGNOSED = {
    "type": "object",
    "required": ["recognised", "next_steps"],
    "properties": {
        "recognised": {"type": "boolean"},
        "next_steps": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "say", "owner", "target", "statements", "denials"],
                "properties": {
                    "kind": {"enum": ["apply", "ask_owner", "answer_question", "stop"]},
                    "say": {"type": "string"},
                    "owner": {"type": "string"},
                    "target": {"type": "string"},
                    "statements": {"type": "array", "items": {"type": "object"}},
                    "denials": {"type": "array", "items": {"type": "integer"}},
                },
            },
        },
    },
}
_TITLES = {
    "diagnose": "Why was it denied?",
    "next_question": "The next question",
    "evaluate": "Decide by the policies",
    "search": "Search the articles",
    "get_article": "Read an article",
}
_PROMPT = (
    "An AWS call was refused. Pass the whole output to the tool `diagnose`, then follow its `next_steps` in order: "
    "apply only the statement given, and only if I agree and the policy is ours; otherwise show me the owner's note. "
    "Never widen a statement, never try other credentials. Repeat the call once, then stop.\n\n"
)


def make_server(service: Service, settings: Settings | None = None) -> MCPServer[Any]:
    """Make the server with its tools over a service."""
    server = _Server(
        "whydenied", title="Why Denied", version=version("whydenied"), instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    for name in ("mcp", "whydenied.mcp"):
        logging.getLogger(name).addFilter(IdentifierFilter())
    tools = _Tools(service, settings or Settings())
    for tool in (tools.diagnose, tools.next_question, tools.evaluate, tools.search, tools.get_article):
        server.add_tool(_guarded(tool, tools.site), title=_TITLES[tool.__name__], annotations=_READS)
    server.resource(
        "whydenied://articles/{id}",
        name="article",
        title="An article",
        description="An article as Markdown, by its id.",
        mime_type="text/markdown",
    )(tools.article_text)
    server.prompt("diagnose", title="Why was this denied?", description="Explain a refused AWS call, and what to do.")(
        tools.ask_why
    )
    return server


def _guarded(tool: Callable[_P, Answer], site: str) -> Callable[_P, Answer]:
    @functools.wraps(tool)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Answer:
        try:
            return dict(with_addresses(tool(*args, **kwargs), site))
        except ToolError:
            raise
        except Exception as error:
            _log.error("%s", describe_exception(error))
            raise ToolError("something broke on our side; it was noted, without what you sent") from None

    return guarded


class _Server(MCPServer[Any]):  # type: ignore[misc]  # mcp is not read for its types
    """The SDK's server, save that what a diagnosis tells a program to do is typed, and that an argument of the wrong
    kind is named and not repeated: it may be a secret."""

    async def list_tools(self) -> list[Any]:
        """List the tools, with the type of what a program acts on."""
        tools = await super().list_tools()
        return [
            one.model_copy(update={"output_schema": _DIAGNOSED}) if one.name == "diagnose" else one for one in tools
        ]

    async def call_tool(self, name: str, arguments: Answer, context: Any = None) -> Any:
        try:
            result = await super().call_tool(name, arguments, context)
            data = getattr(result, "structured_content", None)
            # The same as text, for clients that read no structure: without the blanks of a page for people.
            texts = getattr(result, "content", [])
            if data is not None and texts and isinstance(texts[0], TextContent):
                texts[0].text = msgspec.json.encode(data).decode()
            return result
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = error.__cause__.errors(include_url=False, include_context=False, include_input=False)
            known = [f"`{one['loc'][0]}`: {one['msg'].lower()}" for one in wrong if one["loc"]]
            raise ToolError("an argument is of the wrong kind: " + "; ".join(known[:_MAX_PROBLEMS])) from None


class _Tools:
    """The tools; their docstrings are what an assistant reads of them."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service, self._settings = service, settings
        self.site = settings.public_url.rstrip("/") if settings.public_url else ""

    @functools.cached_property
    def _wizard(self) -> Wizard:
        return Wizard(self._service.catalogue, self._service.diagnoser)

    def article_text(self, id: str) -> str:
        """Return an article as Markdown; for an id that there is not, the nearest."""
        try:
            return str(self.get_article(id)["markdown"])
        except ToolError as error:
            raise ResourceError(str(error)) from None

    def ask_why(self, output: str) -> str:
        """Return what to ask an assistant about a refused call. output: what the call printed."""
        self._refuse_long(output)
        return _PROMPT + mask(output).text

    def diagnose(self, text: _Text) -> Answer:
        """Say why AWS denied a request, from the error message alone.

        Give the message as it was printed (terminal output, JSON, XML, Terraform, log lines); it may hold several
        denials. Follow `next_steps`. `changes` holds what mends them, one for each caller and policy: the statement,
        its policy, its forms (AWS CLI, Terraform, CloudFormation, CDK), and what the proof rests on: say that too.
        `denials` holds for each what was read (`error`), the causes best first (`findings`), their articles, and a note
        for the owner (`handoff`). `recognised` is false for what is no denial known here. Secrets are masked and named
        in `secrets`: tell the user to rotate them. Nothing is stored.
        """
        if not text.strip():
            raise ToolError("`text` is empty: pass the error as it was printed")
        self._refuse_long(text)
        return dict(report_data(self._service.report(text)))

    def next_question(self, text: _MaybeText = "", facts: _Facts = None) -> Answer:
        """Take a step of the guided wizard: the question whose answer would tell most, and the causes as they stand.

        Use it where `diagnose` leaves several causes open, or where there is no message at all. Returns `question`
        (id, text, why it is asked, `values` to choose from, a read-only command that answers it, minutes it takes)
        or null where no answer would change the advice any more, and `findings`, the four likeliest causes. Put the
        question to the user, or run the command with their leave; call again with the answer added to `facts`.
        `unknown` is an answer too; `instead` holds answers under another id, for who cannot look; `passed_over` lists
        ids in `facts` that are no questions.
        """
        self._refuse_long(text)
        wizard = self._wizard
        paste = wizard.read_message(text) if text.strip() else None
        try:
            state = wizard.vocabulary.read_strict((facts or {}).items(), pass_over=True)
        except WrongAnswerError as error:
            raise ToolError(error.hint) from None
        if paste is not None:
            state = msgspec.structs.replace(state, told=paste.state.told)
        return brief_step(step_data(wizard, state, paste, facts or ()))

    def evaluate(self, case: _Case) -> Answer:
        """Decide whether policies allow a request, offline, and propose the smallest change where they do not.

        Takes the request and the policy documents at each gate. An absent policy means that there is none, so name
        the gates you have not seen in `unknown` (scp, rcp, vpce, identity, resource, boundary, session); keys that
        may be missing are said with `"context_complete": false` in the request. Returns the decision, the gates that
        block, why in a sentence, the fewest and narrowest changes, each proved by evaluating again, and the problems of
        the policies themselves.
        """
        text = msgspec.json.encode(case).decode()
        hider = Hider(text)
        try:
            if len(text) > self._settings.max_policies:
                raise ToolError(
                    f"`case` is larger than {self._settings.max_policies} bytes: leave out what has no part"
                )
            found = without_secrets(report(case), hider)
            return brief_evaluation({"id": hider.data(case.get("id")), **evaluation_data(found)})
        except InputError as error:
            raise ToolError(hider.text(str(error))) from None

    def _refuse_long(self, text: str) -> None:
        if len(text) > self._settings.max_paste:
            raise ToolError(
                f"`text` has more than {self._settings.max_paste} characters: keep the lines around the error"
            )

    def search(
        self, query: _Query, kind: _Kind = "", service: _ServiceName = "", gate: _Gate = "", limit: _Limit = 10
    ) -> Answer:
        """Search the articles on AWS permission errors: causes, forms of messages, set-ups, guides, facts to look up.

        For words, error codes, actions and services; a whole error message belongs in `diagnose`. Returns
        `results` (id, kind, title, summary, snippet), the count of all, and `did_you_mean` for a misspelt word. Read
        an article with `get_article`.
        """
        query = mask(" ".join(query.split())[:_MAX_QUERY]).text
        if not query:
            raise ToolError("`query` is empty: pass the words to search for")
        return dict(found_data(self._service.search(query, Filters(kind, service, gate), limit)))

    def get_article(self, id: _ArticleId, section: _Section = "") -> Answer:
        """Read an article, or one section of it, as Markdown.

        Ids come from `diagnose` and `search`. A cause's sections are `in-short`, `what-it-means`, `how-to-be-sure`,
        `fix`, `verify`, `traps`, `commands`, `example`, `sources`. Placeholders such as `<role-name>` stand for the
        user's own names.
        """
        catalogue = self._service.catalogue
        article = catalogue.find(id)
        if article is None:
            hint = did_you_mean(id, [known for _, known in catalogue.articles]) or "find it with `search`"
            raise ToolError(f"there is no article of that id; {hint}")
        lead = site_links(catalogue, suffix=".md")
        if not section:
            return {**article_link(article), "markdown": article_markdown(article, catalogue, lead)}
        parts = {part.anchor: part for part in article_parts(article, catalogue) if part.anchor}
        if section not in parts:
            raise ToolError(f"there is no section of that name; use one of {', '.join(parts)}")
        text = f"## {parts[section].title}\n\n{relink(parts[section].markdown, article.path, lead)}\n"
        return {**article_link(article), "markdown": text}
