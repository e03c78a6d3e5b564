"""A council's year, from its dates to its approved minutes, as the people in it live it.

Nobody here calls a function of lisbot's: they write and press in Teams, follow links and send forms on the
pages, and run `lisbot` at a terminal. What is sent to them is what the outbox really sent.
"""

import logging
from datetime import datetime
from pathlib import Path

import pytest

from conftest import OSLO
from fakes.teams import BOT
from lisbot.council.models import Account
from story.folk import message
from story.world import PACK, ROOM, World, lisbot_at_work
from sqlalchemy import func, select

ROTATION = "Felles rotasjon i indremedisin"
SIMULATION = "Simulering i fellesdelen"
ACROSS = "Rotasjon på tvers av regionar"
STUDY = "Time for study"
PARKING = "Parkering for LIS"
BUDGET = "Budsjett for neste år"


def oslo(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=OSLO)


@pytest.fixture
async def world(database_url, clock, unused_tcp_port_factory, monkeypatch, capsys):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    async with lisbot_at_work(database_url, clock, *ports, monkeypatch, capsys) as world:
        yield world


async def test_the_year(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    # The register is loaded, and lisbot is installed in the council's team.
    loaded = await world.terminal(["load", str(PACK)])
    assert loaded.code == 0, loaded.err
    ragnhild_chat = world.colleague("Ragnhild", "ragnhild@regut.example")
    kari_chat = world.colleague("Kari", "kari@regut.example")
    astrid = world.colleague("Astrid", "astrid@fjord.example", "nn-NO")
    frode = world.colleague("Frode", "frode@fjord.example")
    eli = world.colleague("Eli", "eli@union.example", "en-GB")
    paal = world.colleague("Pål", "paal@rhf.example")
    siri = world.colleague("Siri", "siri@nord.example")
    stranger = world.colleague("Ola", "ola@elsewhere.example")
    await world.teams.install(ragnhild_chat.person, ROOM)
    await world.people_met(7)

    await ragnhild_chat.says("koble samrad", ROOM)
    ragnhild_chat.sees("Denne kanalen får fra nå av det som gjelder Samordningsrådet.")
    await stranger.says("saker")
    stranger.sees("Jeg kjenner deg ikke igjen fra registeret over rådene.")
    await siri.says("koble samrad", ROOM)
    siri.sees("Du har ikke tilgang til dette.")

    # Everybody is answered in their own language: the register's, the platform's, or the one they chose.
    await astrid.says("hjelp")
    astrid.sees("Dette kan eg hjelpe deg med", "Samordningsrådet", "Føreslå sak")
    await eli.says("help")
    eli.sees("This is what I can help you with", "Propose item")
    await eli.says("noe helt annet")
    eli.sees("This is what I can help you with")

    # The year's dates: one council by hand on the pages …
    ragnhild = await world.visitor("ragnhild@regut.example")
    await ragnhild.presses("Oversikt")
    ragnhild.sees("Rådene i sekretariatet", "2 råd", "Samordningsrådet", "Fagrådet")
    ragnhild.does_not_see("Rådet i nord")
    await ragnhild.presses("Samordningsrådet")
    ragnhild.sees("Ingen møter er satt opp.", "rådgivende", "minst halvparten", "simpelt flertall")
    await ragnhild.presses("Sett datoer")
    await ragnhild.presses(
        "Lagre datoene", Datoer="10.03.2027\n31.02.2027", Begynner="10:00", Sted="Gardermoen", status=422
    )
    ragnhild.sees("er ikke en dato som finnes: 31.02.2027")
    assert ragnhild.page.value_of("Sted") == "Gardermoen"
    await ragnhild.presses("Lagre datoene", Datoer="10.03.2027\n17.05.2027", status=409)
    ragnhild.sees("Se på dette før du lagrer", "mandag 17. mai 2027 er Andre pinsedag")
    await ragnhild.presses("Lagre likevel")
    ragnhild.sees("Utført: Sett årsplan.", "onsdag 10. mars 2027", "mandag 17. mai 2027")
    await ragnhild.presses("Vis året")
    await ragnhild.opens(ragnhild.page.url.replace("year=2026", "") + "&year=2027")
    ragnhild.sees("Som hovedregel 2 møter i året. 2 er satt opp.", "innmelding åpner")
    await ragnhild.presses("Flytt møtet", "mandag 17. mai 2027")
    await ragnhild.presses("Flytt", Dato="2027-06-09")
    ragnhild.sees("onsdag 9. juni 2027")
    ragnhild.does_not_see("17. mai")

    # … and another's from a file, at the terminal.
    kari = world.operator("kari@regut.example")
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "body;date;starts;ends;place\n"
        "fagrad;10.03.2027;12:00;14:00;Gardermoen\n"
        "nordrad;11.03.2027;12:00;14:00;Bodø\n"
    )
    refused = await kari.runs("year.load", "--file", str(plan), code=1)
    assert "Linje 3: finner ikke rådet «nordrad»" in refused.out
    plan.write_text(
        "body;date;starts;ends;place\n"
        "fagrad;10.03.2027;12:00;14:00;Gardermoen\n"
        "fagrad;24.11.2027;12:00;14:00;Ås\n"
    )
    warned = await kari.runs("year.load", "--file", str(plan), code=1)
    assert "disse sitter i begge: Bjørn Ås" in warned.out
    assert "er Gardermoen også satt opp for Samordningsrådet" in warned.out
    saved = await kari.runs("year.load", "--file", str(plan), "--confirm")
    assert "Fagrådet: årsplan 2027" in saved.card
    await ragnhild.opens("/overview")
    await ragnhild.presses("Fagrådet")
    await ragnhild.presses("onsdag 24. november 2027")
    cancelled = ragnhild.page.url.rsplit("/", 1)[1]
    told = await kari.runs("meeting.cancel", "--meeting-id", cancelled, "--reason", "Slått sammen")
    assert "avlyst: Slått sammen" in told.card
    await world.settle()
    assert not astrid.notices, "nobody has anything to be told yet"

    # The call opens by itself on its day: in the channel, and to each voting representative.
    await eli.says("language")
    await eli.presses("Answer me in English") if "Answer me" in str(eli.hand) else await eli.fills_in(
        "Choose language", Language="English"
    )
    await world.at(oslo(1, 26, 23, 50))
    assert not world.hangs("Innmelding av saker")
    await world.at(oslo(1, 27, 0, 5))
    call = world.channel_card("Innmelding av saker til Samordningsrådet")
    assert "0 av 3" in message(call)
    assert "Fristen er onsdag 17. februar 2027" in message(call)
    astrid.was_told("Samordningsrådet har opna for innmelding av saker", "Føreslå sak", "Ingen saker frå oss")
    eli.was_told("Samordningsrådet has opened the call for agenda items", "No items from us")
    assert "har åpnet for innmelding" in " ".join(world.letters_to("bjorn@aas.example"))
    paal.was_not_told("innmelding")
    frode.was_not_told("innmelding")
    siri.was_not_told("innmelding")

    # Items are proposed, in Teams …
    await world.at(oslo(2, 1))
    await astrid.says("saker")
    astrid.sees("Dette ventar på deg", "Meld inn saker til Samordningsrådet", "Frist onsdag 17. februar 2027")
    await astrid.presses("Føreslå sak", "Meld inn saker til Samordningsrådet")
    await astrid.fills_in(
        "Send inn",
        Tittel=ROTATION,
        **{"Kva det blir bede om": "tilråding"},
        Bakgrunn="Vi treng *ei* felles ordning.",
        Forslag_til_ordlyd="Rådet tilrår felles rotasjon.",
        Minutt="20",
        Lenkjer="ikkje ei lenkje",
    )
    astrid.sees("er ikkje ei lenkje som byrjar med https://", ROTATION, "Vi treng *ei* felles ordning.")
    await astrid.fills_in("Send inn", Lenkjer="https://fjord.example/rotasjon")
    astrid.sees(ROTATION, "tilråding", "20 minutt", "https://fjord.example/rotasjon")
    await astrid.says("føreslå sak")
    await astrid.fills_in(
        "Send inn",
        Møte="Samordningsrådet, 10.03.2027",
        Tittel=PARKING,
        **{"Kva det blir bede om": "drøfting"},
    )
    eli.was_told("has opened the call")
    await eli.presses("No items from us")
    eli.sees("You have answered that you have no items this time.")
    await eli.presses("No items from us", on=eli.was_told("has opened the call"))
    await world.settle()
    assert "2 av 3" in message(call)
    assert call.edits >= 1
    kari_chat.was_told(f"Astrid Fjord foreslår saken «{ROTATION}» for Samordningsrådet.")

    # … and on the pages, by one who has no Teams. The secretariat sees who is silent.
    await ragnhild.opens("/overview")
    await ragnhild.presses("Samordningsrådet")
    await ragnhild.presses("onsdag 10. mars 2027")
    meeting = ragnhild.page.url.rsplit("/", 1)[1]
    await ragnhild.presses("Innmelding")
    ragnhild.sees("2 av 3", "Har ikke svart", "Bjørn Ås")
    ragnhild.does_not_see("Eli Union")
    bjorn = await world.visitor("bjorn@aas.example")
    bjorn.sees("Dette venter på deg", "Meld inn saker til Samordningsrådet")
    await bjorn.presses("Foreslå sak", "Meld inn saker til Samordningsrådet")
    await bjorn.presses("Send inn", Minutter="30", status=422)
    bjorn.sees("må fylles ut")
    assert bjorn.page.value_of("Minutter") == "30"
    await bjorn.presses("Send inn", Tittel=SIMULATION)
    bjorn.sees("Utført: Foreslå sak.", SIMULATION)
    bjorn.does_not_see("Meld inn saker til Samordningsrådet")
    await bjorn.presses("Foreslå sak")
    await bjorn.presses(
        "Send inn",
        Møte="Samordningsrådet, 10.03.2027",
        Tittel="Feil sak",
        **{"Hva det bes om": "orientering"},
    )
    await bjorn.presses("Feil sak")
    await bjorn.presses("Endre")
    await bjorn.presses("Send inn", Tittel="Fortsatt feil sak")
    bjorn.sees("Fortsatt feil sak")
    await bjorn.presses("Trekk forslaget")
    bjorn.sees("trukket")
    await paal.says("foreslå")
    await paal.fills_in(
        "Send inn",
        Møte="Samordningsrådet, 10.03.2027",
        Tittel=ACROSS,
        Bakgrunn="Andre regioner spør.",
        **{"Hva det bes om": "drøfting"},
    )
    await world.settle()
    assert "3 av 3" in message(call)

    # The call closes at its deadline. What comes afterwards is taken, and marked.
    await world.at(oslo(2, 18, 0, 5))
    assert "Fristen var onsdag 17. februar 2027" in message(call)
    await bjorn.opens("/me")
    await bjorn.presses(SIMULATION)
    await eli.says("propose item")
    await eli.fills_in(
        "Submit",
        Meeting="Samordningsrådet, 10.03.2027",
        Title=STUDY,
        **{"What is asked for": "for discussion"},
    )
    eli.sees(STUDY, "Came after the deadline")

    # Triage: accept, return and send again, merge, postpone, reject.
    await world.at(oslo(2, 19))
    await ragnhild.opens(f"/meeting/{meeting}")
    await ragnhild.presses("Forslag")
    ragnhild.sees(ROTATION, SIMULATION, ACROSS, STUDY, PARKING, "Kom etter fristen", "Legenes forening")
    ragnhild.does_not_see("Fortsatt feil sak")
    await ragnhild.presses("Returner", SIMULATION)
    await ragnhild.presses("Returner", Begrunnelse="Hva skal rådet ta stilling til?")
    await world.settle()
    returned = await world.letter("bjorn@aas.example", "trenger mer arbeid")
    assert "Hva skal rådet ta stilling til?" in returned
    await bjorn.opens("/me")
    await bjorn.presses("Endre", f"Rett opp og send inn igjen: {SIMULATION}")
    assert bjorn.page.value_of("Tittel") == SIMULATION
    await bjorn.presses("Send inn", Bakgrunn="Hva bør øves i simulering først?")
    await world.settle()
    kari_chat.was_told(f"Bjørn Ås har rettet «{SIMULATION}» og sendt den inn igjen")
    kari_chat.was_told(f"foreslår saken «{ROTATION}»")
    await kari_chat.presses("Ta inn")
    kari_chat.sees("1/27", "tatt inn på saklisten")
    kari_chat.was_told(f"rettet «{SIMULATION}»")
    await kari_chat.presses("Ta inn")
    kari_chat.sees("2/27")
    await kari_chat.presses("Slå sammen", on=kari_chat.was_told(f"foreslår saken «{ACROSS}»"))
    await kari_chat.fills_in("Slå sammen", Sak=f"1/27 {ROTATION}")
    kari_chat.sees("slått sammen med en annen sak", "1/27")
    await ragnhild.opens(f"/meeting/{meeting}")
    await ragnhild.presses("Forslag")
    await ragnhild.presses("Utsett", STUDY)
    await ragnhild.presses("Utsett", Møte="09.06.2027", Begrunnelse="Vi vil ha god tid.")
    ragnhild.does_not_see(STUDY)
    await ragnhild.presses("Avvis", PARKING)
    await ragnhild.presses("Avvis", Begrunnelse="Dette er sykehusets sak.")
    ragnhild.sees("Ingen forslag venter.", "avvist")
    await world.settle()
    astrid.was_told(f"«{ROTATION}» er teken inn på saklista som sak 1/27.")
    astrid.was_told(f"«{PARKING}» er ikkje teken inn. Sekretariatet skriv: Dette er sykehusets sak.")
    paal.was_told(f"«{ACROSS}» er slått sammen med sak 1/27.")
    eli.was_told(f"‘{STUDY}’ has been postponed to the meeting on Wednesday 9 June 2027. Vi vil ha god tid.")
    again = await kari.runs("proposal.accept", "--proposal-id", "1", code=1)
    assert "er allerede behandlet (tatt inn på saklisten)" in again.out

    # The agenda is the secretariat's alone until the notice is sent.
    await ragnhild.opens(f"/meeting/{meeting}")
    ragnhild.sees(
        "Utkast til sakliste (ikke sendt ut)", f"1/27 {ROTATION}", f"2/27 {SIMULATION}", "Eventuelt"
    )
    await ragnhild.presses("Ny sak")
    await ragnhild.presses(
        "Sett på saklisten", Tittel=BUDGET, Bakgrunn="Tallene er ikke offentlige.", Konfidensielt=True
    )
    await ragnhild.presses("Flytt opp", f"2/27 {SIMULATION}")
    assert ragnhild.page.words.index(SIMULATION) < ragnhild.page.words.index(ROTATION)
    await world.settle()
    await astrid.says("saker")
    await paal.sends("meeting.show", meeting_id=meeting)
    paal.sees("Saklisten er ikke sendt ut ennå.")
    paal.does_not_see(BUDGET, SIMULATION)
    hilde = await world.visitor("hilde@directorate.example")
    hilde.sees("Samordningsrådet")
    await hilde.presses("Samordningsrådet", "onsdag 10. mars 2027")
    hilde.sees("Saklisten er ikke sendt ut ennå.")

    # The notice: to members with the agenda and what is asked, to those who only read it the agenda alone.
    await world.at(oslo(2, 24))
    await ragnhild.opens(f"/meeting/{meeting}")
    await ragnhild.presses("Send innkalling")
    ragnhild.sees("Utført: Send innkalling.", "innkalling sendt")
    await world.settle()
    astrid.was_told("Innkalling til Samordningsrådet onsdag 10. mars 2027 kl. 10:00", ROTATION, "Gardermoen")
    astrid.sees("Det blir bede om: Rådet tilrår felles rotasjon.", BUDGET, "Konfidensielt", "Kjem du?")
    eli.was_told(
        "Notice of the meeting of Samordningsrådet on Wednesday 10 March 2027 at 10:00", "Are you coming?"
    )
    notice = world.channel_card("Innkalling til Samordningsrådet")
    assert ROTATION in message(notice)
    siri.was_not_told(ROTATION)
    copied = await world.letter("hilde@directorate.example", "Sakliste for Samordningsrådet")
    assert f"1/27 {ROTATION}" in copied
    assert "3/27 Konfidensiell sak" in copied
    assert BUDGET not in copied
    assert "Vi treng" not in copied
    assert not [s for s in world.letters_to("hilde@directorate.example") if "Innkalling" in s]
    await hilde.opens("/me")
    await hilde.presses("Samordningsrådet", "onsdag 10. mars 2027")
    hilde.sees(f"1/27 {ROTATION}", "Konfidensiell sak")
    await hilde.opens(f"/meeting/{meeting}", status=403)

    # A change after that is told once, as a change.
    await ragnhild.presses("Endre", f"1/27 {ROTATION}")
    await ragnhild.presses("Lagre", Minutter="45")
    ragnhild.sees(f"Endret: 1/27 {ROTATION}")
    await ragnhild.presses("Send ut endringene")
    await world.settle()
    astrid.was_told("Innkallinga til Samordningsrådet onsdag 10. mars 2027 er endra.", "45 minutt")
    refused = await kari.runs("agenda.publish", "--meeting-id", meeting, code=1)
    assert "Ingenting er endret siden innkallingen" in refused.out

    # Who comes. One cannot, and asks her deputy.
    await world.at(oslo(3, 1))
    astrid.was_told("Innkalling til Samordningsrådet")
    await astrid.presses("Forfall")
    await astrid.fills_in("Send svar", Grunn_til_forfall="Vakt", Vara="Frode Vara")
    astrid.sees("Du har svara: forfall. Vara: Frode Vara (spurd).")
    await eli.presses("Joining online", on=eli.was_told("Notice of the meeting"))
    eli.sees("You have answered: joining online.")
    await bjorn.opens("/me")
    bjorn.sees("Kommer du i Samordningsrådet?")
    await bjorn.presses("Kommer", "Kommer du i Samordningsrådet?")
    bjorn.does_not_see("Kommer du i Samordningsrådet?")
    await world.settle()
    frode.was_told(
        "Astrid Fjord kan ikke møte i Samordningsrådet onsdag 10. mars 2027 og spør om du kan møte"
    )
    await frode.presses("Jeg kommer")
    await world.settle()
    astrid.was_told("Frode Vara møter som vara for", "Samordningsrådet")
    ragnhild_chat.was_told("Astrid Fjord har meldt forfall til Samordningsrådet")
    forecast = (await kari.runs("answer.forecast", "--meeting-id", meeting)).card
    assert "Plasser med stemmerett som møter: 3 av 3" in forecast
    assert "minst halvparten: oppfylt" in forecast
    assert "forfall: Vakt. Vara: Frode Vara (kommer)." in forecast
    assert "Pål Region\nhar ikke svart" in forecast
    await eli.presses("Joining online", on=eli.was_told("Notice of the meeting"))
    eli.does_not_see("Vakt")

    # The meeting. The chair puts a question; the deputy answers for the absent representative.
    await world.at(oslo(3, 10, 10, 30))
    await bjorn.opens(f"/meeting/{meeting}")
    await bjorn.presses("Be om svar", f"1/27 {ROTATION}")
    assert bjorn.page.value_of("Spørsmål") == "Rådet tilrår felles rotasjon."
    await bjorn.presses("Åpne", Spørsmål="Er dette et vedtak?", status=422)
    bjorn.sees("Rådet er rådgivende.")
    await bjorn.presses(
        "Åpne", Spørsmål="Tilrår rådet felles rotasjon?", Svarform="for, mot eller avholdende"
    )
    await world.settle()
    question = world.channel_card("Tilrår rådet felles rotasjon?")
    assert "0 av 3 har svart" in message(question)
    frode.was_told(f"Samordningsrådet spør om råd i «{ROTATION}».", "For", "Mot", "Avholdende")
    await frode.presses("For")
    frode.sees("Du har svart: For", "1 av 3 har svart", "Resultatet vises når avstemningen er avsluttet.")
    astrid.was_told("Samordningsrådet spør om råd i")
    await astrid.says("stem")
    astrid.does_not_see("Tilrår rådet felles rotasjon?")
    await eli.says("vote")
    await eli.presses("Open and answer", "Tilrår rådet felles rotasjon?")
    await eli.presses("For")
    await eli.presses("Against")
    eli.sees("You have answered: Against", "2 of 3 have answered")
    await paal.sends("vote.show", vote_id=1)
    paal.sees("Tilrår rådet felles rotasjon?", "2 av 3 har svart")
    paal.does_not_see("Dette kan du gjøre")
    await paal.sends("vote.cast", vote_id=1, choice="for")
    paal.sees("Du har ikke tilgang til dette.")
    await world.settle()
    assert "2 av 3 har svart" in message(question)
    assert "Mot: " not in message(question)
    await bjorn.opens("/me")
    await bjorn.presses("Åpne og svar", "Tilrår rådet felles rotasjon?")
    await bjorn.presses("For")
    bjorn.sees("Du har svart: For", "3 av 3 har svart")
    await bjorn.presses("Avslutt")
    bjorn.sees(
        "Forslaget fikk tilslutning", "Flertallsregel: simpelt flertall", "endret 1 gang", "for Astrid Fjord"
    )
    await world.settle()
    for part in ("For: 2", "Mot: 1", "Forslaget fikk tilslutning"):
        assert part in message(question)
    eli.was_told("is closed. Here is the result.", "The proposal was supported")

    # Between meetings, in secret, closed by its deadline: nobody's answer stands anywhere.
    await world.at(oslo(3, 10, 13))
    await ragnhild.opens("/overview")
    await ragnhild.presses("Samordningsrådet")
    await ragnhild.presses("Be om svar")
    await ragnhild.presses(
        "Åpne",
        Spørsmål="Skal rådet møtes digitalt i juni?",
        Svarform="samtykkerunde",
        Hemmelig=True,
        Fristdato="2027-03-12",
        Klokkeslett_for_fristen="12:00",
    )
    await world.settle()
    await eli.presses(
        "Disagree", on=eli.was_told("is asking for advice on ‘Skal rådet møtes digitalt i juni?’")
    )
    eli.sees("Answer vote")
    await eli.fills_in("Send answer", Reason="We want to meet.")
    eli.sees("You have answered. The answer is secret", "1 of 3 have answered")
    await astrid.presses("Einig", on=astrid.was_told("«Skal rådet møtes digitalt i juni?»"))
    secret = world.channel_card("Skal rådet møtes digitalt i juni?")
    await world.settle()
    assert "2 av 3 har svart" in message(secret)
    await world.at(oslo(3, 12, 12, 1))
    for part in ("Enig: 1", "Uenig: 1", "We want to meet."):
        assert part in message(secret)
    assert "Eli" not in message(secret).split("Resultat")[1]

    # Outcomes and minutes, out of the agenda.
    started = await kari.runs("minutes.start", "--meeting-id", meeting)
    assert "vara for Astrid Fjord" in started.card
    await ragnhild.opens(f"/meeting/{meeting}/minutes")
    ragnhild.sees(
        "referat under arbeid", "Til stede", "Frode Vara", "vara for Astrid Fjord", "Forfall", "Pål Region"
    )
    await ragnhild.presses("Skriv", f"1/27 {ROTATION}")
    await ragnhild.presses("Lagre", Hva_som_ble_sagt="Rådet drøftet ordningen.")
    await ragnhild.presses("Utfall", f"1/27 {ROTATION}")
    ragnhild.does_not_see("vedtak")
    await ragnhild.presses("Lagre utfallet", Utfall="tilråding", Ordlyd="Dette er et vedtak.", status=422)
    await ragnhild.presses(
        "Lagre utfallet", Ordlyd="Rådet tilrår felles rotasjon.", Faglig_enighet="delvis enighet"
    )
    item = ragnhild.page.item_of(f"1/27 {ROTATION}")
    refused = await kari.runs("outcome.record", "--item-id", item, "--outcome", "decision", code=1)
    assert "Samordningsrådet er rådgivende og kan ikke fatte beslutninger." in refused.out
    await ragnhild.presses("Ny oppfølging", f"1/27 {ROTATION}")
    await ragnhild.presses(
        "Lagre",
        Ansvarlig_virksomhet="Fjord sykehus HF",
        Hva_som_skal_følges_opp="Lage et utkast til avtale.",
        Frist="2027-05-01",
    )
    ragnhild.sees("Oppfølging: Fjord sykehus HF", "Innen lørdag 1. mai 2027", "For: 2, Mot: 1, Avholdende: 0")
    await ragnhild.presses("Godkjenn referatet", status=409)
    ragnhild.sees("Disse sakene mangler utfall:", SIMULATION, BUDGET)
    await ragnhild.opens(f"/meeting/{meeting}/minutes")
    await ragnhild.presses("Utfall", f"2/27 {SIMULATION}")
    await ragnhild.presses("Lagre utfallet", Utfall="utsatt", Utsett_til_møtet="09.06.2027")
    await ragnhild.presses("Utfall", f"3/27 {BUDGET}")
    await ragnhild.presses("Lagre utfallet", Utfall="tatt til orientering")
    await ragnhild.presses("Før oppmøte")
    await ragnhild.presses(
        "Lagre oppmøtet",
        Til_stede=[
            "Frode Vara (Fjord sykehus HF, Utdanningsleder)",
            "Bjørn Ås (Ås sykehus HF, Utdanningsleder)",
            "Eli Union (Legenes forening, Tillitsvalgt)",
            "Pål Region (Helse Sør RHF, Rådgiver)",
        ],
    )
    await paal.sends("minutes.show", meeting_id=meeting)
    paal.sees("Referatet er ikke sendt ut ennå.")
    await ragnhild.presses("Send til kommentarer")
    await ragnhild.presses("Send", Kommentarer_innen="2027-03-20")
    await world.settle()
    eli.was_told("The minutes from Samordningsrådet on Wednesday 10 March 2027 are out for comments")
    await eli.presses("Minutes")
    eli.sees("Rådet drøftet ordningen.", "partial agreement", "Frode Vara")
    await eli.presses("Comment")
    await eli.fills_in("Send comment", Comment="Fine, but *we* disagreed.")
    eli.sees("Fine, but *we* disagreed.")
    await world.settle()
    kari_chat.was_told("Eli Union har kommentert referatet", "Fine, but *we* disagreed.")
    await kari_chat.presses("Godkjenn referatet")
    kari_chat.sees("referat godkjent")
    await world.settle()
    astrid.was_told("Referatet frå Samordningsrådet onsdag 10. mars 2027 er godkjent.")
    assert "Referatet fra Samordningsrådet onsdag 10. mars 2027 er godkjent" in " ".join(
        world.letters_to("bjorn@aas.example")
    )
    locked = await kari.runs("minutes.write", "--item-id", item, "--discussed", "Noe annet", code=1)
    assert "er godkjent og låst" in locked.out
    await ragnhild.opens(f"/meeting/{meeting}/minutes")
    ragnhild.does_not_see("Skriv")
    await ragnhild.presses("Gjenåpne")
    await ragnhild.presses("Gjenåpne", Begrunnelse="Feil frist")
    await world.settle()
    eli.was_told("have been reopened: Feil frist")
    await ragnhild.presses("Godkjenn referatet")
    ragnhild.sees("referat godkjent")

    # Somebody takes over a seat, from a date. What was, stays.
    await world.at(oslo(4, 1))
    await astrid.says("hjelp")
    await astrid.presses("Vis rådet", "Samordningsrådet")
    await astrid.presses("Register")
    await astrid.presses("Meld skifte", "Fjord sykehus HF")
    new = {"Namn": "Nina Ny", "E-postadresse": "nina@fjord.example", "Frå og med": "2027-05-01"}
    await astrid.fills_in("Meld", **new, Godkjent_i_linja_av="Direktøren")
    astrid.sees("Endringa må vere forankra", "Nina Ny")
    await astrid.fills_in("Meld", **{"Endringa er forankra i leiarlinja i verksemda": True})
    astrid.sees("Nina Ny", "meldt", "Direktøren")
    await ragnhild.opens("/overview")
    ragnhild.sees("1 meldt skifte venter på godkjenning")
    await ragnhild.presses("Samordningsrådet", "1 meldt skifte")
    await ragnhild.presses("Vis meldingen", "Nina Ny")
    await ragnhild.presses("Godkjenn skiftet")
    await world.settle()
    assert "Nina Ny tar over" in " ".join(world.letters_to("nina@fjord.example"))
    await world.at(oslo(4, 30))
    await astrid.says("hjelp")
    astrid.sees("Samordningsrådet")
    await world.at(oslo(5, 1))
    await astrid.says("hjelp")
    astrid.does_not_see("Samordningsrådet")
    nina = await world.visitor("nina@fjord.example")
    nina.sees("Samordningsrådet", "Meld inn saker til Samordningsrådet")
    register = await kari.runs("register.show", "--body-id", "1")
    assert (
        "Representant: Astrid Fjord <astrid@fjord.example>, torsdag 1. januar 2026 – fredag 30. april 2027"
        in register.card
    )
    await nina.opens(f"/meeting/{meeting}/minutes")
    nina.sees("vara for Astrid Fjord")
    nina.does_not_see("Nina Ny tar")

    # The next meeting has what was postponed, and approval of these minutes, without anybody asking for it.
    await ragnhild.opens("/overview")
    await ragnhild.presses("Samordningsrådet")
    await ragnhild.presses("onsdag 9. juni 2027")
    await ragnhild.presses("Forslag")
    await ragnhild.presses("Ta inn", STUDY)
    await ragnhild.presses("Sakliste")
    ragnhild.sees("Godkjenning av referat fra onsdag 10. mars 2027", f"2/27 {SIMULATION}", f"4/27 {STUDY}")

    # What came of it is found again, by those whose council it is.
    await eli.says("search rotasjon")
    eli.sees("1 match", f"1/27 {ROTATION}", "Rådet tilrår felles rotasjon.")
    await nina.presses("Utfall")
    await nina.presses("Søk i utfall", Tekst="rotasjon", År="2027", Type_utfall="tilråding")
    nina.sees("1 treff", f"1/27 {ROTATION}")
    await siri.says("søk rotasjon")
    siri.sees("0 treff")

    # And everything that was done stands in the log, whole.
    verified = await kari.runs("log.verify")
    assert "Loggen er hel" in verified.card
    assert "vedtak" not in " ".join(world.connector.came_as.values()).casefold()
    assert world.connector.breaches == []
    assert world.connector.premature == []
    assert set(await world.endings()) == {"sent"}
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
