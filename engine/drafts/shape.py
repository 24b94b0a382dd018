"""What an action is about: the resource that the text names, put right for the action, else its shape with blanks.

Source: Service Authorization Reference (engine/policy/reference.py), read for the one service when it is needed."""

import re
from collections.abc import Iterable

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.names import Names
from whydenied.engine.secrets.sign import masked_in

__all__ = ["BLANK", "Subject", "in_partition", "subject_of"]

BLANK = re.compile(r"<[a-z0-9-]+>")
# What people put in place of a name: `<account id>`.
_BLACKED = re.compile(r"<([^<>]{1,40})>")
_STARRED = re.compile(r"[^:/<>*]{0,60}\*{2}[^:/<>]{0,60}")
_PARTS = ("arn", "aws", "<service>", "<region>", "<account>")
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Where an action has several resource types, the ones that are about something special come last.
_SPECIAL = ("accesspoint", "objectlambda", "accessgrant", "storagelens", "outpost", "multiregion", "alias", "snapshot")

# The place in a shape that is for the thing's own name or id.
_NAMED_BY = re.compile(r"(<(?!region>|account>)[a-z0-9-]+>)")
_NAME = re.compile(r"[\w.+=@/-]{1,256}")
# Of what is made or listed AWS knows no ARN; of anything else a `*` is most likely what somebody wrote in its place.
_YET_UNMADE = re.compile(r"Create|List|Describe|Register|Import|Request|Allocate|Search")
_UNNAMED = "the text does not name the resource: fill in the blanks"

# More resource types than one can mean; of actions that are not about tags ec2:RunInstances has the most.
_MANY = 18


class Subject(msgspec.Struct, frozen=True):
    """An action as AWS spells it, and its resource.

    resource: an ARN as the text names it; one with `<blanks>` where it names none; `*` for an action without resource
    types. known: whether AWS's reference has the action. why: what to say about the resource, "" where it is plain.
    is_own: its account is the caller's because the text names no other."""

    action: str
    resource: str
    known: bool
    why: str = ""
    is_own: bool = False


def subject_of(
    action: str, resource: str | None, names: Names, account: str = "", region: str = "", operation: str = ""
) -> Subject:
    """Return what a statement for this action has to name.

    resource: an ARN, a name, or `*`. account: the caller's; region: the one that the text tells; operation: what was
    called, which may tell the kind of thing; "" where not known."""
    spelt = names.spelling(action) or action
    given = _usable(resource)
    patterns = names.resources(action)
    if patterns is None:
        return Subject(spelt, given or "<resource-arn>", known=False)
    if given and not _fits(given, patterns) and (fitted := _fitted(given, patterns)):
        return Subject(spelt, fitted, known=True, why=f"`{spelt}` is about `{fitted}`, not about `{given}`")
    if given:
        # What AWS says that it checked is what counts, even where its reference lists other types.
        return Subject(spelt, given, known=True)
    if not patterns:
        return Subject(spelt, "*", known=True, why=f"`{spelt}` has no resource types, so only `*` covers it")
    if resource == "*" and _YET_UNMADE.match(spelt.partition(":")[2]):
        why = f"AWS checked `{spelt}` against `*`: what it is about had no ARN yet, so only `*` covers it"
        return Subject(spelt, "*", known=True, why=why)
    shape = _shape(names.shapes(action), operation.lower())
    is_own = bool(account) and "<account>" in shape
    shape = shape.replace("<account>", account or "<account>").replace("<region>", region or "<region>")
    if (called := _called(shape, resource or "")) is not None:
        why = f"made from the name `{resource}`: compare it with the ARN of the thing"
        return Subject(spelt, called, known=True, why=why, is_own=is_own)
    return Subject(spelt, shape, known=True, why=_UNNAMED, is_own=is_own)


def in_partition(subject: Subject, partition: str, printed: str) -> Subject:
    """Return a subject in its partition: an address and a shape tell none, and IAM takes no ARN of another.

    printed: the resource as the text has it, which counts where it is an ARN."""
    if printed.startswith("arn:") and subject.resource.partition("/")[0] in printed:
        return subject
    own = re.sub(r"\Aarn:aws:", f"arn:{partition}:", subject.resource)
    return subject if own == subject.resource else msgspec.structs.replace(subject, resource=own)


