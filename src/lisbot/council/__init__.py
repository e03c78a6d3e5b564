"""What a council does. Knows nothing of chat, web, clocks or wording.

meeting (møte)        one date of a body's year plan, with its call, notice and minutes
proposal (saksforslag) what a member sends in
case (sak)            an accepted matter, numbered per body and year: 12/26
agenda item           one line of one meeting's agenda
vote / ballot         a question, and one seat's answer to it
outcome (utfall)      what came of an item
term (verv)           a person holding a seat, from date to date
"""
