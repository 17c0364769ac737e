"""Objects in S3: written once (`If-None-Match: *`, RFC 9110 §13.1.2), retained under GOVERNANCE."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from shoufa.adapters.passing import patient
from shoufa.domain.errors import TryAgain

EXISTS = frozenset({"PreconditionFailed", "412"})
ABSENT = frozenset({"NoSuchKey", "404", "NotFound", "KeyTooLongError"})
KEY_BYTES = 1024
"""The longest key, in UTF-8 (S3 User Guide, "Naming Amazon S3 objects")."""


class S3Objects:
    """`ports.ObjectStore` on one bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        """Keep the client and the bucket's name."""
        self._client = client
        self._bucket = bucket

    @patient
    def put(self, key: str, data: bytes) -> bool:
        """Write if absent; False if it was there. Raises TryAgain when two writers collide (409)."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data, IfNoneMatch="*")
        except ClientError as err:
            if code(err) in EXISTS:
                return False
            if code(err) in {"ConditionalRequestConflict", "409"}:
                raise TryAgain(f"{self._bucket}/{key}: another writer") from err
            raise
        return True

    @patient
    def get(self, key: str) -> bytes | None:
        """The bytes, or None."""
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as err:
            if code(err) in ABSENT:
                return None
            raise
        return body

    @patient
    def exists(self, key: str) -> bool:
        """Whether the key is there; a HEAD is answered without the code that says of a key it is too long."""
        if len(key.encode()) > KEY_BYTES:
            return False
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as err:
            if code(err) in ABSENT:
                return False
            raise
        return True

    @patient
    def keys(self, prefix: str, after: str = "", limit: int = 0) -> Sequence[str]:
        """Keys under a prefix, sorted (S3 lists them so, by their UTF-8)."""
        more: dict[str, Any] = {"StartAfter": after} if after else {}
        more |= {"PaginationConfig": {"MaxItems": limit}} if limit else {}
        listed = self._client.get_paginator("list_objects_v2")
        pages = listed.paginate(Bucket=self._bucket, Prefix=prefix, **more)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", ()))

    @patient
    def retain(self, key: str, until: datetime) -> None:
        """GOVERNANCE retention until then; a longer one that is there already stays."""
        retention = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
        try:
            self._client.put_object_retention(Bucket=self._bucket, Key=key, Retention=retention)
        except ClientError as err:
            if code(err) != "AccessDenied":
                raise

    @patient
    def erase(self, key: str) -> int:
        """Every version and delete marker of the key, past GOVERNANCE retention; how many there were."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
        listed = [v for p in pages for v in (*p.get("Versions", ()), *p.get("DeleteMarkers", ()))]
        found = [v["VersionId"] for v in listed if v["Key"] == key]
        for version in found:
            self._remove(key, version)
        return len(found)

    def _remove(self, key: str, version: str) -> None:
        """One version; the right to bypass is only needed where the version is retained."""
        where = {"Bucket": self._bucket, "Key": key, "VersionId": version}
        try:
            self._client.delete_object(**where, BypassGovernanceRetention=True)
        except ClientError as err:
            if code(err) == "AccessDenied":
                needed = "s3:DeleteObjectVersion, s3:BypassGovernanceRetention"
                raise TryAgain(f"{key}: may not be erased; allow {needed}") from err
            raise


def code(err: ClientError) -> str:
    """The service's error code."""
    return str(err.response.get("Error", {}).get("Code", ""))
