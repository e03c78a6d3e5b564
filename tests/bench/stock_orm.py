"""The app that somebody would write instead: the stock bot with SQLAlchemy's ORM, storing the ballot and showing it.

CloudAdapter and ActivityHandler as in stock.py, settings and route included; what it stores is in stock_store.py.
DATABASE_URL is where.
"""

import logging
import os
import sys

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import AdaptiveCardInvokeResponse, AdaptiveCardInvokeValue

from bench.stock import make_app
from bench.stock_store import TITLES, Member, NotAllowed, Question, Store, own_answer, turnout


class Bot(ActivityHandler):
    def __init__(self, store: Store) -> None:
        self.store = store

    async def on_adaptive_card_invoke(
        self, turn_context: TurnContext, invoke_value: AdaptiveCardInvokeValue
    ) -> AdaptiveCardInvokeResponse:
        data = invoke_value.action["data"]
        try:
            member, question = await self.store.cast(
                data["vote_id"], data["choice"], teams_id=turn_context.activity.from_property.aad_object_id
            )
        except NotAllowed as error:
            return AdaptiveCardInvokeResponse(
                status_code=200, type="application/vnd.microsoft.activity.message", value=str(error)
            )
        return AdaptiveCardInvokeResponse(
            status_code=200, type="application/vnd.microsoft.card.adaptive", value=card(question, member)
        )


def card(question: Question, member: Member) -> dict:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": question.council, "isSubtle": True, "wrap": True},
            {"type": "TextBlock", "text": question.text, "size": "Large", "weight": "Bolder", "wrap": True},
            {"type": "TextBlock", "text": own_answer(question, member), "wrap": True},
            {"type": "FactSet", "facts": [{"title": "Deltakelse", "value": turnout(question)}]},
        ],
        "actions": [
            {
                "type": "Action.Execute",
                "title": TITLES[option],
                "verb": "vote.cast",
                "data": {"vote_id": question.id, "choice": option},
            }
            for option in question.options
        ],
    }


if __name__ == "__main__":
    logging.getLogger("msrest").setLevel(logging.ERROR)  # it warns of `trigger` at every action
    bot = Bot(Store(os.environ["DATABASE_URL"]))
    web.run_app(make_app(bot), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