def _called(shape: str, name: str) -> str | None:
    """Put a name into the one place of a shape that is for it; None for what is no name, or where there are several."""
    head, blank, tail = _NAMED_BY.split(shape) if len(_NAMED_BY.findall(shape)) == 1 else ("", "", "")
    kind = head.rpartition(":")[2]
    # IAM's own messages have a word in front of a name: `on resource: role deploy`.
    word = f"{kind.rstrip('/').replace('-', ' ')} "
    bare = name.removeprefix(kind).removeprefix(word) if kind.endswith("/") else name
    if not blank or tail or masked_in(name) or not _NAME.fullmatch(bare) or bare.startswith("alias/"):
        return None
    # AWS puts six letters behind a secret's name (Secrets Manager User Guide, "What's in a secret?").
    return f"{head}{bare}-??????" if shape.startswith("arn:aws:secretsmanager:") else f"{head}{bare}"


def _usable(resource: str | None) -> str:
    """Return a resource that a policy can name: an ARN that was not masked, blanks included; else ""."""
    if not resource or masked_in(resource):
        return ""
    text = _BLACKED.sub(lambda found: f"<{re.sub(r'[^a-z0-9]+', '-', found[1].lower()).strip('-')}>", resource)
    text = _starred(text)
    arn = parse_arn(text)
    # The key of an object may hold blanks; S3 puts its ARN in quotes.
    unbroken = text.replace(" ", "") if arn is not None and arn.service == "s3" and "/" in arn.resource else text
    return text if arn is not None and not any(sign.isspace() for sign in unbroken) else ""


def _starred(arn: str) -> str:
    """Return an ARN with a blank for each part that somebody hid behind asterisks: in a policy they would be a pattern.

    One asterisk alone is AWS's own, as in `log-group:*`."""
    if "**" not in arn:
        return arn
    parts = arn.split(":", 5)
    whole = [_PARTS[at] if "**" in part else part for at, part in enumerate(parts[:5])]
    return ":".join([*whole, *(_STARRED.sub("<name>", part) for part in parts[5:])])


def _fits(arn: str, patterns: Iterable[str]) -> bool:
    """Tell whether an ARN is of one of the types; no bucket's name holds a slash, so an object is no bucket."""
    an_object = ":s3:::" in arn and "/" in arn
    return any(glob(pattern)(arn) for pattern in patterns if "/" in pattern or not an_object)


def _fitted(given: str, patterns: Iterable[str]) -> str:
    """Return the bucket of an object where the action is about buckets, all objects where it is about objects."""
    if not given.startswith("arn:") or given.split(":")[2] != "s3":
        return ""
    head, _, key = given.partition("/")
    for candidate in (head, f"{head}/*") if key else (f"{head}/*", head):
        if candidate != given and _fits(candidate, patterns):
            return candidate
    return ""


def _shape(shapes: Iterable[str], operation: str) -> str:
    """Return the plainest ARN shape with `<blanks>`; for an action on nearly everything the kind is a blank too.

    operation: in lower case; a kind that it names (`createloggroup`) comes before the others."""
    shapes = list(shapes)
    shapes = [one for one in shapes if (kind := _kind_in(one)) and kind in operation] or shapes
    if len(shapes) > _MANY:
        service = shapes[0].split(":")[2]
        # API Gateway's actions are HTTP methods, and its resources paths, without an account.
        has_account = sum("${Account}" in one for one in shapes) > len(shapes) / 2
        kind = "<account>:<resource-type>/<resource-id>" if has_account else ":/<path>"
        return f"arn:aws:{service}:<region>:{kind}"
    plain = sorted(shapes, key=lambda one: (any(word in one.lower() for word in _SPECIAL), one.count("$"), len(one)))
    return _VARIABLE.sub(_blank, plain[0]) if plain else "<resource-arn>"


def _kind_in(shape: str) -> str:
    """Return the kind of thing in a shape (`loggroup` of `…:log-group:${LogGroupName}`), "" where it has none."""
    return re.split(r"[/:$]", shape.split(":", 5)[-1], maxsplit=1)[0].replace("-", "")


def _blank(match: re.Match[str]) -> str:
    name = match[1]
    if name == "Partition":
        return "aws"
    words = _WORDS.sub("-", name).lower()
    return f"<{words}>"
