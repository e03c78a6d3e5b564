"""From the register to the deadline for items."""

from story.cast import ACROSS, PARKING, ROTATION, SIMULATION, STUDY, Story, oslo
from story.world import PACK


async def lisbot_is_installed(s: Story) -> None:
    """The register is loaded, and lisbot is installed in the council's room on each platform."""
    loaded = await s.world.terminal(["load", str(PACK)])
    assert loaded.code == 0, loaded.err
    s.kari_chat = s.colleague("Kari", "kari@regut.example")
    s.astrid = s.colleague("Astrid", "astrid@fjord.example", "nn-NO")
    s.frode = s.colleague("Frode", "frode@fjord.example")
    s.eli = s.colleague("Eli", "eli@union.example", "en-GB")
    s.paal = s.colleague("Pål", "paal@rhf.example")
    s.siri = s.colleague("Siri", "siri@nord.example")
    s.stranger = s.colleague("Ola", "ola@elsewhere.example")
    met = 0
    for platform in s.world.platforms.values():
        s.ragnhild_chat = platform.colleague("Ragnhild", "ragnhild@regut.example", "nb-NO")
        await platform.is_installed_by(s.ragnhild_chat)
        met += len([c for c in platform.colleagues if c is not s.stranger])
        await s.world.people_met(met)
        await s.ragnhild_chat.says("koble samrad", in_room=True)
        s.ragnhild_chat.sees("Denne kanalen får fra nå av det som gjelder Samordningsrådet.")
    await s.stranger.says("saker")
    s.stranger.sees("Jeg kjenner deg ikke igjen fra registeret over rådene.")
    await s.siri.says("koble samrad", in_room=True)
    s.siri.sees("Du har ikke tilgang til dette.")


async def everybody_is_answered_in_their_language(s: Story) -> None:
    """Everybody is answered in their own language: the register's, the platform's, or the one they chose."""
    await s.astrid.says("hjelp")
    s.astrid.sees("Dette kan eg hjelpe deg med", "Samordningsrådet", "Mi side")
    await s.eli.says("help")
    s.eli.sees("This is what I can help you with", "My page")
    await s.eli.says("noe helt annet")
    s.eli.sees("This is what I can help you with")


async def a_year_is_planned_by_hand(s: Story) -> None:
    """The year's dates: one council by hand on the pages …"""
    s.ragnhild = await s.world.visitor("ragnhild@regut.example")
    await s.ragnhild.presses("Oversikt")
    s.ragnhild.sees("Rådene i sekretariatet", "2 råd", "Samordningsrådet", "Fagrådet")
    s.ragnhild.does_not_see("Rådet i nord")
    await s.ragnhild.presses("Samordningsrådet")
    s.ragnhild.sees("Ingen møter er satt opp.", "rådgivende", "minst halvparten", "simpelt flertall")
    await s.ragnhild.presses("Sett årsplan")
    await s.ragnhild.presses(
        "Lagre årsplanen", Datoer="10.03.2027\n31.02.2027", Begynner="10:00", Sted="Gardermoen", status=422
    )
    s.ragnhild.sees("«31.02.2027» er ikke en dato som finnes")
    assert s.ragnhild.page.value_of("Sted") == "Gardermoen"
    await s.ragnhild.presses("Lagre årsplanen", Datoer="10.03.2027\n17.05.2027", status=409)
    s.ragnhild.sees("mandag 17. mai 2027 er Andre pinsedag")
    await s.ragnhild.presses("Lagre likevel")
    s.ragnhild.sees("Årsplanen er lagret.", "onsdag 10. mars 2027", "mandag 17. mai 2027")
    await s.ragnhild.presses("Vis året")
    await s.ragnhild.opens(s.ragnhild.page.url.replace("year=2026", "") + "&year=2027")
    s.ragnhild.sees("Som hovedregel 2 møter i året. 2 er satt opp.", "innmelding åpner")
    await s.ragnhild.presses("Flytt møtet", "mandag 17. mai 2027")
    await s.ragnhild.presses("Flytt", Dato="2027-06-09")
    s.ragnhild.sees("onsdag 9. juni 2027")
    s.ragnhild.does_not_see("17. mai")


