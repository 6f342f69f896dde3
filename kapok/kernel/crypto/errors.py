"""What can go wrong with keys and sealed data."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class MasterKeyMissing(KapokError):
    """The node has no master key file: `kapok setup` makes it, once."""

    code, status, fields = "crypto.master_missing", 500, ("path",)
    says = _("本节点的主密钥文件不存在，请先运行 kapok setup。")


class MasterKeyUnsafe(KapokError):
    """The master key file can be read by others, or does not hold a key."""

    code, status, fields = "crypto.master_unsafe", 500, ("path", "why")
    says = _("主密钥文件不安全或已损坏，节点拒绝启动加密服务。")


class SealBroken(KapokError):
    """Sealed bytes that do not open: altered, of another subject, or sealed about something else."""

    code, status, fields = "crypto.seal_broken", 500, ("about",)
    says = _("加密数据无法打开：内容已被改动，或不属于此对象。")


class SubjectForgotten(KapokError):
    """The subject's key was destroyed; what it sealed is gone for ever."""

    code, status, fields = "crypto.forgotten", 410, ("subject",)
    says = _("该对象的个人资料已按要求销毁，无法再查看。")


class KeyUnknown(KapokError):
    """No key was ever made for this subject, so nothing can be sealed under it."""

    code, status, fields = "crypto.key_unknown", 500, ("subject",)
    says = _("没有找到该对象的密钥。")


class SesUnreadable(KapokError):
    """An electronic seal or its signature that does not have the form of any known generation."""

    code, status, fields = "crypto.ses_unreadable", 422, ("what", "why")
    says = _("电子印章数据的格式无法识别。")


class Sm2Missing(KapokError):
    """No library on this machine computes SM2 rightly, or the one that KAPOK_SM2 names does not."""

    code, status, fields = "crypto.sm2_missing", 500, ("tried", "why")
    says = _("本机没有可用的 SM2 算法库（已尝试：{tried}）。")


class SignatureUnsafe(KapokError):
    """A signature just made does not verify: it is never given out, since it could give the key away."""

    code, status, fields = "crypto.signature_unsafe", 500, ("provider",)
    says = _("签名未通过自检，已作废。")


class CipherBroken(KapokError):
    """A ciphertext that does not open: altered, cut, or for another key."""

    code, status = "crypto.cipher_broken", 422
    says = _("密文无法打开：内容已被改动，或不是发给本方的。")


class CustodyAway(KapokError):
    """The custody of keys does not answer just now (time-out, refused, restarted): ask again later."""

    code, status, fields = "crypto.custody_away", 503, ("custody", "reason")
    says = _("密钥托管服务暂时不可用，请稍后再试。")


class CustodyRefused(KapokError):
    """The custody will not do it: no such key, destroyed or revoked, a wrong signature, a bad label."""

    code, status, fields = "crypto.custody_refused", 409, ("key", "reason")
    says = _("密钥托管服务拒绝了此次签名（{reason}）。")


class AuthorisationRefused(KapokError):
    """The leave to sign does not hold: missing, altered, for another seal or document, stale, spent."""

    code, status, fields = "crypto.authorisation_refused", 403, ("key", "why")
    says = _("用印授权无效（{why}），请重新授权。")


class CmsUnreadable(KapokError):
    """Bytes that are no CMS message of the kind asked for, or one too large."""

    code, status, fields = "crypto.cms_unreadable", 422, ("why",)
    says = _("数字签名或数字信封的格式无法识别。")


class PkiMissing(KapokError):
    """The node has no certificate of that kind of its own: `kapok setup` makes them, once."""

    code, status, fields = "crypto.pki_missing", 500, ("wanted",)
    says = _("本节点尚无所需的证书（{wanted}），请先运行 kapok setup。")


class CertificateUnknown(KapokError):
    """No certificate of this node has that serial number."""

    code, status, fields = "crypto.certificate_unknown", 404, ("serial",)
    says = _("没有找到序列号为 {serial} 的证书。")
