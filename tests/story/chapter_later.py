"""A council's later life: a seat that changes hands, a second secretary, a mistaken question, a meeting moved, one
cancelled, and minutes reopened."""

import json

from story.cast import ROTATION, SIMULATION, STUDY, Story, oslo


async def a_seat_changes_hands_after_the_notice(s: Story) -> None:
    """The notice is sent; then somebody takes over a seat before the meeting. She is invited on her first day."""
    await s.world.at(oslo(5, 24))
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("Samordningsrådet")
    await s.ragnhild.presses("onsdag 9. juni 2027")
    s.june = s.ragnhild.page.url.rsplit("/", 1)[1]
    await s.ragnhild.presses("Send innkalling")
    s.ragnhild.sees("5 personer får beskjed", SIMULATION, STUDY)
    await s.ragnhild.presses("Send til 5")
    await s.world.settle()
    s.eli.was_told("Notice of the meeting of Samordningsrådet on Wednesday 9 June 2027")
    await s.eli.presses("Coming")
    s.eli.sees("You have answered: coming.")
    register = json.loads((await s.kari.runs("register.show", "--body-id", "1", "--json")).out)
    seat = next(each["id"] for each in register["shown"]["seats"] if "Legenes forening" in str(each))
    taking_over = ["--name", "Ola Ny", "--email", "ola@elsewhere.example", "--from-on", "2027-06-01"]
    await s.kari.runs(
        "seat_change.report", "--seat-id", str(seat), *taking_over, "--anchored-by", "Styret", "--anchored"
    )
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("1 meldt endring venter på godkjenning")
    await s.ragnhild.presses("Ola Ny")
    await s.ragnhild.presses("Godkjenn endringen")
    await s.ragnhild.presses("Godkjenn")
    await s.world.settle()
    forecast = (await s.kari.runs("attendance.forecast", "--meeting-id", s.june)).words
    assert "Ola Ny\nTillitsvalgt, Legenes forening\nhar ikke svart" in forecast
    s.stranger.was_not_told("Innkalling")
    await s.world.at(oslo(6, 1, 8, 1))
    s.stranger.was_told("Innkalling til Samordningsrådet onsdag 9. juni 2027", STUDY, "Kommer du?")
    await s.stranger.presses("Kommer")
    s.stranger.sees("Du har svart: kommer.")
    told_before = len(s.eli.notices)
    await s.world.at(oslo(6, 2))
    assert len(s.eli.notices) == told_before, "she who left is told no more"


async def two_secretaries_write_at_once(s: Story) -> None:
    """Two secretaries have the same form open: whoever saves last sees both, and nothing is lost."""
    await s.ragnhild.opens(f"/meeting/{s.june}")
    await s.ragnhild.presses("Endre", f"4/27 {STUDY}")
    item = s.ragnhild.page.url.split("item_id=")[1].split("&")[0]
    await s.kari.runs(
        "agenda_item.edit", "--item-id", item, "--title", STUDY, "--kind", "discussion", "--background", "Karis tekst."
    )
    await s.ragnhild.presses("Lagre", Bakgrunn="Ragnhilds tekst.", status=409)
    s.ragnhild.sees("Noen andre har lagret noe nyere", "Nå står det her: Karis tekst.")
    assert s.ragnhild.page.value_of("Bakgrunn") == "Ragnhilds tekst."
    await s.ragnhild.presses("Lagre", Bakgrunn="Karis tekst. Ragnhilds tekst.")
    s.ragnhild.sees("Karis tekst. Ragnhilds tekst.")


async def a_mistaken_question_is_withdrawn(s: Story) -> None:
    """A question with the wrong year is withdrawn, with the reason: nobody answers it, and it stands in no minutes."""
    await s.ragnhild.presses("Åpne avstemning", f"4/27 {STUDY}")
    await s.ragnhild.presses("Åpne", Spørsmål="Skal ordningen gjelde fra 2072?")
    await s.world.settle()
    question = s.world.shared("Skal ordningen gjelde fra 2072?")
    asked = s.stranger.was_told(f"Samordningsrådet spør om råd i «{STUDY}».", "For", "Mot")
    await s.ragnhild.presses("Trekk tilbake")
    await s.ragnhild.presses("Trekk tilbake", Begrunnelse="Feil årstall", status=409)
    s.ragnhild.sees("får ikke noe resultat og står ikke i referatet")
    await s.ragnhild.presses("Trekk tilbake")
    await s.world.settle()
    question.says("Feil årstall")
    s.stranger.was_told("er trukket tilbake og skal ikke besvares. Grunn: Feil årstall")
    s.stranger.take(asked)
    s.stranger.sees("Feil årstall")
    s.stranger.does_not_see("Avholdende")


