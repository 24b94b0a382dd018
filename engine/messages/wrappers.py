"""What SDKs, the CLI, infrastructure tools and services put around a message: error codes, operations, statuses.

Each wrapper is one regular expression with named groups. `leading` ones stand before the message and begin a new
error; the others stand after it or beside it. `weight` says how far its code is to be trusted against another's.
Sources: botocore and aws-cli error texts; the printed forms of the Java, Go, JavaScript, .NET, PHP, Ruby and Rust
SDKs; CloudFormation resource handlers; S3's REST errors; CloudTrail's record contents.
"""

import re
from collections.abc import Iterator

import msgspec

from whydenied.engine.messages.codes import is_code, stands_for_nothing
from whydenied.engine.messages.operations import is_operation
from whydenied.engine.regexes import Regex

__all__ = ["Wrapping", "find_wrappings"]


class Wrapping(msgspec.Struct, frozen=True):
    """One wrapper found: its fields, where it stands, and how far its code is to be trusted."""

    start: int
    end: int
    leading: bool
    weight: int
    fields: dict[str, str]
    spans: dict[str, tuple[int, int]]


class _Wrapper(msgspec.Struct, frozen=True):
    """needle: what a text in lower case must hold. bare: a code or a call only if it is one of AWS's. hint: a
    service that the match points to without naming it as the one that was called; its regex, all in lower case, is
    looked for in the text in lower case."""

    needle: str
    regex: Regex
    leading: bool = False
    weight: int = 3
    bare: bool = False
    hint: str = ""


_CODE = r"(?P<error_code>[A-Za-z][\w.]{2,80}|\d{3})"
_CALLING = r"(?:\s?when\scalling\sthe\s(?P<operation>\w{2,80})\soperation)?"
# What stands before a name is looked at behind its first letter: an expression that begins with letters is looked for,
# one that begins with a look back is tried at every character.
# What may not stand before a name is looked at behind its first letter: an expression that begins with a letter is
# looked for, one that begins with a look back is tried at every character.
# A name that may be a call's: at least two words.
_CALL = r"(?P<operation>[A-Z](?<!\w[A-Z])[a-z]{2,20}[A-Z][A-Za-z0-9]{2,60}+)"
# A name that may be a code; whether it is one is looked up (engine.messages.codes).
_NAME = r"(?P<error_code>[A-Z][A-Za-z0-9]{2,70}+(?:\.[A-Z][A-Za-z0-9]{2,60}+)?+)"
# … where it is not the end of a longer one.
_NAME_FIRST = _NAME.replace("[A-Z]", r"[A-Z](?<![\w.\\$][A-Z])", 1)


def _w(
    needle: str,
    pattern: str,
    *,
    leading: bool = False,
    weight: int = 3,
    flags: int = 0,
    bare: bool = False,
    hint: str = "",
) -> _Wrapper:
    # A space may have become a line end.
    regex = Regex(pattern.replace(" ", r"\s"), flags)
    return _Wrapper(needle, regex, leading, weight, bare, hint)


