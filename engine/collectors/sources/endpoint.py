"""The policy of the VPC endpoint that the request came through, where there is a sign of one.

Source: EC2 API, DescribeVpcEndpoints. An endpoint of a shared VPC belongs to another account, and is not seen here.
"""

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece, Unknown
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the endpoint's policy: by its id, by the instance that called, or the only one for the service."""
    piece = Piece()
    parameters = {"VpcEndpointIds": [target.vpc_endpoint]} if target.vpc_endpoint else _filters(reader, target)
    answer = reader.read(Call("ec2", "DescribeVpcEndpoints", parameters, target.account, target.place))
    if not answer.ok:
        piece.fail("vpce", "the VPC endpoint's policy", [answer])
        return piece
    found = [one for one in answer.get("VpcEndpoints", []) if str(one.get("State", "")).lower() == "available"]
    if len(found) == 1:
        body = document(found[0].get("PolicyDocument"))
        name = str(found[0].get("VpcEndpointId"))
        piece.policies["vpce"] = [{"name": name, "document": body}] if body else []
        piece.context["aws:SourceVpce"] = name
        if found[0].get("VpcId"):
            piece.context["aws:SourceVpc"] = str(found[0]["VpcId"])
        piece.facts.append(("vpce.in-path", "yes"))
    elif not found and target.instance and not target.vpc_endpoint:
        piece.policies["vpce"] = []
        piece.facts.append(("vpce.in-path", "no"))
    else:
        what = f"which of {len(found)} VPC endpoints the request came through" if found else "the VPC endpoint"
        piece.unknown.append(Unknown("vpce", what, "look for `vpcEndpointId` in CloudTrail", ""))
    return piece


def _filters(reader: Reader, target: Target) -> dict[str, object]:
    filters = [{"Name": "service-name", "Values": [f"com.amazonaws.{target.place or '*'}.{target.service}"]}]
    if target.instance:
        call = Call("ec2", "DescribeInstances", {"InstanceIds": [target.instance]}, target.account, target.place)
        reservations = reader.read(call).get("Reservations", [])
        vpcs = [one["VpcId"] for entry in reservations for one in entry.get("Instances", []) if one.get("VpcId")]
        if vpcs:
            filters.append({"Name": "vpc-id", "Values": [str(vpcs[0])]})
    return {"Filters": filters}


SOURCE = Source(
    "endpoint",
    ("vpce",),
    2,
    (("ec2", "DescribeVpcEndpoints"), ("ec2", "DescribeInstances")),
    lambda target: target.layer == "vpce" or bool(target.vpc_endpoint) or (bool(target.instance) and not target.layer),
    collect,
)
