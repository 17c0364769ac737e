"""Signed files with a byte changed here and there (all of them: flip_bytes.py): nothing covered changes unseen."""

import pytest

from faults.flip_bytes import PATTERN, files, signature_digits, survivors, valid_pdf
from shoufa.readers import certificates
from unit.readers import signing

STEPS = {"PDF": 89, "PDF, stamped": 211, "PDF, SM2": 149, "OFD": 29, "OFD, old": 61}


@pytest.fixture(autouse=True)
def roots(monkeypatch, tmp_path):
    (tmp_path / "root.der").write_bytes(signing.ROOT.certificate)
    monkeypatch.setenv(certificates.ROOTS, str(tmp_path))


@pytest.mark.parametrize("name", sorted(STEPS))
def test_no_changed_byte_that_is_covered_goes_unseen(name):
    data, read = files()[name]
    assert read(data) == [True]
    count, unseen, _ = survivors(data, read, STEPS[name])
    assert count > 10
    assert unseen == []


def test_what_is_hidden_behind_the_signature_is_seen():
    data, _ = files()["PDF"]
    for place in signature_digits(data)[-40::7]:
        changed = bytearray(data)
        changed[place] ^= PATTERN
        assert valid_pdf(bytes(changed)) == [False]
