"""The national algorithms' names in asn1crypto, registered once: import its classes from here.

Names: curve `sm2`, digest `sm3`, signature `sm2_sm3` (`sm2_sign` and `sm2_key` are other identifiers seen for the same),
key transport `sm2_encrypt`, ciphers `sm4_cbc`, `sm4_gcm`, and the content types of GB/T 35275 with the prefix `gb_`.
Source: GB/T 33560-2017 annex A and GB/T 35275-2017 clause 6 as implementations write them.
"""

from typing import Any

from asn1crypto import algos, cms, core, crl, keys, ocsp, tsp, x509

__all__ = [
    "GB_CONTENT",
    "SM2_CURVE",
    "SM2_ENCRYPT",
    "SM2_SIGN",
    "SM2_SIGNATURES",
    "SM2_SM3",
    "SM3_DIGEST",
    "SM4",
    "SM4_CBC",
    "SM4_GCM",
    "GcmParameters",
    "algos",
    "cms",
    "core",
    "crl",
    "keys",
    "ocsp",
    "tsp",
    "x509",
]

SM2_CURVE, SM3_DIGEST, SM2_SM3 = "1.2.156.10197.1.301", "1.2.156.10197.1.401", "1.2.156.10197.1.501"
SM2_SIGN, SM2_ENCRYPT = "1.2.156.10197.1.301.1", "1.2.156.10197.1.301.3"
SM4, SM4_CBC, SM4_GCM = "1.2.156.10197.1.104", "1.2.156.10197.1.104.2", "1.2.156.10197.1.104.8"
GB_CONTENT = "1.2.156.10197.6.1.4.2"

SM2_SIGNATURES = frozenset(("sm2_sm3", "sm2_sign", "sm2_key"))
"""What stands in certificates and signer infos for an SM2 signature over SM3."""

_GB_TYPES = ("gb_data", "gb_signed_data", "gb_enveloped_data", "gb_signed_and_enveloped_data", "gb_encrypted_data", "gb_key_agreement_info")


class GcmParameters(core.Sequence):
    """Nonce and length of the tag (RFC 5084)."""

    _fields = [("nonce", core.OctetString), ("tag_bytes", core.Integer, {"default": 12})]


def _name(kind: type[core.ObjectIdentifier], oid: str, name: str) -> None:
    """Make a name known both ways; asn1crypto builds the way back at first use, unless it is written out."""
    kind._map[oid] = name
    if kind._reverse_map is not None:
        kind._reverse_map[name] = oid


def _name_algorithms() -> None:
    keys.NamedCurve.register("sm2", SM2_CURVE, 32)
    _name(algos.DigestAlgorithmId, SM3_DIGEST, "sm3")
    for oid, name in ((SM2_SM3, "sm2_sm3"), (SM2_SIGN, "sm2_sign"), (SM2_CURVE, "sm2_key")):
        _name(algos.SignedDigestAlgorithmId, oid, name)
    for oid, name in ((SM2_ENCRYPT, "sm2_encrypt"), (SM2_CURVE, "sm2_key")):
        _name(cms.KeyEncryptionAlgorithmId, oid, name)
    for oid, name in ((SM4, "sm4"), (SM4_CBC, "sm4_cbc"), (SM4_GCM, "sm4_gcm")):
        _name(algos.EncryptionAlgorithmId, oid, name)
    specs = algos.EncryptionAlgorithm._oid_specs
    specs.update({"sm4": core.OctetString, "sm4_cbc": core.OctetString, "sm4_gcm": GcmParameters})


def _name_content_types() -> None:
    for number, name in enumerate(_GB_TYPES, start=1):
        _name(cms.ContentType, f"{GB_CONTENT}.{number}", name)
    for known in (cms.ContentInfo._oid_specs, cms.EncapsulatedContentInfo._oid_specs):
        known.update({"gb_" + plain: known[plain] for plain in ("signed_data", "enveloped_data", "encrypted_data")})
    cms.ContentInfo._oid_specs["gb_data"] = core.OctetString


def _answer_for_sm2(name: str, answer: str) -> None:
    """asn1crypto answers from a list of its own which signature and which digest an algorithm means."""
    listed: Any = getattr(algos.SignedDigestAlgorithm, name).fget
    asked = property(lambda self: answer if self["algorithm"].native in SM2_SIGNATURES else listed(self))
    setattr(algos.SignedDigestAlgorithm, name, asked)


_name_algorithms()
_name_content_types()
_answer_for_sm2("signature_algo", "sm2")
_answer_for_sm2("hash_algo", "sm3")
