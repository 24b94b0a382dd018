"""What may stand in braces in front matter, in one table: in a pattern's templates, and in commands.

The schema, the skeletons, the samples that commands are tried with and the list in docs/architecture.md are made of
this, or held to it; a test holds it to what the engine reads and what the site fills in.
"""

import re

__all__ = ["IN_COMMANDS", "IN_TEMPLATES", "PLACEHOLDER"]

PLACEHOLDER = re.compile(r"(?<!\$)\{([a-z]+(?:\.[a-z]+)?)\}")
"""A placeholder of a command; `${name}` is the shell's or a policy's own."""

IN_TEMPLATES = {
    "principal": "who asked: an ARN, or a name in its place",
    "caller_name": "who asked, by a name that may hold blanks, up to a comma",
    "action": "`service:Action`",
    "action_name": "an action without its service",
    "operation": "an API operation",
    "resource": "what it was asked of: an ARN, or words in quotes",
    "error_code": "an error code",
    "policy_arn": "the ARN of a policy",
    "authorization_id": "the id of an authorization",
    "words": "the name of a service in words, read as who asked",
    "word": "one word, passed over",
    "number": "a number, passed over",
    "any": "up to 200 characters of one sentence, passed over",
    "gap": "up to 300 characters, over line ends, passed over",
}
"""The placeholders of a pattern's templates, and what each reads."""

IN_COMMANDS = {
    "principal.name": "deployer",
    "principal.arn": "arn:aws:iam::111122223333:role/deployer",
    "principal.account": "111122223333",
    "role.name": "deployer",
    "user.name": "ana",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/a.csv",
    "resource.name": "reports",
    "resource.account": "111122223333",
    "bucket": "reports",
    "key.id": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "policy.arn": "arn:aws:iam::111122223333:policy/deploy",
    "region": "eu-west-1",
    "service": "s3",
    "function": "orders",
    "passed.service": "lambda.amazonaws.com",
}
"""The placeholders of a cause's commands, each with a sample in the form that the AWS CLI expects; the page fills in
what was read off the paste."""
