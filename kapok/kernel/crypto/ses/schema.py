"""ASN.1 of electronic seals: GM/T 0031-2014 (v1), GB/T 38540-2020 (v4) and GM/T 0031-2025 (v5).

Reading is lenient where makers differ in the kind of a text or time; what is written is exactly v4.
"""

from asn1crypto import core


class Text(core.Choice):
    """A text, whatever string type the maker took."""

    _alternatives = [
        ("ia5", core.IA5String),
        ("utf8", core.UTF8String),
        ("printable", core.PrintableString),
        ("visible", core.VisibleString),
        ("teletex", core.TeletexString),
        ("bmp", core.BMPString),
    ]


class Time(core.Choice):
    """v1 writes UTCTime, later generations GeneralizedTime."""

    _alternatives = [("general", core.GeneralizedTime), ("utc", core.UTCTime)]


class ExtData(core.Sequence):
    _fields = [
        ("extn_id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("extn_value", core.OctetString),
    ]


class ExtDatas(core.SequenceOf):
    _child_spec = ExtData


class Certificates(core.SequenceOf):
    _child_spec = core.OctetString


class CertDigest(core.Sequence):
    _fields = [("type", Text), ("value", core.OctetString)]


class CertDigests(core.SequenceOf):
    _child_spec = CertDigest


class Header(core.Sequence):
    _fields = [("id", Text), ("version", core.Integer), ("vid", Text)]


class Property(core.Sequence):
    """v4 and v5; which kind of list it is stands in `cert_list_type` (the list itself carries no tag)."""

    _fields = [
        ("type", core.Integer),
        ("name", Text),
        ("cert_list_type", core.Integer),
        ("cert_list", core.Any),
        ("create_date", Time),
        ("valid_start", Time),
        ("valid_end", Time),
    ]


class PropertyV1(core.Sequence):
    _fields = [
        ("type", core.Integer),
        ("name", Text),
        ("cert_list", Certificates),
        ("create_date", Time),
        ("valid_start", Time),
        ("valid_end", Time),
    ]


class Picture(core.Sequence):
    """Width and height in millimetres."""

    _fields = [("type", Text), ("data", core.OctetString), ("width", core.Integer), ("height", core.Integer)]


_EXTENSIONS = [
    ("ext_datas", ExtDatas, {"optional": True}),
    ("ext_datas_tagged", ExtDatas, {"explicit": 0, "optional": True}),
]
"""Untagged in v4; some makers tag them as they are tagged in the signature."""


class SealInfo(core.Sequence):
    _fields = [("header", Header), ("es_id", Text), ("property", Property), ("picture", Picture), *_EXTENSIONS]


class SealInfoV1(core.Sequence):
    _fields = [("header", Header), ("es_id", Text), ("property", PropertyV1), ("picture", Picture), *_EXTENSIONS]


class SealForm(core.Sequence):
    """SESeal of v4; v5 may carry a time stamp after these four."""

    _fields = [
        ("info", SealInfo),
        ("cert", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]


class SignInfoV1(core.Sequence):
    _fields = [("cert", core.OctetString), ("algorithm", core.ObjectIdentifier), ("signature", core.OctetBitString)]


class SealFormV1(core.Sequence):
    _fields = [("info", SealInfoV1), ("sign_info", SignInfoV1)]


class ToSign(core.Sequence):
    _fields = [
        ("version", core.Integer),
        ("seal", core.Any),
        ("time_info", Time),
        ("data_hash", core.OctetBitString),
        ("property_info", Text),
        ("ext_datas_tagged", ExtDatas, {"explicit": 0, "optional": True}),
    ]


class ToSignV1(core.Sequence):
    """`time_info` holds a time as text or a whole time stamp."""

    _fields = [
        ("version", core.Integer),
        ("seal", core.Any),
        ("time_info", core.OctetBitString),
        ("data_hash", core.OctetBitString),
        ("property_info", Text),
        ("cert", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
    ]


class SignatureForm(core.Sequence):
    """SES_Signature of v4 and v5."""

    _fields = [
        ("to_sign", ToSign),
        ("cert", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("timestamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]


class SignatureFormV1(core.Sequence):
    _fields = [("to_sign", ToSignV1), ("signature", core.OctetBitString)]