async def a_year_is_planned_from_a_file(s: Story) -> None:
    """… and another's from a file, at the terminal."""
    s.kari = s.world.operator("kari@regut.example")
    plan = s.tmp_path / "plan.csv"
    plan.write_text(
        "body;date;starts;ends;place\nfagrad;10.03.2027;12:00;14:00;Gardermoen\nnordrad;11.03.2027;12:00;14:00;Bodø\n"
    )
    refused = await s.kari.runs("year_plan.load", "--file", str(plan), code=1)
    assert "Linje 3: finner ikke rådet «nordrad»" in refused.words
    plan.write_text(
        "body;date;starts;ends;place\nfagrad;10.03.2027;12:00;14:00;Gardermoen\nfagrad;24.11.2027;12:00;14:00;Ås\n"
    )
    warned = await s.kari.runs("year_plan.load", "--file", str(plan), code=1)
    assert "disse sitter i begge: Bjørn Ås" in warned.words
    assert "er Gardermoen også satt opp for Samordningsrådet" in warned.words
    saved = await s.kari.runs("year_plan.load", "--file", str(plan), "--confirm")
    assert "Fagrådet: årsplan 2027" in saved.words
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("Fagrådet")
    await s.ragnhild.presses("onsdag 24. november 2027")
    cancelled = s.ragnhild.page.url.rsplit("/", 1)[1]
    told = await s.kari.runs("meeting.cancel", "--meeting-id", cancelled, "--reason", "Slått sammen")
    assert "avlyst: Slått sammen" in told.words
    await s.world.settle()
    assert not s.astrid.notices, "nobody has anything to be told yet"


async def the_call_opens_by_itself(s: Story) -> None:
    """The call opens by itself on its day: in the channel, and to each voting representative."""
    await s.eli.says("language")
    await s.eli.fills_in("Choose language", Language="English")
    s.eli.sees("From now on I answer you in English.")
    await s.world.at(oslo(1, 26, 23, 50))
    assert not s.world.hangs("Innmelding av saker")
    await s.world.at(oslo(1, 27, 0, 5))
    s.call = s.world.shared("Innmelding av saker til Samordningsrådet")
    s.call.says("0 av 3")
    s.call.says("Fristen er onsdag 17. februar 2027")
    s.astrid.was_not_told("innmelding")
    await s.world.at(oslo(1, 27, 7))  # what can wait, waits for the morning
    s.astrid.was_told("Samordningsrådet har opna for innmelding av saker", "Føreslå sak", "Ingen saker frå oss")
    s.eli.was_told("Samordningsrådet has opened the call for agenda items", "No items from us")
    assert "har åpnet for innmelding" in " ".join(s.world.letters_to("bjorn@aas.example"))
    s.paal.was_not_told("innmelding")
    s.frode.was_not_told("innmelding")
    s.siri.was_not_told("innmelding")


