"""What a council does. Knows nothing of chat, HTTP, HTML or wording.

body (råd, forum)      a council or any other group that meets
meeting (møte)         one date of a body's year plan, with its call, notice and minutes
proposal (saksforslag) what a member sends in
case (sak)             an accepted matter, numbered per body and year: 12/26
agenda item            one line of one meeting's agenda
vote / ballot          a question, and one seat's answer to it
outcome (utfall)       what came of an item
term (verv)            a person holding a seat, from date to date

The layers, each built on those below: overview, minutes, votes, meetings, cases, register, delivery and log,
core, models, enums.
"""
