"""From the proposals to who comes."""

from story.cast import ACROSS, BUDGET, PARKING, ROTATION, SIMULATION, STUDY, Story, oslo


async def proposals_are_triaged(s: Story) -> None:
    """Triage: accept, return and send again, merge, postpone, reject."""
    await s.world.at(oslo(2, 19))
    await s.ragnhild.opens(f"/meeting/{s.meeting}")
    await s.ragnhild.presses("Forslag")
    s.ragnhild.sees(ROTATION, SIMULATION, ACROSS, STUDY, PARKING, "Kom etter fristen", "Legenes forening")
    s.ragnhild.sees("Trukket Fortsatt feil sak")
    await s.ragnhild.presses("Behandle", SIMULATION)
    await s.ragnhild.presses("Returner")
    await s.ragnhild.presses("Returner", Begrunnelse="Hva skal rådet ta stilling til?")
    await s.world.settle()
    returned = await s.world.letter("bjorn@aas.example", "trenger mer arbeid")
    assert "Hva skal rådet ta stilling til?" in returned
    await s.bjorn.opens("/me")
    await s.bjorn.presses("Endre", f"Rett opp og send inn igjen: {SIMULATION}")
    assert s.bjorn.page.value_of("Tittel") == SIMULATION
    await s.bjorn.presses("Send inn", Bakgrunn="Hva bør øves i simulering først?")
    await s.world.settle()
    s.kari_chat.was_told(f"Bjørn Ås har rettet «{SIMULATION}» og sendt den inn igjen")
    s.kari_chat.was_told(f"foreslår saken «{ROTATION}»")
    await s.kari_chat.presses("Ta inn")
    s.kari_chat.sees("1/27", "tatt inn på saklisten")
    s.kari_chat.was_told(f"rettet «{SIMULATION}»")
    await s.kari_chat.presses("Ta inn")
    s.kari_chat.sees("2/27")
    await s.world.settle()  # there is something to merge into now: the cards of the other proposals say so
    await s.kari_chat.presses("Slå sammen", on=s.kari_chat.was_told(f"foreslår saken «{ACROSS}»"))
    await s.kari_chat.fills_in("Slå sammen", Sak=f"1/27 {ROTATION}")
    s.kari_chat.sees("slått sammen med en annen sak", "1/27")
    await s.ragnhild.opens(f"/meeting/{s.meeting}")
    await s.ragnhild.presses("Forslag")
    await s.ragnhild.presses("Behandle", STUDY)
    await s.ragnhild.presses("Utsett")
    await s.ragnhild.presses("Utsett", Møte="onsdag 9. juni 2027", Begrunnelse="Vi vil ha god tid.")
    await s.ragnhild.opens(f"/meeting/{s.meeting}")
    await s.ragnhild.presses("Forslag")
    s.ragnhild.sees(STUDY, "utsatt til et annet møte: onsdag 9. juni 2027")
    await s.ragnhild.presses("Behandle", PARKING)
    await s.ragnhild.presses("Avvis")
    await s.ragnhild.presses("Avvis", Begrunnelse="Dette er sykehusets sak.", status=409)
    s.ragnhild.sees("avslaget kan angres")
    await s.ragnhild.presses("Avvis")
    await s.ragnhild.opens(f"/meeting/{s.meeting}")
    await s.ragnhild.presses("Forslag")
    s.ragnhild.sees("Ingen forslag venter.", "avvist")
    await s.world.settle()
    s.astrid.was_told(f"«{ROTATION}» er teken inn på saklista som sak 1/27.")
    s.astrid.was_told(f"«{PARKING}» er ikkje teken inn. Sekretariatet skriv: Dette er sykehusets sak.")
    s.paal.was_told(f"«{ACROSS}» er slått sammen med sak 1/27.")
    s.eli.was_told(f"‘{STUDY}’ has been postponed to the meeting on Wednesday 9 June 2027. Vi vil ha god tid.")
    again = await s.kari.runs("proposal.accept", "--proposal-id", "1", code=1)
    assert "er allerede behandlet (tatt inn på saklisten)" in again.words


async def the_agenda_is_a_draft(s: Story) -> None:
    """The agenda is the secretariat's alone until the notice is sent."""
    await s.ragnhild.opens(f"/meeting/{s.meeting}")
    s.ragnhild.sees("Utkast til sakliste (ikke sendt ut)", f"1/27 {ROTATION}", f"2/27 {SIMULATION}", "Eventuelt")
    await s.ragnhild.presses("Ny sak")
    await s.ragnhild.presses(
        "Sett på saklisten", Tittel=BUDGET, Bakgrunn="Tallene er ikke offentlige.", Konfidensielt=True
    )
    await s.ragnhild.presses("Flytt opp", f"2/27 {SIMULATION}")
    assert s.ragnhild.page.words.index(SIMULATION) < s.ragnhild.page.words.index(ROTATION)
    await s.world.settle()
    await s.astrid.says("saker")
    await s.paal.sends("meeting.show", meeting_id=s.meeting)
    s.paal.sees("Saklisten er ikke sendt ut ennå.")
    s.paal.does_not_see(BUDGET, SIMULATION)
    s.hilde = await s.world.visitor("hilde@directorate.example")
    s.hilde.sees("Samordningsrådet")
    await s.hilde.presses("Samordningsrådet", "onsdag 10. mars 2027")
    s.hilde.sees("Saklisten er ikke sendt ut ennå.")


