"""Error codes: which names are codes of AWS, and what a code means in general.

The names are data (scripts/refresh_codes.py). What a code of one service means in general stands in how it ends:
`DBInstanceNotFoundFault` is a `NotFoundException`.
"""

import re
from functools import cache
from pathlib import Path

import msgspec

__all__ = ["general_code", "is_code", "stands_for_nothing"]

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
    " uploadfailedexception stackoverflowexception".split()
)
_GENERIC = re.compile(
    r"\A(?:AWS|Amazon)?(?:S3|EC2|Ec2|IAM|Iam|KMS|Kms|SQS|Sqs|SNS|Sns|STS|Sts|Glue|Lambda|DynamoDB|DynamoDb|Athena|"
    r"SecurityTokenService|SecretsManager|Ssm|SimpleSystemsManagement|CloudFormation|IdentityManagement|Ecs|ECS|Ecr|ECR|Eks|EKS|"
    r"Route53|Rds|RDS|CloudWatch|CloudWatchLogs|Kinesis|SFN|Sfn|Organizations|Unmarshalling|Service)Exception\Z"
)

# How a service's own code ends -> the general code that patterns name.
_GENERAL = re.compile(
    r"(?:\.|(?<=[a-z]))(?:(?P<missing>NotFound|DoesNotExist)|(?P<limit>LimitExceeded|QuotaExceeded|QuotaReached)"
    r"|(?P<exists>AlreadyExists|Duplicate|AlreadyOwnedByYou)|(?P<busy>InUse|Conflict)|(?P<state>InvalidState|IncorrectState)"
    r"|(?P<denied>AccessDenied|NotAuthorized|Unauthorized(?:Client)?|PermissionDenied|InsufficientPermissions?|Forbidden))"
    r"(?:Exception|Fault|Error)?\Z|\A(?P<many>TooMany[A-Z]\w+)|\A(?P<none>NoSuch[A-Z]\w+)"
)
_MEANS = {
    "missing": "NotFoundException",
    "none": "NotFoundException",
    "limit": "LimitExceededException",
    "many": "LimitExceededException",
    "exists": "EntityAlreadyExists",
    "busy": "ResourceInUseException",
    "state": "InvalidStateException",
    "denied": "AccessDeniedException",
}


def is_code(name: str) -> bool:
    """Tell whether a name in front of a message is an AWS error code, and not the name of what failed."""
    if name.lower() in _NOT_CODES or _GENERIC.match(name):
        return False
    return name.split(".")[0] in _names() or bool(_NAMED.match(name))


def stands_for_nothing(name: str) -> bool:
    """Tell whether a name that stands where a code stands says nothing but which library failed."""
    return name.lower() in _NOT_CODES or bool(_GENERIC.match(name))


def general_code(code: str) -> str | None:
    """Return the general code that a service's own code ends in, or None where it tells nothing."""
    found = _GENERAL.search(code)
    return _MEANS[found.lastgroup] if found and found.lastgroup else None


@cache
def _names() -> frozenset[str]:
    return frozenset(msgspec.json.decode(_FILE.read_bytes(), type=list[str]))