WRAPPERS: tuple[_Wrapper, ...] = (
    # boto3 and the AWS CLI, old and new; the operation may be lost in a shortened paste.
    _w(
        "error ",
        rf"A(?<!\wA)(?:n| client) error\s\(\s?{_CODE}\s?\)(?:\soccurred)?{_CALLING}",
        leading=True,
    ),
    _w(
        "error occur",
        rf"\b[Aa]n [Ee]rror occurr?ed\s\(\s?{_CODE}\s?\){_CALLING}",
        leading=True,
    ),
    # Go SDK v2, also inside Terraform and Kubernetes controllers.
    _w(
        "operation error",
        r"\boperation error (?P<service>[A-Za-z0-9][\w .-]{0,60}):\s(?P<operation>[A-Za-z]\w{2,80})\b",
        leading=True,
    ),
    _w("api error", rf"\bapi error {_CODE}:", leading=True, weight=4),
    # CloudFormation's older handlers: `API: iam:CreateRole User: …`. The message may name another action.
    _w("api: ", r"\bAPI:\s(?P<service>[a-z0-9-]{2,40}):(?P<called>[A-Z]\w{2,80})\b", leading=True),
    # Terraform, before Go's second SDK; JavaScript clients that print the call.
    _w("error calling ", r"\berror calling (?P<service>[a-z0-9-]{2,40}):(?P<operation>[A-Z]\w{2,80})\b", leading=True),
    _w("call failed: ", r"\b[Cc]all failed:\s(?P<operation>[a-z][A-Za-z]{3,60})\((?=\{)", leading=True),
    # Java SDK v1 and v2, CloudFormation registry handlers.
    _w("service: ", r"\(Service:\s(?P<service>[A-Za-z0-9][\w .-]{0,60})[;,]"),
    _w("status code: ", r"[;,(]\s?Status Code:\s(?P<http_status>\d{3})"),
    _w("error code: ", rf"(?:[;,(]\s?(?:AWS )?|\bAWS )Error Code:\s{_CODE}", weight=5),
    _w("aws service: ", r"\bAWS Service:\s(?P<service>[A-Za-z0-9][\w .-]{0,60}),"),
    _w("request id: ", r"\b[Rr]equest I[Dd]:\s(?P<request_id>[\w-]{8,80})"),
    _w("handlererrorcode", r"\bHandlerErrorCode:\s?(?P<error_code>\w{3,80})", weight=1),
    _w("statuscode: ", r"\bStatusCode:\s(?P<http_status>\d{3})"),
    # Go SDK v1; a paste that was cut or redacted may have lost the id.
    _w("status code: ", r"\bstatus code:\s(?P<http_status>\d{3}),\srequest id:(?:\s(?P<request_id>[\w-]{4,80}))?"),
    _w("requestid: ", r"\bRequestID:\s(?P<request_id>[\w-]{8,80})"),
    _w("requestid: ", r"\brequestId:\s[\"'](?P<request_id>[\w-]{8,80})[\"']"),
    _w("statuscode: ", r"\bstatusCode:\s(?P<http_status>\d{3})\b"),
    # S3's and the query services' XML.
    _w("<code>", rf"<Code>{_CODE}</Code>", leading=True, weight=4, flags=re.I),
    _w("<requestid>", r"<RequestId>(?P<request_id>[\w-]{8,80})</RequestId>", flags=re.I),
    # JSON in all its spellings: CloudTrail, REST services, JavaScript and Rust dumps.
    _w("eventname", r"[\"']?\beventName[\"']?\s?[:=]\s?[\"'](?P<operation>[A-Z]\w{2,80})[\"']", leading=True),
    _w(
        "errorcode",
        r"[\"']?\berrorCode[\"']?\s?[:=]\s?[\"']?\*{0,2}(?:Client\.|Server\.)?"
        r"(?P<error_code>[A-Za-z]\w{2,80}+(?:\.\w{2,60}+)?)",
        weight=4,
    ),
    _w("errorcode", rf"\bErrorCode[\"']?\s?[:=]\s?[\"']?{_NAME}", bare=True),
    # A row of CloudTrail's columns, without its headings: the caller, the service, the call, the code.
    _w(
        ".amazonaws.com",
        r"(?:(?P<principal>arn:aws[\w-]{0,10}:(?:iam|sts):[^\s,|\"]{5,300})[\s,|\"]{1,4}(?:[\w:.-]{8,40}[\s,|\"]{1,4}){0,3})?"
        r"(?<![\w./-])(?P<service>[a-z0-9-]{2,40})\.amazonaws\.com[\s,|\"]{1,4}(?P<operation>[A-Z]\w{2,80})[\s,|\"]{1,4}"
        r"(?:[\w.:-]{1,40}[\s,|\"]{1,4}){0,4}(?=(?:Client\.)?(?:AccessDenied|UnauthorizedOperation|Unauthorized|Forbidden)\b)",
        leading=True,
    ),
    # Who called, in a CloudTrail record of which only a part was pasted.
    _w(
        "useridentity",
        r"\buserIdentity[\"']?\s?[:=]\s?\{[^{}]{0,400}?\barn[\"']?\s?[:=]\s?[\"'](?P<principal>arn:[^\"'\s]{5,400})[\"']",
        leading=True,
    ),
    _w("__type", r"[\"']__type[\"']\s?:\s?[\"'](?:[\w.]{1,80}#)?(?P<error_code>\w{3,80})", leading=True, weight=4),
    _w("code", r"[Cc](?<!\w[Cc])ode[\"']?\s?(?::|=>|=)\s?[\"'](?P<error_code>[A-Za-z]\w{3,80})[\"']", weight=3),
    _w("code: ", r"\bCode: (?P<error_code>[A-Z]\w{2,80})(?=[,;] ?[Mm]essage\b)", weight=3),
    _w("code: some(", r"\bcode: Some\(\"(?P<error_code>\w{3,80})\"\)", leading=True),
    _w("security_exception", r"[\"']type[\"']\s?(?::|=>)\s?[\"'](?P<error_code>security_exception)[\"']"),
    # A request as it was sent: JSON services name the call in a header, query services among the parameters.
    _w(
        "x-amz-target",
        r"x-amz-target[\"']?\s?[:=]\s?[\"']?[\w.]{1,80}\.(?P<operation>[A-Z][a-z]\w{2,80})",
        leading=True,
        flags=re.I,
    ),
    _w("action=", r"(?<![\w-])Action=(?P<operation>[A-Z][a-z]\w{2,60}+)(?=[&\s\"'`)}]|\Z)", leading=True, bare=True),
    _w("x-amzn-errortype", r"x-amzn-errortype[\"']?\s?[:=]\s?[\"']?(?P<error_code>\w{3,80})", weight=4, flags=re.I),
    # Ruby, PHP, C++, Pulumi, kubectl, JavaScript.
    # Ruby puts the class before the message, or behind it in brackets.
    _w(
        "::errors::",
        r"(?<!\()\bA[Ww][Ss]::(?P<service>\w{2,40})::Errors::(?P<error_code>[A-Z]\w{2,80})",
        leading=True,
        weight=4,
    ),
    _w("::errors::", r"\(A[Ww][Ss]::(?P<service>\w{2,40})::Errors::(?P<error_code>[A-Z]\w{2,80})\)", weight=4),
    _w("::errors::", r"(?<=[a-z])::Errors::(?P<error_code>[A-Z]\w{2,80})", leading=True, weight=3),
    _w(
        "\\exception\\",
        r"\bAws\\{1,2}(?P<service>\w{2,40})\\{1,2}Exception\\{1,2}(?P<error_code>[A-Z]\w{2,80})",
        leading=True,
    ),
    # The S3 class of one file that PHP programs carry along.
    _w("s3::", r"\bS3::(?P<operation>[a-z][A-Za-z]{2,60})\(\): \[(?P<error_code>[A-Z]\w{2,80})\]", leading=True),
    _w("(client):", r"\b(?P<error_code>[A-Z]\w{2,80}) \(client\):", weight=4),
    _w("error executing", r"\bError executing \"(?P<operation>[A-Z]\w{2,80})\"", leading=True),
    # Apache Arrow.
    _w(
        "aws error ",
        r"\bAWS Error (?P<error_code>[A-Z_]{3,80}) during (?P<operation>[A-Z]\w{2,80}) operation",
        leading=True,
    ),
    _w("awserror", r"\bAWSError '(?P<error_code>\w{3,80})'", leading=True, weight=4),
    _w("operation ", r"\boperation [A-Z]{4,10} failed with \"(?P<error_code>\w{3,80})\"", leading=True, weight=2),
    _w("error from server (", r"\bError from server \((?P<error_code>\w{3,80})\)", leading=True, weight=4),
    _w("unhandled error (", r"\bunhandled error \((?P<error_code>\w{3,80})\)", leading=True),
    _w(
        "api responded",
        r"\b(?P<operation>[A-Z]\w{2,80}) API responded with error='(?P<error_code>\w{3,80})'",
        leading=True,
    ),
    _w("error code ", r"\bwith Error Code (?P<error_code>\w{3,80})\b", weight=3),
    _w("[security_exception]", r"\[(?P<error_code>security_exception)\]"),
    # Python's client: the status, the code, the text.
    _w("'security_exception'", r"\(\d{3}, '(?P<error_code>security_exception)'", weight=4),
    # boto 2, whose traces show the call as it is written in its source.
    _w("self.get_", r"\bself\.get_(?:response|list|object|status)\('(?P<operation>[A-Z]\w{2,80})'", leading=True),
    # The JavaScript SDK's, whose functions that read an error are called after its protocol and the operation.
    _w(
        "commanderror",
        r"\b(?:de|deserializeAws)_(?:restXml|restJson1|json1_[01]|query|ec2)?(?P<operation>[A-Z]\w{2,60}?)CommandError\b",
    ),
    # Ruby's traces, which name the method: the operation in small letters.
    _w(
        "/client.rb:",
        r"\baws-sdk-(?P<service>[a-z0-9]{2,40})/client\.rb:\d{1,6}:in [`']?(?:[\w:]{1,80}#)?"
        r"(?P<operation>[a-z_]{3,60})\b",
    ),
    _w("requests/", r"\bfog/\w{3,10}/requests/\w{3,10}/(?P<operation>[a-z]{3,20}_[a-z_]{3,40})\.rb:\d"),
    # The end of a paste that was cut behind the caller.
    _w("user: arn:", r"\b[Uu]ser: (?P<principal>arn:[^\s\"']{8,300}+)(?=\s{0,5}\Z)"),
    # What PowerShell calls S3's operations.
    _w("-s3", r"\b(?:get|write|read|copy|remove|new|set|test)-s3[a-z]\w{2,40}", hint="s3"),
    # As people note a call and its answer: `RDS CreateDBInstance → 400 InvalidParameterValue`.
    _w(
        " 40",
        r"(?P<service>[A-Z](?<!\w[A-Z])[A-Za-z0-9]{1,30}) (?P<operation>[A-Z][a-z]{2,20}[A-Z]\w{2,60})"
        r" (?:→|->|=>) (?P<http_status>4\d\d)(?: (?P<error_code>[A-Z][A-Za-z0-9.]{3,80}))?",
        leading=True,
    ),
    # Run together by whoever joined two lines.
    _w("kms message", r"\b(?P<error_code>[A-Z]\w{2,60}Exception)(?=KMS Message)", weight=4),
    _w("authfailureaws", r"\b(?P<error_code>AuthFailure)(?=AWS was)", weight=4),
    _w(
        "errortype", r"\berrorType[\"']?\s?[:=]\s?[\"']?(?P<error_code>Unauthorized|AccessDenied|Forbidden)\b", weight=3
    ),
    _w("senderaccess", r"\bSender(?P<error_code>AccessDenied)(?=User)"),
    # Kubernetes controllers.
    _w("unable to ", r"\b[Uu]nable to (?P<operation>[A-Z][a-z]{2,20}[A-Z]\w{2,60})(?= on \S)", leading=True),
    # Lambda, which fetches its code from S3.
    _w(
        "error occurred while",
        r"\b[Ee]rror occurred while (?P<operation>[A-Z][A-Za-z]{3,60})\b(?:\. (?P<service>S3) Error Code)?",
        leading=True,
    ),
    # Classes of the Java and .NET SDKs, which name the service even where they name no code.
    _w(
        "com.amazonaws.",
        r"\bcom\.amazonaws\.services\.(?P<service>[a-z0-9]{2,40})\.model\.(?P<error_code>[A-Z]\w{2,80})",
        leading=True,
    ),
    _w(
        "awssdk.",
        r"\bawssdk\.services\.(?P<service>[a-z0-9]{2,40})\.model\.(?P<error_code>[A-Z]\w{2,80})",
        leading=True,
    ),
    _w(
        "amazon.",
        r"\bAmazon\.(?P<service>[A-Z]\w{1,40})\.(?:Model\.)?(?P<error_code>[A-Z]\w{2,80}Exception)\b",
        leading=True,
    ),
    # A code in front of its message: `AccessDenied: User …`, `[AccessDeniedException] …`, `(code AccessDenied)`.
    _w("", rf"{_NAME_FIRST}(?=\]?\)?:\s|\]?[:,]|[\"']|\([\"'A-Z])", leading=True, weight=2, bare=True),
    _w("[", rf"\[{_NAME}(?=\])", leading=True, weight=2, bare=True),
    *(
        _w(f"{code.lower()}: ", rf"(?<![\w.])(?P<error_code>{code})(?=: )", leading=True, weight=2)
        for code in ("Forbidden", "Throttling", "Blocked")
    ),
    # … or standing by itself.
    _w(
        "",
        r"(?P<error_code>[A-Z](?<![\w.\\$][A-Z])[A-Z]{0,3}[a-z0-9]{1,30}[A-Z][A-Za-z0-9]{3,60}+)(?=[\s.)]|\Z)",
        weight=1,
        bare=True,
    ),
    *(
        _w(f"{code.lower()}", rf"(?<![\w.])(?P<error_code>{code})(?= )", leading=True, weight=2)
        for code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
    ),
    _w("client.", r"\bClient\.(?P<error_code>[A-Z]\w{3,60}+(?:\.[A-Z]\w{2,60}+)?)", leading=True, weight=3),
    _w("type: ", r"\bType:\s{1,9}(?P<error_code>[A-Z]\w{2,70}Exception)\b"),
    _w("exception>", r"<(?P<error_code>[A-Z]\w{2,70}Exception)>", leading=True),
    _w("(code", rf"\(code:? {_NAME}\)", weight=3, bare=True),
    _w("exception:", rf"(?<!nio\.file)(?<!DistributedTask\.WebApi)\.{_NAME}(?=:\s)", leading=True, weight=2, bare=True),
    _w("error accessdenied", r"\bError (?P<error_code>AccessDenied)\b", weight=4),
    # A call in a tool's own words: `calling the AssumeRole operation`, `api:AssumeRole`, `CreateCluster error: …`.
    _w("calling ", r"\bcalling (?:the )?(?P<operation>[A-Z][a-z]\w{2,60}) (?:operation|API)\b", bare=True),
    _w("calling ", rf"\bcalling (?:the )?{_CALL}(?![\w.:]| (?:operation|API))", bare=True),
    _w("api:", r"\bapi:(?P<operation>[A-Z][a-z]\w{2,60})\b", bare=True),
    _w(
        "",
        rf"{_CALL} (?:API |call |request |operation |was |is |has )?"
        r"(?:error|failed|failure|denied|refused|returned)\b",
        bare=True,
    ),
    _w(
        "",
        rf"(?:failed|error|unable|denied|failure|cannot) "
        rf"(?:to call|to execute|to perform|to invoke|on|in|during|from|for|calling) {_CALL}\b",
        bare=True,
    ),
    # What the JavaScript and Go clients log of each call.
    _w(
        "[aws ",
        r"\[AWS (?P<service>\w{2,40}) (?P<http_status>[45]\d\d) [\d.]{1,12}s \d{1,3} retries\]"
        r" (?P<operation>\w{3,60})\(",
    ),
    _w(
        "response ",
        r"\b(?:Response|Request) (?P<service>[a-z0-9]{2,40})/(?P<operation>[A-Z]\w{2,60}) (?:Details|failed)",
    ),
    # Go's first SDK: what stands in front of the message is a code, whether it is known or not.
    _w(
        "status code: ",
        r"(?<![\w.])(?P<error_code>[A-Z][a-z0-9]{1,20}[A-Z][A-Za-z0-9]{2,60}+)"
        r"(?=: [^\n]{3,300}\n?status code: \d{3}, request id: )",
        leading=True,
    ),
    # AWS's pages in other languages, which translate the sentence around the call.
    *(
        _w(needle, pattern, bare=True)
        for needle, pattern in (
            ("オペレーション", r"(?<![A-Za-z])(?P<operation>[A-Z][A-Za-z]{2,60}+) ?オペレーション"),
            ("操作", r"(?<![A-Za-z])(?P<operation>[A-Z][A-Za-z]{2,60}+) ?操作"),
            ("작업", r"(?<![A-Za-z])(?P<operation>[A-Z][A-Za-z]{2,60}+) ?작업"),
            ("operación ", r"\boperación (?P<operation>[A-Z][A-Za-z]{2,60}+)"),
            ("operação ", r"\boperação (?P<operation>[A-Z][A-Za-z]{2,60}+)"),
            ("opération ", r"\bopération (?P<operation>[A-Z][A-Za-z]{2,60}+)"),
            ("operazione ", r"\boperazione (?P<operation>[A-Z][A-Za-z]{2,60}+)"),
        )
    ),
    # A paste that was cut behind the call.
    _w("when calling the", r"\bwhen calling the (?P<operation>[A-Z]\w{2,60}+)(?=[`'\"]?\s{0,5}\Z)"),
    # The JavaScript SDK's mark in a URL of S3.
    _w("?x-id=", r"\?x-id=(?P<operation>[A-Z]\w{2,60})\b"),
    # What tells that S3 was asked, where nothing names the service.
    _w(
        "s3",
        r"s(?<!\ws)3(?:[an]?://| (?:error|bucket|acl|response)|\.(?:create|get|put|list|head|delete)|::| \\ exception)"
        r"|services/s3\.js|client-s3\b|a(?<!\wa)mazon ?s3\b|t(?<!\wt)o s3\b|f(?<!\wf)rom s3\b"
        r"|a(?<!\wa)ws(?:/s3/|_s3_\w{2,40}\.\S{1,80}: (?:refreshing|reading|creating|still))"
        r"|m(?<!\wm)ount(?:point)?[-_]s3|"
        # Spelt out, and no set of signs: where each alternative begins with a letter, only those letters are tried.
        + "|".join(rf"{sign}s3[.-][\w.-]{{0,60}}amazonaws\.com" for sign in (r"\.", "/", ":", "@")),
        hint="s3",
    ),
    _w("fog/", r"\bfog/(?:storage/requests/aws|aws/requests/storage)/", hint="s3"),
    _w("hostid", r"<hostid>|\bhostid\s{0,3}:", hint="s3"),
    _w("host id: ", r"\bhost id: ", hint="s3"),
)


def find_wrappings(text: str, flat: str) -> list[Wrapping]:
    """Find every wrapper in an unwrapped paste, in the order of the text. flat: the same text flattened."""
    return sorted(_find(text, flat), key=lambda wrapping: (wrapping.start, -wrapping.end))


def _find(text: str, flat: str) -> Iterator[Wrapping]:
    for wrapper in WRAPPERS:
        if wrapper.needle not in flat:
            continue
        for match in wrapper.regex.compiled.finditer(flat if wrapper.hint else text):
            found = {name: value.replace("\n", " ").rstrip(".") for name, value in match.groupdict().items() if value}
            code = found.get("error_code")
            if code and (not is_code(code) if wrapper.bare else stands_for_nothing(code)):
                if len(found) == 1:
                    continue
                del found["error_code"]
            call = found.get("operation")
            if call and wrapper.bare and not is_operation(call):
                continue
            spans = {name: match.span(name) for name in found}
            if wrapper.hint:
                found["hint"] = wrapper.hint
            yield Wrapping(match.start(), match.end(), wrapper.leading, wrapper.weight, found, spans)
