"""Operations that no resource policy opens to other accounts: only the account of the resource can do them.

Sources: the operations' own API references. KMS: "Cross-account use: No"; SQS: "Cross-account permissions don't apply
to this action"; S3: the caller must "belong to the bucket owner's account"; CloudHSM: "Cross-account use: No". A test
reads them again in botocore's copy of the references. Of what those do not say: SQS Developer Guide, "Limitations of
Amazon SQS custom policies" (message move tasks); DynamoDB Developer Guide, "DynamoDB API operations supported by
resource-based policies" (column Cross-account support; of PartiQL the actions that its operations need). IAM has no
resource policies but trust policies, and those allow actions of STS alone.
"""

from whydenied.engine.evaluation.request import Request

__all__ = ["OWN_ACCOUNT_ONLY", "foreign"]

# Action names in lower case, by the prefix of their service.
OWN_ACCOUNT_ONLY: dict[str, frozenset[str]] = {
    "kms": frozenset(
        "cancelkeydeletion connectcustomkeystore createalias createcustomkeystore createkey deletealias "
        "deletecustomkeystore deleteimportedkeymaterial describecustomkeystores disablekey disablekeyrotation "
        "disconnectcustomkeystore enablekey enablekeyrotation getkeylastusage getkeypolicy getparametersforimport "
        "importkeymaterial listaliases listkeypolicies listkeyrotations listkeys listresourcetags putkeypolicy "
        "replicatekey rotatekeyondemand schedulekeydeletion tagresource untagresource updatealias "
        "updatecustomkeystore updatekeydescription updateprimaryregion".split()
    ),
    "sqs": frozenset(
        "addpermission cancelmessagemovetask createqueue deletequeue listmessagemovetasks listqueuetags listqueues "
        "removepermission setqueueattributes startmessagemovetask tagqueue untagqueue".split()
    ),
    "dynamodb": frozenset(
        "createbackup deleteresourcepolicy describecontinuousbackups describecontributorinsights "
        "describekinesisstreamingdestination describetablereplicaautoscaling describetimetolive "
        "disablekinesisstreamingdestination enablekinesisstreamingdestination exporttabletopointintime "
        "getresourcepolicy partiqldelete partiqlinsert partiqlselect partiqlupdate putresourcepolicy "
        "restoretabletopointintime updatecontinuousbackups updatecontributorinsights "
        "updatekinesisstreamingdestination updatetablereplicaautoscaling updatetimetolive".split()
    ),
    "s3": frozenset("deletebucketpolicy getbucketpolicy putbucketpolicy".split()),
    "cloudhsm": frozenset(
        "copybackuptoregion createhsm deletebackup deletecluster deletehsm deleteresourcepolicy describeclusters "
        "getresourcepolicy initializecluster listtags modifybackupattributes modifycluster putresourcepolicy "
        "restorebackup tagresource untagresource".split()
    ),
}


def foreign(request: Request) -> str:
    """Say why a caller of another account cannot do this whatever the policies say; "" where it may."""
    if request.same_account is not False or not request.caller.account:
        return ""
    prefix, _, name = request.key.partition(":")
    if prefix == "iam":
        return "IAM has no resource policies that would let in other accounts; assume a role in that account"
    if name in OWN_ACCOUNT_ONLY.get(prefix, ()):
        return f"{request.action} does not work across accounts, whatever the policies say; assume a role over there"
    return ""
