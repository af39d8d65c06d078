"""Reads region and service off the host names of AWS."""

import re
from typing import NamedTuple

_REGION = re.compile(r"(?:[a-z]{2}|us-gov|us-iso|us-isob)(?:-[a-z]+)+-\d")
_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws", ".c2s.ic.gov", ".sc2s.sgov.gov")
_S3_REGION = re.compile(r"s3[.-](?:dualstack[.-]|fips[.-]|website[.-]|control[.-])*((?:[a-z]{2})(?:-[a-z]+)+-\d)")

# Where the name that a service signs with is not the one that its host has; `*` stands for what customers choose.
_SIGNING_NAMES = {
    "email": "ses",
    "data.iot": "iotdata",
    "appsync-api": "appsync",
    "bedrock-runtime": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "runtime.sagemaker": "sagemaker",
    "api.ecr": "ecr",
    "api.ecr-public": "ecr-public",
    "models.lex": "lex",
    "runtime.lex": "lex",
    "lambda-url": "lambda",
    "aps-workspaces": "aps",
    "personalize-runtime": "personalize",
    "streams.dynamodb": "dynamodb",
    "queue": "sqs",
}


class AwsHost(NamedTuple):
    """What a host name tells; None where it tells nothing."""

    service: str | None
    region: str | None


def read_aws_host(host: str) -> AwsHost:
    """Return service and region of a host name in lower case, by the forms that AWS documents for its endpoints.

    A service without a region in its name is global, and signs with the region `us-east-1`.
    """
    if host.endswith(".r2.cloudflarestorage.com"):
        return AwsHost("s3", "auto")
    suffix = next((one for one in _SUFFIXES if host.endswith(one)), None)
    if suffix is None:
        return AwsHost(None, None)
    name = host.removesuffix(suffix)
    if re.search(r"(^|\.)s3([.-]|$)", name) and ".s3-outposts" not in name and ".s3express" not in name:
        region = _S3_REGION.search(name)
        return AwsHost("s3", region.group(1) if region is not None else "us-east-1")
    labels = name.split(".")
    place = next((index for index, label in enumerate(labels) if _REGION.fullmatch(label)), None)
    if place is None:
        return AwsHost(_signing_name(labels), "us-east-1")
    region_name = labels[place]
    if place == 0 and len(labels) > 1:
        return AwsHost(_signing_name(labels[1:]), region_name)
    # An OpenSearch domain is `name.region.es`; everything else has the service before the region.
    after = labels[place + 1 :]
    if after and after[0] in ("es", "aoss", "cloudsearch", "vpce", "rds", "elb"):
        return AwsHost({"vpce": _signing_name(labels[:place])}.get(after[0], after[0]), region_name)
    return AwsHost(_signing_name(labels[:place]), region_name)


def _signing_name(labels: list[str]) -> str:
    last = labels[-1].removesuffix("-fips")
    if last == "iot" and labels[0].endswith("-ats"):
        return "iotdata"
    for length in (2, 1):
        known = _SIGNING_NAMES.get(".".join([*labels[-length:-1], last])) if len(labels) >= length else None
        if known is not None:
            return known
    return last
