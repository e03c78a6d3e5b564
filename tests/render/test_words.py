"""A card as plain words."""

from lisbot.render.words import words

CARD = {
    "lang": "nn",
    "body": [
        {"type": "TextBlock", "style": "heading", "text": "Avrøysting"},
        {
            "type": "FactSet",
            "facts": [{"title": "Frist", "value": "5. mars"}, {"title": "Form", "value": "open"}],
        },
        {
            "type": "ColumnSet",
            "columns": [
                {"items": [{"type": "TextBlock", "text": "For"}]},
                {"items": [{"type": "TextBlock", "text": "7"}]},
            ],
        },
        {
            "type": "Input.ChoiceSet",
            "id": "choice",
            "label": "Svaret ditt",
            "value": "for",
            "choices": [{"title": "For", "value": "for"}],
        },
        {"type": "ActionSet", "actions": [{"type": "Action.Execute", "title": "Røyst"}]},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Sjå møtet", "url": "https://example.no/meeting/3"}],
}


def test_a_card_is_read_line_by_line():
    assert words(CARD) == "Avrøysting\n\nFrist: 5. mars\nForm: open\n\nFor · 7\n\nSvaret ditt: For"


def test_what_can_be_done_is_told_to_those_who_ask():
    told = words(CARD, buttons=True)
    assert told.endswith("Dette kan du gjere:\n– Røyst\n– Sjå møtet: https://example.no/meeting/3")


def test_nothing_in_it_commands_a_terminal():
    card = {"body": [{"type": "TextBlock", "text": "a\x1b[2Jb\x07\r\nc"}]}
    assert words(card) == "a[2Jb\nc"


def test_a_number_stands_before_its_title():
    def column(said):
        return {"items": [{"type": "TextBlock", "text": each} for each in said]}

    def card(*columns):
        return {"body": [{"type": "ColumnSet", "columns": [column(each) for each in columns]}]}

    assert words(card(["2."], ["1/27 Rotasjon", "tilråding"])) == "2. 1/27 Rotasjon\ntilråding"
    assert words(card(["1. 10.00"], ["Budsjett"])) == "1. 10.00 · Budsjett"
    assert words(card(["3."], ["Eventuelt"], ["kl. 12"])) == "3. Eventuelt · kl. 12"
