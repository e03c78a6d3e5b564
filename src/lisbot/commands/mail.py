"""The mail's commands: what arrived and answered nothing."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.mail import inbound_mails
else:
    (inbound_mails,) = defer("lisbot.council.mail", "inbound_mails")

# fmt: off
COMMANDS = (
    Command("inbound_mail.list", inbound_mails.list_inbound_mail, needs=P.OVERSEE, shows="inbound_mails", changes=False),
    Command("inbound_mail.handle", inbound_mails.handle, needs=P.OVERSEE, shows="inbound_mails"),
)
