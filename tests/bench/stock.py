"""The bot to compare with, as the botbuilder samples make one: CloudAdapter, ActivityHandler, aiohttp.

It checks the same tokens, answers every card action with a constant card and stores nothing. It calls
process_activity and writes the answer itself, since CloudAdapter.process of 4.17.1 answers 500 to card
actions. Its settings come from the environment under the names lisbot has too.
"""

import logging
import os
import sys

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity, AdaptiveCardInvokeResponse, AdaptiveCardInvokeValue

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "text": "Du har stemt: For", "wrap": True}],
    "actions": [
        {
            "type": "Action.Execute",
            "title": title,
            "verb": "vote.cast",
            "data": {"vote_id": 1, "choice": choice},
        }
        for title, choice in (("For", "for"), ("Mot", "against"), ("Blank", "abstain"))
    ],
}


ENV = dict(os.environ)


class Settings:
    APP_ID = ENV["MicrosoftAppId"]
    APP_PASSWORD = ENV["MicrosoftAppPassword"]
    APP_TYPE = "MultiTenant"
    TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = ENV["ToBotFromChannelOpenIdMetadataUrl"]
    TO_BOT_FROM_CHANNEL_TOKEN_ISSUER = ENV["ToBotFromChannelTokenIssuer"]
    # Given one of these the framework reads all of them; these are the public cloud's.
    TO_CHANNEL_FROM_BOT_LOGIN_URL = "https://login.microsoftonline.com/botframework.com"
    TO_CHANNEL_FROM_BOT_OAUTH_SCOPE = "https://api.botframework.com/.default"
    OAUTH_URL = "https://token.botframework.com"
    VALIDATE_AUTHORITY = True


class Bot(ActivityHandler):
    async def on_adaptive_card_invoke(
        self, turn_context: TurnContext, invoke_value: AdaptiveCardInvokeValue
    ) -> AdaptiveCardInvokeResponse:
        return AdaptiveCardInvokeResponse(status_code=200, type="application/vnd.microsoft.card.adaptive", value=CARD)


def make_app(bot: ActivityHandler) -> web.Application:
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(Settings))

    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        header = request.headers.get("Authorization", "")
        try:
            answer = await adapter.process_activity(header, activity, bot.on_turn)
        except PermissionError:
            return web.Response(status=401)
        return web.json_response(answer.body, status=answer.status) if answer else web.Response(status=201)

    async def ready(request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    app.router.add_get("/readyz", ready)
    return app


if __name__ == "__main__":
    logging.getLogger("msrest").setLevel(logging.ERROR)  # it warns of `trigger` at every action
    web.run_app(make_app(Bot()), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
