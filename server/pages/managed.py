"""AWS's managed policies by name: the text of each, its date, and what AWS changed."""

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from whydenied.engine.policy.managed import (
    is_day,
    lately_changed,
    managed_changes,
    managed_policies_as_of,
    managed_policy,
    similar_managed_policies,
)

__all__ = ["blueprint"]

blueprint = Blueprint("managed", __name__)

_LATELY = 40


@blueprint.get("/managed/")
def policies() -> str:
    """List AWS's managed policies."""
    return _index("", ())


@blueprint.post("/managed/")
def find() -> Redirect | tuple[str, int]:
    """Take a name or an ARN by POST: somebody may paste the ARN of a policy of his own."""
    name = request.form.get("name", "").strip()
    found = managed_policy(name)
    if found is not None:
        return redirect(f"/managed/{found.name}", 303)
    return _index(name, similar_managed_policies(name)), 404


@blueprint.get("/managed/<name>")
def policy(name: str) -> str:
    """Show one of AWS's managed policies."""
    found = managed_policy(name)
    if found is None:
        meant = " or ".join(one.rpartition("/")[2] for one in similar_managed_policies(name))
        abort(
            404, f"AWS has no managed policy of that name. {f'Did you mean {meant}?' if meant else 'Look in the list.'}"
        )
    since = request.args.get("since", "")
    since = since if is_day(since) else ""
    text = msgspec.json.format(msgspec.json.encode(found.document), indent=2).decode()
    changes = managed_changes(found, since)
    return render_template(
        "managed.html", policy=found, text=text, changes=changes, since=since, as_of=managed_policies_as_of()
    )


@blueprint.get("/managed/<name>.json")
def policy_json(name: str) -> Response:
    """Give one of AWS's managed policies as JSON."""
    found = managed_policy(name)
    if found is None:
        abort(404, "AWS has no managed policy of that name.")
    body = {**msgspec.to_builtins(found), "as_of": managed_policies_as_of()}
    body["changes"] = msgspec.to_builtins(managed_changes(found))
    return Response(msgspec.json.encode(body), content_type="application/json")


def _index(asked: str, similar: tuple[str, ...]) -> str:
    return render_template(
        "managed_index.html",
        asked=asked,
        similar=[one.rpartition("/")[2] for one in similar],
        lately=lately_changed(_LATELY),
        as_of=managed_policies_as_of(),
    )
