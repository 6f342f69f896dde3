"""What the steps find in a PDF, in plain words: added to the words of the report."""

from django.utils.translation import gettext_lazy as _

from kapok.support.seals.verifying import words
from kapok.support.seals.verifying.words import Saying, warning

__all__ = ["warning"]

_AGAIN = _("不要使用这份文件，请向出具单位重新索取原件。")

words.sayings.update(
    {
        "references.pdf_whole": Saying(_("签名覆盖整份 PDF。"), _("签名后文件没有任何变化。")),
        "references.pdf_kept": Saying(_("签名后只追加了验证资料、时间戳或文件属性。"), _("追加的内容只用于长期验证，没有改动页面。")),
        "references.incremental": Saying(
            _("签名以后页面内容被改动过（增量更新）。"), _("签名值可能仍然正确，但您看到的页面已不是签名时的页面。"), _AGAIN
        ),
        "references.pdf_gap": Saying(
            _("签名没有覆盖它应当覆盖的全部内容。"), _("文件中有一部分没有经过签名确认，可能是事后加入的。"), _AGAIN
        ),
        "data_hash.pdf_ok": Saying(_("签名中的摘要与文件内容一致（{digest}）。"), _("签名正是为这份文件作出的。")),
        "data_hash.pdf_changed": Saying(
            _("签名中的摘要与文件内容不一致。"), _("签名覆盖的内容被改动过，或者签名是从另一份文件上移过来的。"), _AGAIN
        ),
        "signature.pdf_stamp": Saying(_("文档时间戳由“{signer}”签发，签名值正确。"), _("这是时间证明，不是签章。")),
    }
)
words.warned.update(
    {
        "pdf.padding": _("签名数据后面有不受签名保护的多余字节。"),
        "pdf.trailing": _("文件末尾有不受签名保护的多余字节，不影响页面。"),
        "pdf.signers": _("一个签名域中有多个签名人，只验证第一个。"),
    }
)
