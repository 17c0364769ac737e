"""Which of AWS's errors pass by themselves: throttling, the service's own failures, answers that were lost.

They are the world's fault (TryAgain: redelivered), not bugs that call for an alarm. What was asked may have
been done all the same; whoever is redelivered finds it done.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NotConnected

from shoufa.domain.errors import TryAgain

THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "SlowDown",
        "RequestTimeout",
        "RequestTimeoutException",
        "TransactionInProgressException",
        "PriorRequestNotComplete",
        "KMSThrottlingException",
    }
)
"""Codes that AWS sends with 4xx though they pass (botocore's own list of what it repeats, and KMS's)."""

P = ParamSpec("P")
T = TypeVar("T")


def passes(err: ClientError) -> bool:
    """Whether the same call may succeed later."""
    status = err.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or err.response.get("Error", {}).get("Code") in THROTTLED


def patient(call: Callable[P, T]) -> Callable[P, T]:
    """The adapter's method, with errors that pass raised as TryAgain."""

    @wraps(call)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except ClientError as err:
            if passes(err):
                raise TryAgain(f"{call.__qualname__}: {err.operation_name} did not go through") from err
            raise
        except (NotConnected, HTTPClientError, IncompleteReadError) as err:
            raise TryAgain(f"{call.__qualname__}: no answer ({type(err).__name__})") from err

    return tried
