"""Error codes: which names are codes of AWS, and what a code means in general.

The names are data (scripts/refresh_codes.py). What a code of one service means in general stands in its name:
`DBInstanceNotFoundFault` is a `NotFoundException`.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from whydenied.engine.regexes import Regex

__all__ = ["general_code", "is_code", "perhaps_code", "stands_for_nothing"]

_FILE = Path(__file__).parent / "data" / "codes.json"
_NAMED = re.compile(r"\A[A-Z][a-z0-9]+[A-Za-z0-9]*(?:Exception|Fault)\Z|\A(?:KMS|Invalid\w+)\.\w+\Z")

# Names in the place of a code that only say which library failed.
_NOT_CODES = frozenset(
    "null none clienterror error"
    " resourceinitializationerror webidentityerr cannotpullcontainererror providererror serviceerror"
    " sdkclientexception awsserviceexception amazonserviceexception awslambdaexception externfunctionexception"
    " runtimeerror valueerror connectorerror dispatcherror typeerror exception requesterror ioexception sdkerror"
    " botocoreerror importmoduleerror userrequesterror httperror uploaderror s3uploadfailederror executionerror"
    " nestederror packageerror deployerror taskfailederror unknownerror keyerror nameerror awserror apierror"
    " httpresponseerror completionexception uncheckedexecutionexception runtimeexception illegalstateexception"
    " errorexception notfound fatalerror signalerror airflowexception sparkexception executionexception"
    " uncheckedioexception py4jjavaerror metaexception aggregateexception httptransportexception s3serviceexception"
    " bedrockexception apiconnectionerror sqlexception invocationtargetexception nullpointerexception"
    " saslauthenticationexception sparkruntimeexception queryexecutionexception analysisexception trinoexception"
    " prestoexception hiveexception dockerclientexception unmarshallingexception httperrorresponseexception"
    " amazonclientexception illegalargumentexception filenotfoundexception classnotfoundexception"
    " uploadfailedexception stackoverflowexception abortexception".split()
)
_GENERIC = re.compile(
    r"\A(?:AWS|Amazon)?(?:S3|EC2|Ec2|IAM|Iam|KMS|Kms|SQS|Sqs|SNS|Sns|STS|Sts|Glue|Lambda|DynamoDB|DynamoDb|Athena|"
    r"SecurityTokenService|SecretsManager|Ssm|SimpleSystemsManagement|CloudFormation|IdentityManagement|Ecs|ECS|Ecr|ECR|Eks|EKS|"
    r"Route53|Rds|RDS|CloudWatch|CloudWatchLogs|Kinesis|SFN|Sfn|Organizations|Unmarshalling|Service)Exception\Z"
)

# How a service's own code is named -> the general code that patterns name; the first that fits counts. The names are
# those of botocore's models, whose documentation says what each means.
_END = r"(?:Exceptions?|Faults?|Errors?)?\Z"


def _rules(*rules: tuple[str, str]) -> tuple[tuple[str, Regex], ...]:
    return tuple((general, Regex(expression)) for general, expression in rules)


_GENERAL = _rules(
    (
        "AccessDeniedException",
        rf"(?:\.|(?<=[a-z]))(?:AccessDenied|NotAuthorized|Unauthorized(?:Client)?|PermissionDenied|Forbidden){_END}"
        r"|(?:Insufficient|Missing)(?:[A-Z]\w{2,20})?(?:Permissions?|Privileges?|Policy)(?:Exception|Fault)?\Z"
        r"|AuthorizationError|NoAuthorization|AccessTo[A-Z]\w{2,20}Denied|(?<!Policy)Permission(?:Issue)?Exception\Z",
    ),
    # What a list goes on with, and what makes a request one and the same: neither is a credential.
    ("ValidationError", r"(?:Next|Pagination|Continuation|Import|Client(?:Request)?)Token(?!Id)|Iterator|Cursor"),
    ("ThrottlingException", rf"Throttl|TooManyRequests|Rate\w{{0,30}}Exceeded{_END}"),
    ("NotFoundException", rf"(?<=[A-Za-z.])(?:NotFound|DoesNotExist){_END}|\ANoSuch[A-Z]"),
    (
        "LimitExceededException",
        rf"(?:Limit|Quota|Capacity)(?:Exceeded|Reached|Insufficient)?{_END}|\ATooMany[A-Z]|MaxNumberOf[A-Z]"
        r"|Insufficient\w{1,40}Capacity|\A(?:Max|Quota)[A-Z]\w{2,60}Exceeded|\AQuotaExceeded\.",
    ),
    ("EntityAlreadyExists", r"Already|(?:\A|[a-z.]|WAF)Duplicate"),
    (
        "InternalError",
        r"(?:\A|[A-Za-z])Internal(?:Server|Service|Dependency)?(?:Exception|Error|Failure|Fault)"
        rf"|Server(?:Internal)?Exception\Z|Service(?:Temporarily)?(?:Unavailable|Failure){_END}|BadGateway",
    ),
    ("RequestTimeout", r"Time(?:d[oO]|[oO])ut"),
    (
        "ResourceInUseException",
        rf"(?<=[a-z])(?:(?<!Not)InUse|Conflict){_END}|\AConflict|Concurrent|InProgress|NotReady|NotEmpty|Idempoten"
        rf"|(?<=[a-z])(?:Pending|Running|Stopping){_END}|Preconditions?(?:Failed|NotMet)",
    ),
    ("InvalidStateException", rf"(?:Invalid|Incorrect|Illegal)\w{{0,60}}Stat(?:e|us|eTransition){_END}"),
)
# … and where services use such names for refusals as well, so that what the text says counts for more.
_PERHAPS = _rules(
    (
        "ResourceNotReadyException",
        r"(?:Unavailable|Not(?:Active|Enabled|Started|Running|Available|Disabled)|Inactive|Disabled|Expired|Deleted"
        r"|Archived|Stopped|Completed|Suspended|Paused|Offline|Deprecated|Registered|Stat(?:e|us)|Exists|Locked|OutOfSync"
        rf"|Dependency(?:Failure)?|Failed(?:Dependency|Request)?){_END}|\A(?:Expired|Failed|Disabled|Inactive|Cannot)[A-Z]",
    ),
    ("LimitExceededException", rf"(?<!Length)(?<!Size)Exceeded{_END}"),
    (
        "ValidationException",
        r"Invalid[A-Z]|\A(?:Malformed|Unsupported|Missing|Incompatible|Incorrect|Illegal|BadRequest|Unprocessable|Empty"
        r"|Incomplete|Inconsistent|Unknown|Bad)[A-Z]?"
        r"|(?:Mismatch|Required|NotSupported|Unsupported|TooLong|TooLarge|TooSmall|TooBig|TooOld|Exceeded|Validation|Invalid"
        rf"|NotValid|NotDistinct|Violation|Specified|NotAllowed|Syntax|Format){_END}",
    ),
)


def is_code(name: str) -> bool:
    """Tell whether a name in front of a message is an AWS error code, and not the name of what failed."""
    if name.lower() in _NOT_CODES or _GENERIC.match(name):
        return False
    return name.split(".")[0] in _names() or bool(_NAMED.match(name))


def stands_for_nothing(name: str) -> bool:
    """Tell whether a name that stands where a code stands says nothing but which library failed."""
    return name.lower() in _NOT_CODES or bool(_GENERIC.match(name))


@lru_cache(maxsize=4_096)
def general_code(code: str) -> str | None:
    """Return the general code that a service's own code stands for, or None where its name does not tell."""
    return _first(_GENERAL, code)


@lru_cache(maxsize=4_096)
def perhaps_code(code: str) -> str | None:
    """Return the general code that a service's own code stands for where the text does not say otherwise."""
    return _first(_GENERAL, code) or _first(_PERHAPS, code)


def _first(rules: tuple[tuple[str, Regex], ...], code: str) -> str | None:
    return next((general for general, expression in rules if expression.search(code)), None)


@cache
def _names() -> frozenset[str]:
    return frozenset(msgspec.json.decode(_FILE.read_bytes(), type=list[str]))
