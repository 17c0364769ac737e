"""The adapters with boto3 disturbed underneath (botocore's `before-send`), on moto: each request of each method.

A disturbed call ends in TryAgain, never in a bug's error; called again it leaves what the undisturbed call leaves.
Where botocore repeats a call by itself, the answer is the undisturbed one although the service acted twice. A mail is
never repeated by botocore, and what is not known to be out is never called refused.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws
from moto.core.models import botocore_stubber

from local import moto_fixes
from shoufa import ports, wiring
from shoufa.adapters.dynamodb_ledger import DynamoIndex, DynamoLedger
from shoufa.adapters.mailers import SesMailer
from shoufa.adapters.s3_objects import S3Objects
from shoufa.adapters.sqs_queues import SqsQueues
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import MaybeSent, TryAgain
from shoufa.domain.ledger import Head, next_entry
from shoufa.ports import Change

AT = datetime(2023, 8, 1, 1, tzinfo=UTC)
BUCKET, TABLE, SENDER, URL = "inbox", "ledger", "shoufa@unit.example", "https://service.example"
RAW = b"From: shoufa@unit.example\r\nTo: z@x.example\r\nMessage-ID: <n1@unit.example>\r\nSubject: x\r\n\r\nbody\r\n"
ENTRY = next_entry(Head(submission="S"), AT, EntryKind.NOTED, {"n": 1})
NEXT = next_entry(Head(submission="S", seq=1, hash=ENTRY.hash), AT, EntryKind.NOTED, {"n": 2})
CALLS: dict[str, Callable[["Cloud"], Any]] = {
    "ObjectStore.put": lambda c: c.objects.put("a/2", b"y"),
    "ObjectStore.get": lambda c: c.objects.get("a/1"),
    "ObjectStore.exists": lambda c: c.objects.exists("a/1"),
    "ObjectStore.keys": lambda c: c.objects.keys("a/"),
    "ObjectStore.retain": lambda c: c.objects.retain("a/1", datetime(2090, 1, 1, tzinfo=UTC)),
    "ObjectStore.erase": lambda c: c.objects.erase("a/2"),
    "Ledger.head": lambda c: c.ledger.head("S"),
    "Ledger.append": lambda c: c.ledger.append(
        [Change(Head(submission="S", seq=1, hash=ENTRY.hash), [NEXT], {})], {"x": "S"}
    ),
    "Ledger.entries": lambda c: c.ledger.entries("S"),
    "Ledger.claimed": lambda c: c.ledger.claimed("c"),
    "Index.write": lambda c: c.index.write("g", "k2", {"v": "2"}),
    "Index.drop": lambda c: c.index.drop("g", "k"),
    "Index.find": lambda c: c.index.find("g"),
    "Queues.send": lambda c: c.queues.send("submissions", {"submission": "S"}, "S"),
}


HOOKS: list[Callable[[Any], Any]] = []
"""What happens before a request is sent; the clients are dear to make and shared."""


@functools.cache
def clients(attempts: int) -> tuple[Any, Any, Any]:
    """Clients of S3, DynamoDB and SQS that make a call so many times."""
    config = Config(retries={"total_max_attempts": attempts})
    s3, table, sqs = (boto3.client(s, config=config) for s in ("s3", "dynamodb", "sqs"))
    for client in (s3, table, sqs):
        client._endpoint.http_session = _Elsewhere()
        client.meta.events.register_first("before-send", lambda request, **_: HOOKS[-1](request))
    return s3, table, sqs


class Cloud:
    """The adapters over moto, something in each; `disturb` fails the n-th request from now."""

    def __init__(self, attempts: int) -> None:
        self.requests = 0
        self._how: Callable[[Any], Any] | None = None
        self._at = 0
        HOOKS[:] = [self._before_send]
        s3, table, sqs = clients(attempts)
        s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        keys = ("pk", "sk")
        table.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
            KeySchema=[
                {"AttributeName": k, "KeyType": t} for k, t in zip(keys, ("HASH", "RANGE"), strict=True)
            ],
        )
        url = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self.objects, self.queues = S3Objects(s3, BUCKET), SqsQueues(sqs, {"submissions": url})
        self.ledger, self.index = DynamoLedger(table, TABLE), DynamoIndex(table, TABLE)
        self.objects.put("a/1", b"x")
        self.ledger.append([Change(Head(submission="S"), [ENTRY], {})], {"c": "S"})
        self.index.write("g", "k", {"v": "1"})
        self._clients, self._url = (s3, table, sqs), url

    def disturb(self, at: int, how: Callable[[Any], Any]) -> None:
        self.requests, self._at, self._how = 0, at, how

    def _before_send(self, request: Any) -> Any:
        self.requests += 1
        return self._how(request) if self._how and self.requests == self._at else None

    def state(self) -> Any:
        """All that is stored."""
        self._how = None
        s3, table, sqs = self._clients
        retained = s3.head_object(Bucket=BUCKET, Key="a/1").get("ObjectLockRetainUntilDate")
        items = sorted(map(str, table.scan(TableName=TABLE)["Items"]))
        attributes = sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])["Attributes"]
        objects = {k: self.objects.get(k) for k in self.objects.keys("")}
        return objects, items, attributes["ApproximateNumberOfMessages"], retained


def answer(status: int, code: str) -> Callable[[Any], Any]:
    """The service does nothing and says an error: the request goes to an address that moto does not serve."""

    def how(request: Any) -> Any:
        request.url = f"https://{status}.{code}.{'xml' if 's3' in request.url else 'json'}.example/"

    return how


class _Elsewhere:
    """What serves such addresses, in place of botocore's HTTP session."""

    def send(self, request: Any) -> AWSResponse:
        status, code, form, _ = request.url.removeprefix("https://").split(".")
        body = f"<Error><Code>{code}</Code><Message>later</Message></Error>"
        if form == "json":
            body = f'{{"__type": "x#{code}", "message": "later"}}'
        return AWSResponse(request.url, int(status), {"x-amzn-errortype": code}, _Raw(body.encode()))


