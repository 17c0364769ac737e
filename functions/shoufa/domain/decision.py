"""What a clerk decides: one write-once object under `inbox/decision/` each, its action one of a closed list.

The object holds names, addresses and reasons; the ledger gets `codes()` only, beside the action and `who`.
"""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from shoufa.domain.codes import Kind
from shoufa.domain.decision_problems import problem
from shoufa.domain.errors import ShoufaError
from shoufa.domain.fingerprint import private
from shoufa.domain.value import Value

DECISION_PREFIX = "inbox/decision/"
OFFICE = "OFFICE"
"""The chain of what is decided for the whole office."""
Who = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")]
"""A clerk's short id (initials, a login), as given; the ledger keeps it."""
Number = Annotated[str, Field(pattern=r"^[0-9]{6}-[0-9A-HJKMNP-TV-Z]{6,20}-[0-9A-HJKMNP-TV-Z]$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Pages = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
"""First and last page of a file."""


class Deciding(Value):
    """Who decided, when (null: unknown), and why in words."""

    who: Who
    at: AwareDatetime | None = None
    why: Annotated[str, Field(max_length=2000)] = ""

    def codes(self) -> dict[str, Any]:
        """What the ledger keeps of it: ids, digests, codes, counts."""
        return {}


class OnSubmission(Deciding):
    """About one submission, by its receipt number (收件编号)."""

    submission: Number


class JudgeAgain(OnSubmission):
    """Judge the submission anew."""

    action: Literal["judge-again"] = "judge-again"


class Note(OnSubmission):
    """A note; nothing follows from it."""

    action: Literal["note"] = "note"


class OnDocument(OnSubmission):
    """About a file by its digest, or about some of its pages."""

    sha256: Sha256
    pages: Pages | None = None

    def on(self, first: int, last: int) -> bool:
        """Whether it concerns any page of a range."""
        return self.pages is None or (self.pages[0] <= last and first <= self.pages[1])

    def codes(self) -> dict[str, Any]:
        """The document's digest and the pages."""
        return {"document": self.sha256, **({"pages": list(self.pages)} if self.pages else {})}


class SealDecided(OnDocument):
    """A person looked at the seals: the one asked for is there (confirmed), or there is none (denied).

    `whose`: whose seal was confirmed, where a paper needs several bodies' seals.
    """

    action: Literal["seal"] = "seal"
    confirmed: bool
    whose: Literal["any", "recommender", "applicant"] = "any"

    def codes(self) -> dict[str, Any]:
        """The document, and the answer."""
        return {**super().codes(), "confirmed": self.confirmed, "whose": self.whose}


class KindDecided(OnDocument):
    """What a document is."""

    action: Literal["kind"] = "kind"
    kind: Literal[Kind.LETTER, Kind.APPLICATION, Kind.SUMMARY, Kind.PROOF, Kind.OTHER]

    def codes(self) -> dict[str, Any]:
        """The document, and its kind."""
        return {**super().codes(), "kind": self.kind.value}


class SenderDecided(OnSubmission):
    """An address belongs to this submission: what it sends may supersede, and it may be answered.

    Denied (not `confirmed`), what it sends stays filed and counts for nothing, and nobody is asked again.
    """

    action: Literal["sender"] = "sender"
    address: Annotated[str, Field(pattern=r"^[^\s@]{1,64}@[^\s@]{1,253}$")]
    confirmed: bool = True

    def codes(self) -> dict[str, Any]:
        """A digest of the address, and a denial."""
        return {"sender": private(self.address), **({} if self.confirmed else {"confirmed": False})}


class Released(OnSubmission):
    """The outcome of exactly this verdict may go out; a newer verdict needs a new release."""

    action: Literal["release"] = "release"
    verdict: Sha256

    def codes(self) -> dict[str, Any]:
        """The verdict's digest."""
        return {"verdict": self.verdict}


class ReleaseQuarantined(Deciding):
    """A quarantined mail (`object`, its key) is harmless: it is filed as if it came now."""

    action: Literal["release-mail"] = "release-mail"
    object: Annotated[str, Field(pattern=r"^inbox/mail/[^\s]{1,900}$")]

    def codes(self) -> dict[str, Any]:
        """The mail's key."""
        return {"mail": self.object}


class HeldBack(OnSubmission):
    """No outcome goes out until one is released."""

    action: Literal["hold"] = "hold"


class MergeDecided(OnSubmission):
    """Two submissions of one call and unit are one: the later joins the earlier."""

    action: Literal["merge"] = "merge"
    other: Number

    def codes(self) -> dict[str, Any]:
        """The other's number."""
        return {"other": self.other}


class UnmergeDecided(OnSubmission):
    """A submission that was merged into another gets its own mails back."""

    action: Literal["unmerge"] = "unmerge"


class Withdrawn(OnSubmission):
    """A project is withdrawn (撤回); null: what the mails say withdraws none."""

    action: Literal["withdraw"] = "withdraw"
    project: Annotated[str, Field(min_length=1, max_length=400)] | None


class PaperReceived(OnSubmission):
    """Paper copies and a disc that arrived, all so far."""

    action: Literal["paper"] = "paper"
    copies: Annotated[int, Field(ge=0, le=9999)]
    disc: bool = False
    received: date | None = None

    def codes(self) -> dict[str, Any]:
        """How many copies, and whether a disc."""
        return {"copies": self.copies, "disc": self.disc}


class FilesAdded(Deciding):
    """Files that came another way, wrapped into the mail object `mail`; step 1 files it and records this.

    They join `submission`, or open one of `call` and `unit`. `source`: from whom, in words.
    """

    action: Literal["add"] = "add"
    mail: Annotated[str, Field(pattern=r"^inbox/mail/add/[0-9a-f]{64}$")]
    submission: Number | Literal[""] = ""
    call: str = ""
    unit: str = ""
    source: str = ""
    received_at: AwareDatetime


class Paused(Deciding):
    """All outgoing mail stops; what would go out is kept."""

    action: Literal["pause"] = "pause"


class Resumed(Deciding):
    """Outgoing mail goes on, what was kept first."""

    action: Literal["resume"] = "resume"


Submitted = (
    JudgeAgain
    | Note
    | SealDecided
    | KindDecided
    | SenderDecided
    | Released
    | HeldBack
    | MergeDecided
    | UnmergeDecided
    | Withdrawn
    | PaperReceived
)
"""What is decided about one submission."""
OfOffice = FilesAdded | ReleaseQuarantined | Paused | Resumed
Decision = Annotated[Submitted | OfOffice, Field(discriminator="action")]
"""Everything that may lie under `inbox/decision/`."""


class Made(Value):
    """A decision with the key of its object."""

    object: str
    decision: Decision


class NotADecision(ShoufaError):
    """Bytes that are no decision; `problems` say field by field what is wrong, in Chinese and English."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep the problems."""
        super().__init__("; ".join(problems))
        self.problems = problems


@cache
def decision_adapter() -> TypeAdapter[Any]:
    """What checks and writes decisions (built when first asked for: it takes 50 ms)."""
    return TypeAdapter(Decision)


def read_decision(data: bytes | dict[str, Any]) -> Any:
    """The decision that JSON bytes (or a dict) say. Raises NotADecision."""
    read = decision_adapter()
    try:
        return read.validate_json(data) if isinstance(data, bytes) else read.validate_python(data)
    except ValidationError as err:
        raise NotADecision(tuple(problem(dict(e)) for e in err.errors())) from err


def later_than(made: datetime | None, moment: datetime) -> bool:
    """Whether a decision was made at or after a moment; one without a time holds for all."""
    return made is None or made >= moment
