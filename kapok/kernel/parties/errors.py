"""What can be wrong with a party."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Conflict


class PartyMismatch(Conflict):
    """The number is known, with another name."""

    code = "parties.mismatch"
    says = _("姓名与证件号码不一致，请核对后再填。")
