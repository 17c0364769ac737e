"""SM2 against the example of GM/T 0003.5 (recommended curve), and what must not verify."""

import pytest

from shoufa.readers import sm2
from unit.readers.signing import Key

SECRET = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
ONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
X = 0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
Y = 0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13
PUBLIC = b"\x04" + X.to_bytes(32, "big") + Y.to_bytes(32, "big")
MESSAGE = b"message digest"


def test_sm3_example_of_the_standard():
    assert sm2.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_example_of_the_standard():
    assert sm2.multiple(SECRET, sm2.G) == (X, Y)
    assert Key(SECRET).numbers(MESSAGE, ONCE) == (R, S)
    assert sm2.verify(PUBLIC, MESSAGE, (R, S))


@pytest.mark.parametrize(
    "pair", [(R, S + 1), (R + 1, S), (S, R), (0, S), (R, 0), (R, sm2.N - R), (R + sm2.N, S)]
)
def test_another_signature_does_not_hold(pair):
    assert not sm2.verify(PUBLIC, MESSAGE, pair)


def test_another_message_identity_or_key_does_not_hold():
    assert not sm2.verify(PUBLIC, MESSAGE + b".", (R, S))
    assert not sm2.verify(PUBLIC, MESSAGE, (R, S), b"somebody@else")
    assert not sm2.verify(Key(5).public, MESSAGE, (R, S))


@pytest.mark.parametrize(
    "public", [b"", PUBLIC[:-1], b"\x02" + PUBLIC[1:33], PUBLIC[:-1] + b"\x14", b"\x04" + bytes(64)]
)
def test_a_key_that_is_no_point_verifies_nothing(public):
    assert not sm2.verify(public, MESSAGE, (R, S))


@pytest.mark.parametrize("factor", [1, 2, 3, 5, sm2.N - 1, sm2.N + 2])
def test_multiples_agree_with_repeated_addition(factor):
    expected = None
    for _ in range(min(factor % sm2.N, 5)):
        expected = sm2.G if expected is None else _plus(expected, sm2.G)
    if factor == sm2.N - 1:
        expected = (sm2.G[0], sm2.P - sm2.G[1])
    assert sm2.multiple(factor, sm2.G) == expected


def test_the_order_leads_nowhere():
    assert sm2.multiple(sm2.N, sm2.G) is None


def _plus(one, two):
    """The chord and tangent rule, as in the textbook."""
    if one == two:
        slope = (3 * one[0] ** 2 + sm2.A) * pow(2 * one[1], -1, sm2.P)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, sm2.P)
    x = (slope**2 - one[0] - two[0]) % sm2.P
    return x, (slope * (one[0] - x) - one[1]) % sm2.P
