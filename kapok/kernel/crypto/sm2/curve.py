"""What SM2 is (GB/T 32918.5): the curve, the digest that is signed, and the written forms. Python only, no library.

Forms are read strictly: a signature that could be written otherwise is not the signature.
"""

from functools import lru_cache

from kapok.kernel.crypto.ciphers import sm3

P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A = P - 3
B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
GX = 0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7
GY = 0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0

SM2_ID = b"1234567812345678"
"""The user id everybody uses (GM/T 0009); libcrypto's default is the empty one."""

FIELD_BYTES, POINT_BYTES, RAW_BYTES = 32, 65, 64
MAX_ID_BYTES = 8191
_CURVE = b"".join(number.to_bytes(FIELD_BYTES, "big") for number in (A, B, GX, GY))


def on_curve(point: bytes) -> bool:
    """Whether 04‖x‖y is a point of the curve; its order is prime, so every point is one of the group."""
    if len(point) != POINT_BYTES or point[0] != 4:
        return False
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def is_private(number: bytes) -> bool:
    """Whether 32 bytes are a private key: 1 to n-2, since n-1 cannot sign."""
    return len(number) == FIELD_BYTES and 0 < int.from_bytes(number, "big") < N - 1


@lru_cache(maxsize=4096)
def signer_digest(public: bytes, user_id: bytes = SM2_ID) -> bytes:
    """Z: the digest of who signs, by id and key (GB/T 32918.2 clause 5.5)."""
    if len(user_id) > MAX_ID_BYTES:
        raise ValueError(f"an SM2 user id has at most {MAX_ID_BYTES} bytes")
    return sm3((len(user_id) * 8).to_bytes(2, "big") + user_id + _CURVE + public[1:])


def message_digest(public: bytes, data: bytes, user_id: bytes = SM2_ID) -> bytes:
    """e: what is really signed, SM3(Z ‖ data)."""
    return sm3(signer_digest(public, user_id) + data)


def read_signature(signature: bytes) -> bytes | None:
    """A signature in its one DER form, read from DER or from raw r‖s; None when it is neither or out of range."""
    pair = _pair_of_der(signature)
    if pair is None and len(signature) == RAW_BYTES:
        pair = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if pair is None or not (0 < pair[0] < N and 0 < pair[1] < N):
        return None
    return write_signature(*pair)


def write_signature(r: int, s: int) -> bytes:
    return sequence(integer(r), integer(s))


def raw_signature(der: bytes) -> bytes:
    """The 64 bytes r‖s of a DER signature that `read_signature` gave."""
    pair = _pair_of_der(der)
    if pair is None:
        raise ValueError("not a DER signature")
    return pair[0].to_bytes(32, "big") + pair[1].to_bytes(32, "big")


def read_cipher(cipher: bytes) -> bytes | None:
    """An SM2 ciphertext as DER (GM/T 0009), read from DER or from raw 04‖C1‖C3‖C2; None when it is neither."""
    if cipher[:1] == b"\x04":
        x, y, check, body = cipher[1:33], cipher[33:65], cipher[65:97], cipher[97:]
        return write_cipher(int.from_bytes(x, "big"), int.from_bytes(y, "big"), check, body) if body and on_curve(cipher[:65]) else None
    parts = read_sequence(cipher)
    if parts is None or [tag for tag, _ in parts] != [2, 2, 4, 4]:
        return None
    x_value, y_value = read_integer(parts[0][1]), read_integer(parts[1][1])
    if x_value is None or y_value is None or max(x_value, y_value) >= P or len(parts[2][1]) != 32 or not parts[3][1]:
        return None
    point = b"\x04" + x_value.to_bytes(32, "big") + y_value.to_bytes(32, "big")
    return bytes(cipher) if on_curve(point) else None


def write_cipher(x: int, y: int, check: bytes, body: bytes) -> bytes:
    return sequence(integer(x), integer(y), _element(4, check), _element(4, body))


def raw_cipher(der: bytes) -> bytes:
    """04‖C1‖C3‖C2 of a DER ciphertext, as older software passes it on."""
    parts = read_sequence(der)
    numbers = [read_integer(content) for tag, content in parts or () if tag == 2]
    if parts is None or len(parts) != 4 or len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        raise ValueError("not a DER ciphertext")
    return b"\x04" + numbers[0].to_bytes(32, "big") + numbers[1].to_bytes(32, "big") + parts[2][1] + parts[3][1]


def _pair_of_der(signature: bytes) -> tuple[int, int] | None:
    parts = read_sequence(signature)
    if parts is None or [tag for tag, _ in parts] != [2, 2]:
        return None
    r, s = read_integer(parts[0][1]), read_integer(parts[1][1])
    return None if r is None or s is None else (r, s)


def sequence(*elements: bytes) -> bytes:
    return _element(0x30, b"".join(elements))


def integer(number: int) -> bytes:
    """A non-negative INTEGER."""
    return _element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 128 | len(length))) + length + content


def read_sequence(der: bytes) -> list[tuple[int, bytes]] | None:
    """The elements of one SEQUENCE that fills the bytes exactly, in shortest lengths; None otherwise."""
    whole = _next(der, 0)
    if whole is None or whole[0] != 0x30 or whole[2] != len(der):
        return None
    content, at, found = whole[1], 0, []
    while at < len(content):
        element = _next(content, at)
        if element is None:
            return None
        found.append(element[:2])
        at = element[2]
    return found


def read_integer(content: bytes) -> int | None:
    """A non-negative INTEGER's value; None when negative, empty or longer than need be."""
    if not content or content[0] & 0x80 or (len(content) > 1 and content[0] == 0 and not content[1] & 0x80):
        return None
    return int.from_bytes(content, "big")


def _next(der: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Tag, content and end of the element at a place; None when cut or not in shortest form."""
    if at + 2 > len(der):
        return None
    tag, size, start = der[at], der[at + 1], at + 2
    if size >= 128:
        many = size & 127
        length = der[start : start + many]
        if not 1 <= many <= 4 or len(length) != many or length[0] == 0 or int.from_bytes(length, "big") < 128:
            return None
        size, start = int.from_bytes(length, "big"), start + many
    end = start + size
    return (tag, bytes(der[start:end]), end) if end <= len(der) else None
