"""The sandbox's text messages: rows an operator reads at /ops/sms/."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import seal_json
from kapok.kernel.notices.connectors.base import Channel, Outgoing, channels, connectors
from kapok.kernel.notices.models import SandboxSms
from kapok.kernel.parties.public import mask_phone

SMS = channels.put("sms", Channel("sms", _("短信"), True))


class SandboxConnector:
    """Always works, costs nothing and reaches nobody."""

    title = _("演示短信")
    channel = "sms"

    def send(self, message: Outgoing) -> None:
        sealed = seal_json(message.recipient, {"phone": message.address, "text": message.text}, about="notices.sandbox_sms")
        SandboxSms.objects.bulk_create(
            [
                SandboxSms(
                    delivery=message.delivery, recipient=message.recipient, phone_masked=mask_phone(message.address), sealed=sealed,
                    sent_at=clock.now(),
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip


connectors.put("sandbox", SandboxConnector())
