"""The commands of cases sent on, and of whom they are sent to."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.referrals import (
        answers,
        handing_over,
        outside_parties,
        receiving,
        referral_rules,
        referrals,
        reminding,
        reporting_back,
        sending,
    )
else:
    answers, handing_over, reporting_back, outside_parties, receiving, referral_rules, referrals, reminding, sending = (
        defer(
            "lisbot.council.referrals",
            "answers handing_over reporting_back outside_parties receiving referral_rules referrals reminding sending",
        )
    )

# fmt: off
COMMANDS = (
    Command("outside_party.list", outside_parties.list_outside_party, needs=P.KEEP_REGISTER, shows="outside_parties", changes=False),
    Command("outside_party.create", outside_parties.create, needs=P.KEEP_REGISTER, shows="outside_parties", prefill=outside_parties.create_prefill),
    Command("outside_party.edit", outside_parties.edit, needs=P.KEEP_REGISTER, shows="outside_parties", prefill=outside_parties.edit_prefill),
    Command("outside_party.close", outside_parties.close, needs=P.KEEP_REGISTER, shows="outside_parties", prefill=outside_parties.close_prefill, asks_first=True),
    Command("referral_rule.add", referral_rules.add, needs=P.KEEP_REGISTER, shows="outside_parties", prefill=referral_rules.add_prefill),
    Command("referral_rule.remove", referral_rules.remove, needs=P.KEEP_REGISTER, shows="outside_parties"),
    Command("referral.send", sending.send, needs=P.RECORD, shows="referral", prefill=sending.send_prefill, asks_first=True),
    Command("referral.show", referrals.show, needs=P.PERSONAL, shows="referral", changes=False),
    Command("referral.list", referrals.list_referral, needs=P.OVERSEE, shows="referrals", changes=False, prefill=referrals.list_prefill),
    Command("referral.receive", receiving.receive, needs=P.TRIAGE, shows="referral", prefill=receiving.receive_prefill),
    Command("referral.hand_over", handing_over.hand_over, needs=P.RECORD, shows="referral", prefill=handing_over.hand_over_prefill),
    Command("referral.answer", answers.answer, needs=P.PERSONAL, shows="referral", prefill=answers.answer_prefill),
    Command("referral.note_answer", answers.note_answer, needs=P.RECORD, shows="referral", prefill=answers.note_answer_prefill),
    Command("referral.send_on", sending.send_on, needs=P.TRIAGE, shows="referral", prefill=sending.send_on_prefill, asks_first=True),
    Command("referral.remind", reminding.remind, needs=P.RECORD, shows="referral", prefill=reminding.remind_prefill, asks_first=True),
    Command("referral.withdraw", sending.withdraw, needs=P.RECORD, shows="referral", prefill=sending.withdraw_prefill, asks_first=True),
    Command("referral.bring_home", reporting_back.bring_home, needs=P.REMIND, shows="referral"),
    Command("referral.remind_due", reminding.remind_due, needs=P.REMIND, shows="referral"),
)
