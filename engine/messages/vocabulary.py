"""Whether a text speaks of AWS at all, by its name, its services', their calls and actions."""

import re
from itertools import islice

from whydenied.engine.messages.operations import actions_in, is_a_service, is_operation, is_service_prefix

__all__ = ["names_an_action", "speaks_of_aws"]

# A text that says one of these speaks of AWS. Everyday words, and names that other clouds have as well, are none.
_AWS = re.compile(
    r"\b(?:aws|amazon\w*|arn|iam|s3(?:a|object\w*|bucket\w*)?|ec2|ecr|ecs|eks|sts|sns|sqs|kms|rds|lambda|dynamodb|cloudformation|cloudfront|cloudtrail"
    r"|cloudwatch|bedrock|sagemaker|athena|redshift|route ?53|boto\w*|cdk|secrets ?manager|ssm|accessdenied\w*"
    r"|simplequeueservice|glue|kinesis|codebuild|codepipeline|codecommit|codedeploy|codeartifact|api ?gateway|cognito"
    r"|opensearch|aoss|anthropic\.claude|x-amzn|security token included"
    r"|serverless|s3deploy|step functions|eventbridge|fargate|lake ?formation|resource handler|efs|emr|mwaa"
    r"|msk|firehose|beanstalk|lightsail|quicksight|guardduty|appsync|keyspaces|elasticache|datasync|textract"
    r"|transcribe|comprehend|personalize|polly|macie|neptune|timestream|amplify|app ?runner|app ?mesh|datazone|fsx"
    r"|well-architected|elasticloadbalanc\w*|load balancer|transit gateway|vpc|ebs|ami|cloudhsm|cloud9|codestar\w*"
    r"|imagebuilder"
    r"|image builder|serverless application repository|security ?hub|inspector2?|detective|mediaconvert|medialive"
    r"|mediapackage|lexv2\w*|amazon lex|workspaces|organizations|service catalog|storage ?gateway|direct connect"
    r"|elastic (?:beanstalk|container|file|kubernetes)\w*|aws\w*|access point|target group|instance profile"
    r"|karpenter|hosted zones?|event source mapping|security groups?"
    r"|launch template|spot fleet|compute environment|queue url|cloudwatch\w*|eventbridge\w*"
    r"|rekognition|identity center|permission set|service control polic(?:y|ies)|flow logs?"
    r"|bucket polic(?:y|ies)|logdestination|unauthorizedoperation|chime|pinpoint|kendra|braket|x-ray|wafv2"
    # Functions of the JavaScript SDK, which its traces show, and Regions and zones as AWS alone spells them.
    r"|request\.extracterror|calllisteners|throwdefaulterror|de_[a-z]{3,40}(?:exceptionres|commanderror)"
    r"|(?:us|eu|ap|sa|ca|me|af|il|mx)-(?:gov-)?(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d[a-f]?)\b"
)


def speaks_of_aws(text: str, flat: str) -> bool:
    """Tell whether a text names AWS, one of its services, or an action of one. flat: it in lower case."""
    return (
        bool(_AWS.search(flat))
        or names_an_action(text)
        or any(is_service_prefix(word) and word not in _EVERYDAY for word in _LONG.findall(flat))
        or any(is_operation(found[0]) for found in islice(_CALL.finditer(text), _TRIED))
        or any(is_operation(f"describe{found[1]}") for found in islice(_SPOKEN.finditer(flat), _TRIED))
        or any(is_a_service(found[0]) or is_a_service(found[1]) for found in islice(_NAME.finditer(text), _TRIED))
    )


def names_an_action(text: str) -> bool:
    """Tell whether a text holds an action of one of AWS's services."""
    return next(actions_in(text), None) is not None


# A word that is long enough for a service's IAM prefix to be no other word, and prefixes that are all the same.
_LONG = re.compile(r"(?<![\w.-])[a-z][a-z0-9]{7,40}(?![\w.-])")
_EVERYDAY = frozenset(
    "artifact autoscaling cassandra continuum deadline discovery forecast importexport inspector interconnect invoicing"
    " machinelearning networkmanager networkmonitor notifications outposts scheduler snowball sustainability synthetics"
    " transfer translate".split()
)
# How many words are looked up that may be the name of a call or of a service.
_TRIED = 40
# A call by its name alone.
_CALL = re.compile(
    r"\b(?:Assume|Attach|Create|Delete|Describe|Get|Head|Invoke|List|Pass|Publish|Put|Run|Send|Start|Update)[A-Z][a-z][A-Za-z0-9]{2,50}\b"
)
# A call in plain words, by the verb that is AWS's own: `trying to describe regions`.
_SPOKEN = re.compile(r"\bdescrib(?:e|ing) ([a-z]{3,30})\b")
# What may be a service's name: more than one word, be it written as one. Single words are everyday ones.
_NAME = re.compile(r"\b([A-Z][a-z]{0,20}[A-Z ]{1,2}[A-Za-z]{2,30})(?: [A-Z][a-z]{1,20}){0,2}\b")
