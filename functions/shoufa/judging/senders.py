"""Whose mails count: whom nobody vouches for proposes, and a clerk's word makes it count (contracts §2, §3).

Of three kinds are the mails of a submission. Trusted: of its own, verified sender, through a colleague of
the office, or of an address that a clerk confirmed. Of a new address that its papers brought here (the same
recommender or applicant, the sender's own house): they add, and never supersede. Mere proposals: filed here
and counted for nothing, because the sender failed verification, or because nothing but our number points
here, which is no secret; or because a clerk denied the address, and then nobody is asked of it again.
"""

from shoufa.domain.submission import Case, Manifest
from shoufa.judging.decided import confirmed_senders, denied_senders


def trusted_mails(case: Case) -> frozenset[str]:
    """Digests of the mails from the submission's own, verified sender, or through a colleague.

    And of those from an address that a clerk confirmed.
    """
    opener, confirmed = case.opener, confirmed_senders(case)
    own = {m.digest for m in case.mails if not m.unverified and (m.via or (opener and m.sender == opener))}
    return frozenset((own - denied(case)) | {m.digest for m in case.mails if m.sender in confirmed})


def proposals(case: Case) -> frozenset[str]:
    """Digests of the mails that are filed in the submission and count for nothing yet.

    Where nobody vouches for the submission's own sender, what it sent is all there is: it is judged, and the
    question `sender.unverified` keeps it from being called complete.
    """
    confirmed, refused = confirmed_senders(case), denied(case)
    vouched = {m.sender for m in case.mails if not m.unverified and m.digest not in case.proposed}
    own = case.opener if case.opener not in vouched else ""

    def proposes(mail: Manifest) -> bool:
        if mail.digest in refused:
            return True
        if mail.sender in confirmed or (mail.via and not mail.unverified):
            return False
        if mail.unverified:
            return not own or mail.sender != own
        return mail.digest in case.proposed and mail.sender not in vouched

    return frozenset(m.digest for m in case.mails if proposes(m))


def denied(case: Case) -> frozenset[str]:
    """Digests of the mails from an address that a clerk denied.

    Of the submission's own address only what failed verification, where anything of it passed: somebody wrote
    in its name.
    """
    addresses, own = denied_senders(case), case.opener
    vouched = any(m.sender == own and not m.unverified for m in case.mails)
    mine = (m for m in case.mails if m.sender in addresses)
    return frozenset(m.digest for m in mine if m.sender != own or (m.unverified and vouched))


def counted(case: Case) -> Case:
    """The submission without what is merely proposed."""
    aside = proposals(case)
    left = frozenset(m.digest for m in case.mails) - aside
    return case.holding(left) if aside and left else case


def in_doubt(case: Case) -> bool:
    """Whether nobody vouches for anything that counts: verification failed for all of it."""
    confirmed = confirmed_senders(case)
    return all(m.unverified and m.sender not in confirmed for m in counted(case).mails)
