"""Write engine/messages/data/codes.json: the names of AWS error codes.

    .venv/bin/python scripts/refresh_codes.py

Most come from botocore's service models. S3's, EC2's and the query services' common ones are in no model: those are
listed here, from the services' error references. Run it after moving botocore; tests/engine/messages/test_codes.py
fails until then.
"""

import json
from pathlib import Path

import botocore.session

TARGET = Path(__file__).parent.parent / "engine" / "messages" / "data" / "codes.json"

# Codes that no service model has, and the names that SDKs give to failures before any request.
UNMODELLED = """
AccessControlListNotSupported AccessDenied AccessDeniedException AccessPointAlreadyOwnedByYou AccountProblem
ActiveVpcPeeringConnectionPerVpcLimitExceeded AddressLimitExceeded AllAccessDisabled AttachmentLimitExceeded
AuthFailure AuthorizationError AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest
BadRequestException BandwidthLimitExceeded Blocked BucketAlreadyExists BucketAlreadyOwnedByYou BucketNotEmpty
ClientTokenConflict CredentialsNotSupported CrossLocationLoggingProhibited DependencyViolation DryRunOperation
EC2MetadataError EC2RoleRequestError EncryptedVolumesNotSupported EntityTooLarge EntityTooSmall ExpiredToken
ExpiredTokenException ExpiredTokenId Forbidden HostLimitExceeded IdempotentParameterMismatch
IllegalLocationConstraintException IncompleteBody IncompleteSignature IncorrectInstanceState IncorrectState
InstanceLimitExceeded InsufficientFreeAddressesInSubnet InsufficientInstanceCapacity InsufficientPrivileges
InternalError InternalFailure InternalServerError InvalidAccessKeyId InvalidAction InvalidAMIID InvalidArgument
InvalidBlockDeviceMapping InvalidBucketAclWithBlockPublicAccessError InvalidBucketAclWithObjectOwnership
InvalidBucketName InvalidBucketState InvalidClientTokenId InvalidDigest InvalidEncryptionAlgorithmError InvalidGroup
InvalidInput InvalidInstanceID InvalidKeyPair InvalidKMSKey InvalidLocationConstraint InvalidObjectState
InvalidParameter InvalidParameterCombination InvalidParameterValue InvalidPart InvalidPayer InvalidPolicyDocument
InvalidRange InvalidRequest InvalidSecurity InvalidSignature InvalidSignatureException InvalidSnapshot
InvalidStateTransition InvalidStorageClass InvalidSubnetID InvalidTargetBucketForLogging InvalidToken InvalidURI
InvalidVolume InvalidVpcID KeyTooLongError KMSKeyAccessDenied KMSKeyNotAccessibleException KMSOptInRequired
LimitExceeded MalformedACLError MalformedPolicy MalformedPolicyDocument MalformedPOSTRequest MalformedQueryString
MalformedXML MaxMessageLengthExceeded MessageRejected MetadataTooLarge MethodNotAllowed MissingAction
MissingAuthenticationToken MissingAuthenticationTokenException MissingContentLength MissingKey MissingParameter
MissingSecurityHeader NetworkInterfaceLimitExceeded NoCredentialProviders NonExistentQueue NoSuchBucket
NoSuchBucketPolicy NoSuchCORSConfiguration NoSuchEntity NoSuchKey NoSuchLifecycleConfiguration NoSuchTagSet
NoSuchUpload NoSuchVersion NotAuthorized NotImplemented NotSignedUp OperationAborted OperationNotPermitted
OptInRequired OwnershipControlsNotFoundError PendingVerification PermanentRedirect PreconditionFailed
PrivateIpAddressLimitExceeded Redirect RegionDisabledException RequestExpired RequestLimitExceeded RequestTimeout
RequestTimeTooSkewed ResourceLimitExceeded RestoreAlreadyInProgress RouteLimitExceeded
RulesPerSecurityGroupLimitExceeded SecurityGroupLimitExceeded ServerSideEncryptionConfigurationNotFoundError
ServiceQuotaExceeded ServiceUnavailable SignatureDoesNotMatch SlowDown SnapshotLimitExceeded SpotMaxPriceTooLow
SSOProviderInvalidToken SubscriptionRequiredException TagLimitExceeded TemporaryRedirect Throttling
ThrottlingException TokenRefreshRequired TooManyBuckets TooManyRequestsException UnauthorizedAccess
UnauthorizedAccessError UnauthorizedOperation UnexpectedContent UnknownEndpoint UnrecognizedClientException
UnresolvableGrantByEmailAddress Unsupported UnsupportedOperation UserKeyMustBeSpecified ValidationError
ValidationException VcpuLimitExceeded VolumeLimitExceeded VpceAccessDenied VpcLimitExceeded XAmzContentSHA256Mismatch
CredentialsProviderError NoCredentialsError PartialCredentialsError TokenRetrievalError CredentialRetrievalError
EndpointConnectionError ConnectTimeoutError ReadTimeoutError ProfileNotFound NoRegionError TokenProviderError
CredentialsError CredentialRequiresARNError
""".split()


def main() -> None:
    """Build the list and write it."""
    TARGET.write_text(json.dumps(build(), indent=0) + "\n", encoding="utf-8")


def build() -> list[str]:
    """Return every code, sorted. Single words are left out: a log line may begin with one (`Redirect: ...`)."""
    session = botocore.session.get_session()
    codes = set(UNMODELLED)
    for client in session.get_available_services():
        for shape in session.get_service_model(client).error_shapes:
            codes.add(str(shape.metadata.get("error", {}).get("code") or shape.name))
    return sorted(code for code in codes if sum(map(str.isupper, code)) > 1 and not code.isupper())


if __name__ == "__main__":
    main()