class _Raw:
    """A body as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body

    def read(self, *_: Any) -> bytes:
        body, self._body = self._body, b""
        return body


def unreached(_: Any) -> Any:
    raise EndpointConnectionError(endpoint_url=URL)


def timed_out(request: Any) -> Any:
    """The service acts; its answer never comes."""
    botocore_stubber("before-send.x", request)
    raise ReadTimeoutError(endpoint_url=URL)


def broken(request: Any) -> Any:
    botocore_stubber("before-send.x", request)
    raise ConnectionClosedError(endpoint_url=URL)


def half(request: Any) -> Any:
    """The service acts; its answer breaks off in the middle."""
    whole = botocore_stubber("before-send.x", request)
    raw = _Raw(whole.content[: len(whole.content) // 2])
    return AWSResponse(
        whole.url, whole.status_code, {**whole.headers, "content-length": str(len(whole.content))}, raw
    )


WAYS: dict[str, Callable[[Any], Any]] = {
    "slow down": answer(503, "SlowDown"),
    "throttled": answer(400, "ThrottlingException"),
    "internal": answer(500, "InternalError"),
    "unreached": unreached,
    "timeout": timed_out,
    "broken": broken,
}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)  # its pauses are not what is tested
    moto_fixes.apply()
    for name in CALLS:
        undisturbed(name)
    with mock_aws():
        yield


def test_every_method_of_every_port_over_boto3_is_disturbed():
    over = (ports.ObjectStore, ports.Ledger, ports.Index, ports.Queues)
    assert set(CALLS) == {
        f"{p.__name__}.{n}" for p in over for n, m in vars(p).items() if inspect.isfunction(m) and n[0] != "_"
    }


@functools.cache
def undisturbed(name: str) -> tuple[Any, Any]:
    """What a call answers and leaves; first asked for outside of any other moto."""
    with mock_aws():
        cloud = Cloud(1)
        return CALLS[name](cloud), cloud.state()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_fails_is_tried_again_and_leaves_the_same(aws: None, name: str, way: str):
    _, wanted = undisturbed(name)
    cloud = Cloud(1)
    cloud.disturb(1, WAYS[way])
    with pytest.raises(TryAgain):
        CALLS[name](cloud)
    assert cloud.requests == 1
    cloud.disturb(0, unreached)
    CALLS[name](cloud)
    assert cloud.state() == wanted


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CALLS)
def test_where_botocore_repeats_a_call_its_answer_is_the_same(aws: None, name: str, way: str):
    said, wanted = undisturbed(name)
    cloud = Cloud(3)
    cloud.disturb(1, WAYS[way])
    if name == "ObjectStore.put" and way in {"timeout", "broken"}:
        said = False  # the repeat meets our own object; no step asks which of the two it was
    assert CALLS[name](cloud) == said
    assert cloud.requests == 2
    assert cloud.state() == wanted


def test_half_an_object_is_none(aws: None):
    """A body is read as a stream, so its length is checked behind the answer (the others' by urllib3)."""
    cloud = Cloud(1)
    cloud.disturb(1, half)
    with pytest.raises(TryAgain):
        cloud.objects.get("a/1")


def _recipients(raw: bytes) -> int:
    """How many moto counts for one such mail: the address it is sent to, and those of its own headers."""
    return 1 + raw.count(b"\nTo: ") + raw.startswith(b"To: ")


@pytest.mark.parametrize(
    ("way", "error", "sent"),
    [
        ("slow down", MaybeSent, 0),
        ("throttled", TryAgain, 0),
        ("internal", MaybeSent, 0),
        ("unreached", TryAgain, 0),
        ("timeout", MaybeSent, 1),
        ("broken", MaybeSent, 1),
    ],
)
def test_a_mail_over_ses_is_never_repeated_by_itself(aws: None, way: str, error: type[TryAgain], sent: int):
    """As `wiring` builds the client: one attempt, and a lost answer is no refusal."""
    wiring.reset()
    client = wiring.client("sesv2", attempts=1)
    client.create_email_identity(EmailIdentity=SENDER)
    asked: list[str] = []

    def once(request: Any, **_: Any) -> Any:
        asked.append(request.url)
        return WAYS[way](request)

    client._endpoint.http_session = _Elsewhere()
    client.meta.events.register_first("before-send", once)
    with pytest.raises(TryAgain) as raised:
        SesMailer(client).send(RAW, SENDER, "z@x.example")
    assert raised.type is error
    assert len(asked) == 1
    counted = boto3.client("ses").get_send_quota()["SentLast24Hours"]
    assert counted == sent * _recipients(RAW)
    wiring.reset()
