"""AWS itself, read-only: sessions behind the guard, pages joined, retries left to botocore, every answer kept.

An answer is asked for once in a run. What AWS refuses is an answer too (with its code): the collectors turn it into
"unknown". Credentials stay inside botocore; nothing of them is kept, printed or written.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import islice
from typing import Any

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, OperationNotPageableError
from botocore.utils import ArnParser

from whydenied.engine.collectors.calls import Answer, Call
from whydenied.engine.collectors.guard import install
from whydenied.engine.collectors.policy import minimal_policy
from whydenied.engine.errors import InputError
from whydenied.engine.secrets.masking import mask

__all__ = ["Aws"]

_MAX_PAGES = 200
_PAGING = frozenset({"NextToken", "nextToken", "NextMarker", "Marker", "IsTruncated", "Truncated", "ContinuationToken"})
_WORKERS = 8
# Calls whose identifiers mean another thing in another account: without its credentials they are not made at all.
_BOUND_TO_ACCOUNT = frozenset(
    {"iam", "ec2", "cloudtrail", "sso-admin", "s3control", "eks", "lakeformation", "opensearch"}
)
_CONFIG = Config(
    retries={"mode": "adaptive", "max_attempts": 6},
    connect_timeout=10,
    read_timeout=30,
    user_agent_extra="whydenied",
)


class Aws:
    """A Reader over AWS. Safe to share between threads.

    accounts: the further accounts for which there are credentials. asked: the answers so far, in the order in which
    they came; its length is the number of calls made.
    """

    def __init__(
        self,
        profile: str | None = None,
        region: str | None = None,
        accounts: Mapping[str, str] | None = None,
        progress: Callable[[str], None] | None = None,
        endpoint_url: str | None = None,
    ) -> None:
        """Open the default session.

        profile, region: as the AWS CLI takes them. accounts: for further accounts, by their twelve digits, the name of
        a profile or the ARN of a role to assume. progress: told each call before it is made. endpoint_url: another
        place than AWS, for tests. Raises InputError where a profile is not there, or no credentials are.
        """
        self.asked: list[Answer] = []
        self._progress = progress
        self._endpoint = endpoint_url
        self._region = region
        self._others = dict(accounts or {})
        self.accounts = tuple(self._others)
        self._lock = threading.Lock()
        self._known: dict[str, Answer] = {}
        self._pending: dict[str, threading.Lock] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._sessions: dict[str, boto3.Session] = {"": self._open(profile, None)}

    def _open(self, profile: str | None, role: str | None) -> boto3.Session:
        """Open a guarded session. Its credentials are fetched by another one, for assuming a role is no read."""
        try:
            source = botocore.session.Session(profile=profile)
            keys: tuple[str, str, str | None] | None = None
            found = source.get_credentials()
            region = self._region or source.get_config_variable("region") or "us-east-1"
            if role is not None:
                keys = _assume(source, role, region, self._endpoint)
            elif found is not None:
                frozen = found.get_frozen_credentials()
                keys = (frozen.access_key, frozen.secret_key, frozen.token)
        except (BotoCoreError, ClientError) as error:
            raise InputError(f"no credentials for {role or profile or 'the default profile'}: {error}") from None
        if keys is None:
            raise InputError(
                "there are no AWS credentials: sign in (`aws sso login`), set them up (`aws configure`), or name a "
                "profile with --profile"
            )
        guarded = botocore.session.Session()
        if keys is not None:
            guarded.set_credentials(*keys)
        install(guarded)
        return boto3.Session(botocore_session=guarded, region_name=region)

    @property
    def region(self) -> str:
        """The default Region."""
        return str(self._sessions[""].region_name)

    @property
    def identity(self) -> Answer:
        """Who the default credentials are (`sts:GetCallerIdentity`, which needs no permission)."""
        return self.read(Call("sts", "GetCallerIdentity"))

    def read(self, call: Call) -> Answer:
        """Answer one call; the same call is made once."""
        key = call.key
        with self._lock:
            pending = self._pending.setdefault(key, threading.Lock())
        with pending:
            if key not in self._known:
                answer = self._ask(call)
                with self._lock:
                    self._known[key] = answer
            return self._known[key]

    def read_many(self, calls: Iterable[Call]) -> list[Answer]:
        """Answer independent calls side by side, in their order."""
        calls = list(calls)
        if len(calls) < 2:
            return [self.read(call) for call in calls]
        with ThreadPoolExecutor(min(_WORKERS, len(calls))) as pool:
            return list(pool.map(self.read, calls))

    def _ask(self, call: Call) -> Answer:
        session = self._session(call)
        if session is None:
            return Answer(call, None, "NoCredentials", f"no credentials for account {call.account} were given")
        if self._progress is not None:
            self._progress(f"{call.service}:{call.operation}")
        answer = self._make(call, session)
        with self._lock:
            self.asked.append(answer)
        return answer

    def _session(self, call: Call) -> boto3.Session | None:
        """Choose the credentials: those of the account, else the default ones where the call can cross accounts."""
        if not call.account or (call.service, call.operation) == ("sts", "GetCallerIdentity"):
            return self._sessions[""]
        if call.account in self._others:
            with self._lock:
                if call.account not in self._sessions:
                    given = self._others[call.account]
                    is_role = ArnParser.is_arn(given)
                    self._sessions[call.account] = self._open(None if is_role else given, given if is_role else None)
                return self._sessions[call.account]
        mine = self.identity.get("Account")
        if call.account == mine or call.service not in _BOUND_TO_ACCOUNT:
            return self._sessions[""]
        return None

    def _make(self, call: Call, session: boto3.Session) -> Answer:
        try:
            client = self._client(call, session)
            method = xform_name(call.operation)
            bounded = {"MaxResults", "MaxItems", "Limit"} & set(call.parameters)
            if client.can_paginate(method) and not bounded:
                output = _joined(client.get_paginator(method).paginate(**call.parameters))
            else:
                output = getattr(client, method)(**call.parameters)
        except ClientError as error:
            return Answer(call, None, *_error(error))
        except (BotoCoreError, OperationNotPageableError, NotImplementedError) as error:
            # No network, no credentials, a parameter that the model refuses: unknown, with its reason.
            return Answer(call, None, type(error).__name__, str(error)[:500])
        return Answer(call, _plain({name: value for name, value in output.items() if name != "ResponseMetadata"}))

    def _client(self, call: Call, session: boto3.Session) -> Any:
        region = call.region or session.region_name
        key = (call.account if call.account in self._sessions else "", call.service, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = session.client(
                    call.service, region_name=region, config=_CONFIG, endpoint_url=self._endpoint
                )
            return self._clients[key]


def _joined(pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Join pages: lists grow, everything else is the first page's (botocore's own joining drops what is no list)."""
    joined: dict[str, Any] = {}
    for page in islice(pages, _MAX_PAGES):
        for name, value in page.items():
            if isinstance(value, list) and isinstance(joined.get(name), list):
                joined[name] = joined[name] + value
            elif name not in joined and name not in _PAGING:
                joined[name] = value
    return joined


def _assume(source: botocore.session.Session, role: str, region: str, endpoint: str | None) -> tuple[str, str, str]:
    client = source.create_client("sts", region_name=region, endpoint_url=endpoint)
    # Whatever the role may do: this session may read, and no more.
    policy = json.dumps(minimal_policy(), separators=(",", ":"))
    keys = client.assume_role(RoleArn=role, RoleSessionName="whydenied", Policy=policy)["Credentials"]
    return keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]


def _error(error: ClientError) -> tuple[str, str]:
    found = error.response.get("Error", {})
    return str(found.get("Code") or "Unknown"), str(found.get("Message") or "")[:500]


def _plain(value: Any) -> Any:
    """Turn an output into JSON's types. Records of CloudTrail name access keys; those are masked."""
    if isinstance(value, Mapping):
        return {
            str(name): mask(inner).text if name == "CloudTrailEvent" and isinstance(inner, str) else _plain(inner)
            for name, inner in value.items()
            if name != "AccessKeyId"
        }
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return None
