"""The hash with the signer's Z in front: the standard's data hash has none, some makers' has one."""

from kapok.kernel.crypto.sm2.curve import SM2_ID, message_digest, on_curve


def sm3_with_z(public: bytes, data: bytes, *, user_id: bytes = SM2_ID) -> bytes | None:
    """SM3(Z ‖ data), where Z names the signer (GB/T 32918.2 §5.5); None when `public` (04‖x‖y) is no point of the curve."""
    return message_digest(public, data, user_id) if on_curve(public) else None
