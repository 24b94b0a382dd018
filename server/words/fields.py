"""What the fields of a parsed error are called."""

__all__ = ["FIELD_NAMES"]

# What the parser calls a field, in words for a reader. A field that is not here is not marked.
FIELD_NAMES = {
    "principal": "who",
    "action": "action",
    "operation": "API call",
    "resource": "resource",
    "error_code": "error code",
    "http_status": "HTTP status",
    "effect": "allow or deny",
    "policy_type": "which policy",
    "policy_arn": "policy",
    "authorization_id": "authorization id",
    "encoded_message": "encoded message",
    "request_id": "request id",
    "service": "service",
    "region": "region",
}