async def items_are_proposed_in_chat(s: Story) -> None:
    """Items are proposed, in chat …"""
    await s.world.at(oslo(2, 1))
    await s.astrid.opens_own_page()
    s.astrid.sees("Dette ventar på deg", "Meld inn saker til Samordningsrådet", "Frist onsdag 17. februar 2027")
    await s.astrid.presses("Føreslå sak", "Meld inn saker til Samordningsrådet")
    await s.astrid.fills_in(
        "Send inn",
        Tittel=ROTATION,
        Sakstype="tilråding",
        Bakgrunn="Vi treng *ei* felles ordning.",
        Innstilling="Rådet tilrår felles rotasjon.",
        **{"Tid i møtet (minutt)": "20"},
        Lenkjer="ikkje ei lenkje",
    )
    s.astrid.sees("er ikkje ei nettadresse", ROTATION, "Vi treng *ei* felles ordning.")
    await s.astrid.fills_in("Send inn", Lenkjer="https://fjord.example/rotasjon")
    s.astrid.sees(ROTATION, "tilråding", "20 minutt", "https://fjord.example/rotasjon")
    await s.astrid.says("føreslå sak")
    await s.astrid.fills_in(
        "Send inn",
        Møte="Samordningsrådet, onsdag 10. mars 2027",
        Tittel=PARKING,
        Sakstype="drøfting",
    )
    s.eli.was_told("has opened the call")
    await s.eli.presses("No items from us")
    s.eli.sees("You have answered that you have no items this time.")
    await s.eli.presses("No items from us", on=s.eli.was_told("has opened the call"))
    await s.world.settle()
    s.call.says("2 av 3")
    assert s.call.was_edited()
    s.kari_chat.was_told(f"Astrid Fjord foreslår saken «{ROTATION}» for Samordningsrådet.")


async def items_are_proposed_on_the_pages(s: Story) -> None:
    """… and on the pages, by one who is in no chat. The secretariat sees who is silent."""
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("Samordningsrådet")
    await s.ragnhild.presses("onsdag 10. mars 2027")
    s.meeting = s.ragnhild.page.url.rsplit("/", 1)[1]
    await s.ragnhild.presses("Innmelding")
    s.ragnhild.sees("2 av 3", "Har ikke svart Bjørn Ås", "Ingen saker Eli Union", "Har foreslått saker Astrid Fjord")
    s.bjorn = await s.world.visitor("bjorn@aas.example")
    s.bjorn.sees("Dette kommer først", "Meld inn saker til Samordningsrådet")
    await s.bjorn.presses("Foreslå sak", "Meld inn saker til Samordningsrådet")
    await s.bjorn.presses("Send inn", **{"Tid i møtet (minutter)": "30"}, status=422)
    s.bjorn.sees("Fyll ut dette feltet.")
    assert s.bjorn.page.value_of("Tid i møtet (minutter)") == "30"
    await s.bjorn.presses("Send inn", Tittel=SIMULATION)
    s.bjorn.sees("Forslaget er sendt inn.", SIMULATION)
    s.bjorn.does_not_see("Meld inn saker til Samordningsrådet")
    await s.bjorn.presses("Foreslå sak")
    await s.bjorn.presses(
        "Send inn",
        Møte="Samordningsrådet, onsdag 10. mars 2027",
        Tittel="Feil sak",
        Sakstype="orientering",
    )
    await s.bjorn.presses("Feil sak")
    await s.bjorn.presses("Endre")
    await s.bjorn.presses("Send inn", Tittel="Fortsatt feil sak")
    s.bjorn.sees("Fortsatt feil sak")
    await s.bjorn.presses("Trekk forslaget")
    s.bjorn.sees("Kari Sekretær og Ragnhild Regut får beskjed")
    await s.bjorn.presses("Trekk forslaget")
    s.bjorn.sees("trukket")
    await s.paal.says("foreslå")
    await s.paal.fills_in(
        "Send inn",
        Møte="Samordningsrådet, onsdag 10. mars 2027",
        Tittel=ACROSS,
        Bakgrunn="Andre regioner spør.",
        Sakstype="drøfting",
    )
    await s.world.settle()
    s.call.says("3 av 3")


async def the_call_closes_at_its_deadline(s: Story) -> None:
    """The call closes at its deadline. What comes afterwards is taken, and marked."""
    await s.world.at(oslo(2, 18, 0, 5))
    s.call.says("Fristen var onsdag 17. februar 2027")
    await s.bjorn.opens("/me")
    await s.bjorn.presses(SIMULATION)
    await s.eli.says("propose item")
    await s.eli.fills_in(
        "Submit",
        Meeting="Samordningsrådet, Wednesday 10 March 2027",
        Title=STUDY,
        **{"Type of item": "for discussion"},
    )
    s.eli.sees(STUDY, "Came after the deadline")
