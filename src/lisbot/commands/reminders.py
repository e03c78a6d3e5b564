"""The reminders' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.reminders import reminder_plans, reminders, vacancies
else:
    reminder_plans, reminders, vacancies = defer("lisbot.council.reminders", "reminder_plans reminders vacancies")

# fmt: off
COMMANDS = (
    Command("reminder.send", reminders.send_reminder, needs=P.REMIND, shows="reminder"),
    Command("seat.remind_of_vacancy", vacancies.remind_of_vacancy, needs=P.REMIND, shows="nothing", is_internal=True),
    Command("reminder_plan.show", reminder_plans.show_reminder_plan, needs=P.PLAN, shows="reminder_plan", changes=False),
    Command("reminder_plan.set", reminder_plans.set_reminder_plan, needs=P.PLAN, shows="reminder_plan", prefill=reminder_plans.set_prefill),
)
