"""What a command returned, drawn for one viewer.

A card is a shape (the JSON in cards/), a view (what the command returned) and words (texts), joined at the last
moment in the viewer's language.
"""

from lisbot.cards.draw import SHEETS, draw_card, draw_sheet
from lisbot.cards.fill import Card
from lisbot.cards.form import FormView, form_data, label
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Opens, Row, Section, Sheet

__all__ = [
    "SHEETS",
    "Action",
    "Card",
    "FormView",
    "Opens",
    "Row",
    "Section",
    "Sheet",
    "Viewer",
    "draw_card",
    "draw_sheet",
    "form_data",
    "label",
]
