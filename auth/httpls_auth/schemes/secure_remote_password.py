"""The Secure Remote Password protocol (SRP-6a, RFC 5054) with the group and the derivation that Amazon Cognito uses.

The password itself is never sent. Follows amazon-cognito-identity-js, `AuthenticationHelper`.
"""

import hmac
from hashlib import sha256
from typing import NamedTuple

PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D"
    "B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
"""The prime of the 3072-bit MODP group (RFC 3526, section 4)."""
_GENERATOR = 2
_INFORMATION = b"Caldera Derived Key\x01"
_KEY_SIZE = 16


class ClientNumbers(NamedTuple):
    """The secret and the public number of the client for one login."""

    secret: int
    public: int

    @property
    def shown(self) -> str:
        """The public number in hexadecimal, as it is sent (`SRP_A`)."""
        return f"{self.public:x}"


def client_numbers(random: bytes) -> ClientNumbers:
    """Return the numbers of a login, from 128 random bytes."""
    secret = int.from_bytes(random, "big") % PRIME
    return ClientNumbers(secret, pow(_GENERATOR, secret, PRIME))


def session_key(numbers: ClientNumbers, server_public: int, salt: int, identity: str, password: str) -> bytes:
    """Return the key (16 bytes) that only who knows the password, or what the server keeps of it, can work out.

    `identity` is the name of the pool followed by that of the user. Raises ValueError for a number of the server that
    would make the key known to everybody (RFC 5054, section 2.5.4).
    """
    mixed = _number(_padded(numbers.public) + _padded(server_public))
    if server_public % PRIME == 0 or mixed == 0:
        raise ValueError("the server's number is not safe")
    multiplier = _number(_padded(PRIME) + _padded(_GENERATOR))
    verifier = _number(_padded(salt) + sha256(f"{identity}:{password}".encode()).digest())
    base = server_public - multiplier * pow(_GENERATOR, verifier, PRIME)
    shared = pow(base % PRIME, numbers.secret + mixed * verifier, PRIME)
    pseudorandom = hmac.digest(_padded(mixed), _padded(shared), "sha256")
    return hmac.digest(pseudorandom, _INFORMATION, "sha256")[:_KEY_SIZE]


def _number(content: bytes) -> int:
    return int.from_bytes(sha256(content).digest(), "big")


def _padded(number: int) -> bytes:
    """Return the bytes of a number, with a zero before them where the first bit is set, as Java's BigInteger has it."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