async def the_notice_is_sent(s: Story) -> None:
    """The notice: to members with the agenda and what is asked; to those who only read, the agenda alone."""
    await s.world.at(oslo(2, 24))
    await s.ragnhild.opens(f"/meeting/{s.meeting}")
    await s.ragnhild.presses("Send innkalling")
    s.ragnhild.sees("5 personer får beskjed")
    await s.ragnhild.presses("Send til 5")
    s.ragnhild.sees("Innkallingen er sendt.", "innkalling sendt")
    await s.world.settle()
    s.astrid.was_told("Innkalling til Samordningsrådet onsdag 10. mars 2027 kl. 10.00", ROTATION, "Gardermoen")
    s.astrid.sees("Innstilling: Rådet tilrår felles rotasjon.", BUDGET, "Konfidensielt", "Kjem du?")
    s.eli.was_told("Notice of the meeting of Samordningsrådet on Wednesday 10 March 2027 at 10:00", "Are you coming?")
    notice = s.world.shared("Innkalling til Samordningsrådet")
    notice.says(ROTATION)
    s.siri.was_not_told(ROTATION)
    copied = await s.world.letter("hilde@directorate.example", "Sakliste for Samordningsrådet")
    assert f"1/27 {ROTATION}" in copied
    assert "3/27 Konfidensiell sak" in copied
    assert BUDGET not in copied
    assert "Vi treng" not in copied
    assert not [s for s in s.world.letters_to("hilde@directorate.example") if "Innkalling" in s]
    await s.hilde.opens("/me")
    await s.hilde.presses("Samordningsrådet", "onsdag 10. mars 2027")
    s.hilde.sees(f"1/27 {ROTATION}", "Konfidensiell sak")
    await s.hilde.opens(f"/meeting/{s.meeting}", status=403)


async def a_change_is_told_once(s: Story) -> None:
    """A change after that is told once, as a change."""
    await s.ragnhild.presses("Endre", f"1/27 {ROTATION}")
    await s.ragnhild.presses("Lagre", **{"Tid i møtet (minutter)": "45"})
    s.ragnhild.sees(f"Endret: 1/27 {ROTATION}")
    await s.ragnhild.presses("Send ut endringene")
    await s.ragnhild.presses("Send til 5")
    await s.world.settle()
    s.astrid.was_told("Innkallinga til Samordningsrådet onsdag 10. mars 2027 er endra.", "45 minutt")
    refused = await s.kari.runs("notice.send", "--meeting-id", s.meeting, code=1)
    assert "Ingenting er endret siden innkallingen" in refused.words


async def people_answer(s: Story) -> None:
    """Who comes. One cannot, and asks her deputy."""
    await s.world.at(oslo(3, 1))
    s.astrid.was_told("Innkalling til Samordningsrådet")
    await s.astrid.presses("Forfall")
    await s.astrid.fills_in("Send svar", Grunn_til_forfall="Vakt", Vara="Frode Vara")
    s.astrid.sees("Du har svara: forfall. Vara: Frode Vara (spurd).")
    await s.eli.presses("Joining online", on=s.eli.was_told("Notice of the meeting"))
    s.eli.sees("You have answered: joining online.")
    await s.bjorn.opens("/me")
    s.bjorn.sees("Kommer du i Samordningsrådet?")
    await s.bjorn.presses("Kommer", "Kommer du i Samordningsrådet?")
    s.bjorn.does_not_see("Kommer du i Samordningsrådet?")
    await s.world.settle()
    s.frode.was_told("Astrid Fjord kan ikke møte i Samordningsrådet onsdag 10. mars 2027 og spør om du kan møte")
    await s.frode.presses("Jeg kommer")
    await s.world.settle()
    s.astrid.was_told("Frode Vara møter som vara for", "Samordningsrådet")
    s.ragnhild_chat.was_told("Astrid Fjord har meldt forfall til Samordningsrådet")
    forecast = (await s.kari.runs("attendance.forecast", "--meeting-id", s.meeting)).words
    assert "Plasser med stemmerett som møter: 3 av 3" in forecast
    assert "minst halvparten: oppfylt" in forecast
    assert "forfall: Vakt. Vara: Frode Vara (kommer)." in forecast
    assert "Pål Region\nRådgiver, Helse Sør RHF\nhar ikke svart" in forecast
    await s.eli.presses("Joining online", on=s.eli.was_told("Notice of the meeting"))
    s.eli.does_not_see("Vakt")