async def the_meeting_is_moved(s: Story) -> None:
    """The meeting is moved: all who knew of it are told what differs, and asked again."""
    await s.ragnhild.opens(f"/meeting/{s.june}")
    await s.ragnhild.presses("Flytt møtet")
    await s.ragnhild.presses("Flytt", Dato="2027-06-16", Sted="Oslo", status=409)
    s.ragnhild.sees("personer får beskjed")
    await s.ragnhild.presses("Flytt")
    s.ragnhild.sees("onsdag 16. juni 2027", "Oslo")
    await s.world.settle()
    s.stranger.was_told("Møtet i Samordningsrådet onsdag 9. juni 2027 er flyttet til onsdag 16. juni 2027", "Oslo")
    s.stranger.sees("Du svarte «kommer» for onsdag 9. juni 2027.", "Kommer du?")
    await s.stranger.presses("Kommer")
    s.stranger.sees("Du har svart: kommer.")
    forecast = (await s.kari.runs("attendance.forecast", "--meeting-id", s.june)).words
    assert "Plasser med stemmerett som møter: 1 av 3" in forecast


async def a_meeting_is_cancelled_and_its_cases_carried(s: Story) -> None:
    """The meeting is cancelled after all. Its cases keep their numbers on another's agenda, and everybody knows."""
    await s.kari.runs("year_plan.set_dates", "--body-id", "1", "--dates", "2027-09-22", "--place", "Oslo", "--confirm")
    await s.ragnhild.opens("/year?body_id=1&year=2027")
    await s.ragnhild.presses("Avlys møtet", "onsdag 16. juni 2027")
    await s.ragnhild.presses(
        "Avlys",
        Begrunnelse="Streik",
        Flytt_sakene_og_forslagene_til="onsdag 22. september 2027",
        status=409,
    )
    s.ragnhild.sees("personer får beskjed", "22. september 2027")
    await s.ragnhild.presses("Avlys")
    s.ragnhild.sees("avlyst: Streik")
    await s.world.settle()
    s.stranger.was_told("er avlyst", "Streik", "onsdag 22. september 2027")
    agenda = (await s.kari.runs("agenda.show", "--meeting-id", await number_of(s, "2027-09-22"))).words
    assert f"2/27 {SIMULATION}" in agenda
    assert f"4/27 {STUDY}" in agenda
    await s.nina.opens("/me")
    s.nina.does_not_see("Kommer du", "16. juni")


async def minutes_are_reopened_and_approved_again(s: Story) -> None:
    """Approved minutes are reopened: what was approved stays readable until the corrected ones are approved."""
    await s.ragnhild.opens(f"/meeting/{s.meeting}/minutes")
    await s.ragnhild.presses("Gjenåpne")
    await s.ragnhild.presses("Gjenåpne", Begrunnelse="Feil navn", status=409)
    await s.ragnhild.presses("Gjenåpne")
    await s.ragnhild.presses("Skriv", f"1/27 {ROTATION}")
    await s.ragnhild.presses("Lagre", Hva_som_ble_sagt="Rådet drøftet ordningen grundig.")
    await s.nina.opens(f"/meeting/{s.meeting}/minutes")
    s.nina.sees("under retting", "Feil navn", "Rådet drøftet ordningen.")
    s.nina.does_not_see("grundig")
    await s.ragnhild.presses("Godkjenn referatet")
    await s.ragnhild.presses("Godkjenn referatet")
    s.ragnhild.sees("referat godkjent", "Rådet drøftet ordningen grundig.", "Versjoner", "Feil navn")
    await s.nina.opens(f"/meeting/{s.meeting}/minutes")
    s.nina.sees("Rådet drøftet ordningen grundig.")
    s.nina.does_not_see("under retting")


async def number_of(s: Story, day: str) -> str:
    """Returns the number of the meeting on a day."""
    year = json.loads((await s.kari.runs("year_plan.show", "--body-id", "1", "--year", "2027", "--json")).out)
    return next(str(m["meeting"]["id"]) for m in year["shown"]["meetings"] if m["meeting"]["held_on"] == day)
