"""From the question to the log."""

import json
import logging

from story.cast import BUDGET, ROTATION, SIMULATION, STUDY, Story, oslo
from story.folk import Colleague, Visitor


async def the_chair_puts_a_question(s: Story) -> None:
    """The meeting. The chair puts a question; the deputy answers for the absent representative."""
    await s.world.at(oslo(3, 10, 10, 30))
    await s.bjorn.opens(f"/meeting/{s.meeting}")
    await s.bjorn.presses("Åpne avstemning", f"1/27 {ROTATION}")
    assert s.bjorn.page.value_of("Spørsmål") == "Rådet tilrår felles rotasjon."
    await s.bjorn.presses("Åpne", Spørsmål="Er dette et vedtak?", status=422)
    s.bjorn.sees("Rådet er rådgivende, så ordet «vedtak»")
    await s.bjorn.presses("Åpne", Spørsmål="Tilrår rådet felles rotasjon?", Svarform="for, mot eller avholdende")
    await s.world.settle()
    question = s.world.shared("Tilrår rådet felles rotasjon?")
    question.says("0 av 3 har svart")
    s.frode.was_told(f"Samordningsrådet spør om råd i «{ROTATION}».", "For", "Mot", "Avholdende")
    await s.frode.presses("For")
    s.frode.sees("Du har svart: For", "1 av 3 har svart", "Resultatet vises når avstemningen er avsluttet.")
    s.astrid.was_told("Samordningsrådet spør om råd i")
    await s.astrid.says("stem")
    s.astrid.does_not_see("Tilrår rådet felles rotasjon?")
    await s.eli.says("vote")
    await s.eli.presses("Open and answer", "Tilrår rådet felles rotasjon?")
    await s.eli.presses("For")
    s.eli_elsewhere = s.colleague_elsewhere(s.eli)
    await goes_to_the_vote(s.eli_elsewhere, "Tilrår rådet felles rotasjon?")
    s.eli_elsewhere.sees("You have answered: For", "2 of 3 have answered")
    await s.eli_elsewhere.presses("Against")
    s.eli_elsewhere.sees("You have answered: Against", "2 of 3 have answered")
    s.rotation_vote = await number_of_question(s, "Tilrår rådet felles rotasjon?")
    await s.paal.sends("vote.show", vote_id=s.rotation_vote)
    s.paal.sees("Tilrår rådet felles rotasjon?", "2 av 3 har svart")
    s.paal.does_not_see("Dette kan du gjøre")
    await s.paal.sends("vote.cast", vote_id=s.rotation_vote, choice="for")
    s.paal.sees("Du har ikke tilgang til dette.")
    await s.world.settle()
    s.eli.was_told("is asking for advice on ‘Felles rotasjon")
    s.eli.sees("You have answered: Against", "2 of 3 have answered")
    question.says("2 av 3 har svart")
    question.does_not_say("Mot: ")
    await s.bjorn.opens("/me")
    await s.bjorn.presses("Åpne og svar", "Tilrår rådet felles rotasjon?")
    await s.bjorn.presses("For")
    s.bjorn.sees("Du har svart: For", "3 av 3 har svart")
    await s.bjorn.presses("Avslutt avstemningen")
    s.bjorn.does_not_see("For: 2")
    await s.bjorn.presses("Avslutt avstemningen")
    s.bjorn.sees("Forslaget fikk tilslutning", "Flertallsregel: simpelt flertall", "endret 1 gang", "for Astrid Fjord")
    await s.world.settle()
    question.says("For: 2", "Mot: 1", "Forslaget fikk tilslutning")
    s.eli.was_told("is asking for advice on ‘Felles rotasjon")
    s.eli.sees("The proposal was supported", "For: 2", "Against: 1")
    # From now on she is told where she came last.
    s.eli, s.eli_elsewhere = s.eli_elsewhere, s.eli
    s.eli.was_told("is closed. Here is the result.", "The proposal was supported")


async def a_secret_question_closes_by_itself(s: Story) -> None:
    """Between meetings, in secret, closed by its deadline: nobody's answer stands anywhere."""
    await s.world.at(oslo(3, 10, 13))
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("Samordningsrådet")
    await s.ragnhild.presses("Åpne avstemning")
    await s.ragnhild.presses(
        "Åpne",
        Spørsmål="Skal rådet møtes digitalt i juni?",
        Svarform="samtykkerunde",
        Hemmelig=True,
        Fristdato="2027-03-12",
        Klokkeslett_for_fristen="12:00",
        status=409,
    )
    s.ragnhild.sees("får beskjed")
    await s.ragnhild.presses("Åpne")
    await s.world.settle()
    secret = s.world.shared("Skal rådet møtes digitalt i juni?")
    await goes_to_the_vote(s.eli_elsewhere, "Skal rådet møtes digitalt i juni?")
    await s.eli_elsewhere.presses("Agree")
    s.eli_elsewhere.sees("You have answered. The answer is secret", "1 of 3 have answered")
    await s.world.settle()
    asked = s.eli.was_told("is asking for advice on ‘Skal rådet møtes digitalt i juni?’")
    s.eli.sees("You have answered. The answer is secret", "1 of 3 have answered")
    others, bystanders = s.world.shown_to_others(s.eli), s.world.shown_to_others(s.eli, s.astrid)
    await s.eli.presses("Disagree", on=asked)
    s.eli.sees("Answer vote")
    await s.eli.fills_in("Send answer", Reason="We want to meet.")
    s.eli.sees("You have answered. The answer is secret", "1 of 3 have answered")
    s.eli.does_not_see("We want to meet.", "You have answered: ")
    await s.world.settle()
    assert s.world.shown_to_others(s.eli) == others
    others = s.world.shown_to_others(s.astrid)
    await s.astrid.presses("Einig", on=s.astrid.was_told("«Skal rådet møtes digitalt i juni?»"))
    await s.world.settle()
    assert s.world.shown_to_others(s.astrid) == others
    s.secret_vote = await number_of_question(s, "Skal rådet møtes digitalt i juni?")
    still_open = (await s.kari.runs("vote.show", "--vote-id", s.secret_vote)).words
    assert "2 av 3 har svart" in still_open
    assert "We want to meet." not in still_open
    assert s.world.shown_to_others(s.eli, s.astrid) == bystanders
    assert not [said for said in s.world.said_to_platforms() if "We want to meet." in said]
    secret.says("2 av 3 har svart")
    await s.bjorn.opens("/me")
    await s.bjorn.presses("Åpne og svar", "Skal rådet møtes digitalt i juni?")
    await s.bjorn.presses("Enig")
    s.bjorn.sees("3 av 3 har svart")
    await s.world.at(oslo(3, 12, 12, 1))
    secret.says("Enig: 2", "Uenig: 1", "We want to meet.")
    secret.does_not_say("Eli", after="Resultat")


async def everybody_counts_once(s: Story) -> None:
    """One register and one count, wherever people answered; and one in several platforms is told once."""
    register = (await s.kari.runs("register.show", "--body-id", "1")).words
    for whom in ("Astrid Fjord (astrid@fjord", "Frode Vara (frode@fjord", "Eli Union (eli@union"):
        assert register.count(whom) == 1
    everywhere = [c for p in s.world.platforms.values() for c in p.colleagues if c.name == "Ragnhild"]
    assert len(everywhere) == len(s.world.platforms)
    assert len([t for c in everywhere for t in c.chat if "har meldt forfall" in t.came]) == 1
    named = (await s.kari.runs("vote.show", "--vote-id", s.rotation_vote)).words
    for part in ("3 av 3 har svart", "For: 2", "Mot: 1", "Avholdende: 0", "Legenes forening: Mot"):
        assert part in named
    secret = (await s.kari.runs("vote.show", "--vote-id", s.secret_vote)).words
    for part in ("3 av 3 har svart", "Enig: 2", "Uenig: 1", "We want to meet."):
        assert part in secret


async def minutes_grow_out_of_the_agenda(s: Story) -> None:
    """Outcomes and minutes, out of the agenda."""
    started = await s.kari.runs("minutes.start", "--meeting-id", s.meeting)
    assert "vara for Astrid Fjord" in started.words
    await s.ragnhild.opens(f"/meeting/{s.meeting}/minutes")
    s.ragnhild.sees(
        "referat under arbeid", "Til stede", "Frode Vara", "vara for Astrid Fjord", "Ikke til stede", "Pål Region"
    )
    await s.ragnhild.presses("Skriv", f"1/27 {ROTATION}")
    await s.ragnhild.presses("Lagre", Hva_som_ble_sagt="Rådet drøftet ordningen.")
    await s.ragnhild.presses("Utfall", f"1/27 {ROTATION}")
    s.ragnhild.does_not_see("vedtak")
    await s.ragnhild.presses("Lagre utfallet", Utfall="tilråding", Ordlyd="Dette er et vedtak.", status=422)
    await s.ragnhild.presses("Lagre utfallet", Ordlyd="Rådet tilrår felles rotasjon.", Faglig_enighet="delvis enighet")
    s.item = s.ragnhild.page.item_of(f"1/27 {ROTATION}")
    refused = await s.kari.runs("outcome.record", "--item-id", s.item, "--outcome", "decision", code=1)
    assert "Samordningsrådet er rådgivende. Velg et annet utfall" in refused.words
    await s.ragnhild.presses("Ny oppfølging", f"1/27 {ROTATION}")
    await s.ragnhild.presses(
        "Lagre",
        Ansvarlige_virksomheter=["Fjord sykehus HF"],
        Hva_som_skal_følges_opp="Lage et utkast til avtale.",
        Frist="2027-05-01",
    )
    s.ragnhild.sees("Oppfølging: Fjord sykehus HF", "Innen lørdag 1. mai 2027", "For: 2, Mot: 1, Avholdende: 0")
    s.ragnhild.sees(f"Før referatet kan godkjennes Uten utfall 2/27 {SIMULATION} 3/27 {BUDGET}")
    s.ragnhild.does_not_see("Godkjenn referatet")
    refused = await s.kari.runs("minutes.approve", "--meeting-id", s.meeting, code=1)
    assert "Disse sakene mangler utfall:" in refused.words
    await s.ragnhild.presses("Utfall", f"2/27 {SIMULATION}")
    await s.ragnhild.presses("Lagre utfallet", Utfall="utsatt", Utsett_til_møtet="onsdag 9. juni 2027")
    await s.ragnhild.presses("Utfall", f"3/27 {BUDGET}")
    await s.ragnhild.presses("Lagre utfallet", Utfall="tatt til orientering")
    await s.ragnhild.presses("Registrer oppmøte")
    await s.ragnhild.presses(
        "Lagre oppmøtet",
        Til_stede=[
            "Frode Vara (vara for Astrid Fjord), Fjord sykehus HF, Utdanningsleder",
            "Bjørn Ås, Ås sykehus HF, Utdanningsleder",
            "Eli Union, Legenes forening, Tillitsvalgt",
            "Pål Region, Helse Sør RHF, Rådgiver",
        ],
    )
    await s.paal.sends("minutes.show", meeting_id=s.meeting)
    s.paal.sees("Referatet er ikke sendt ut ennå.")
    await s.ragnhild.presses("Send til kommentarer")
    await s.ragnhild.presses("Send til 5", Kommentarer_innen="2027-03-20")
    await s.world.settle()
    s.eli.was_told("The minutes from Samordningsrådet on Wednesday 10 March 2027 are out for comments")
    s.eli.sees("Rådet drøftet ordningen.", "partial agreement", "Frode Vara")
    await s.eli.presses("Comment")
    await s.eli.fills_in("Send comment", Comment="Fine, but *we* disagreed.")
    s.eli.sees("Fine, but *we* disagreed.")
    await s.world.settle()
    s.kari_chat.was_told("Eli Union har kommentert referatet", "Fine, but *we* disagreed.")
    await s.kari_chat.presses("Godkjenn referatet")
    s.kari_chat.sees("får beskjed")
    await s.kari_chat.fills_in("Godkjenn referatet")
    s.kari_chat.sees("referat godkjent")
    await s.world.settle()
    s.astrid.was_told("Referatet frå Samordningsrådet onsdag 10. mars 2027 er godkjent.")
    assert "Referatet fra Samordningsrådet onsdag 10. mars 2027 er godkjent" in " ".join(
        s.world.letters_to("bjorn@aas.example")
    )
    locked = await s.kari.runs("minutes.write", "--item-id", s.item, "--discussed", "Noe annet", code=1)
    assert "er godkjent og låst" in locked.words
    await s.ragnhild.opens(f"/meeting/{s.meeting}/minutes")
    s.ragnhild.does_not_see("Skriv")
    await s.ragnhild.presses("Gjenåpne")
    await s.ragnhild.presses("Gjenåpne", Begrunnelse="Feil frist", status=409)
    await s.ragnhild.presses("Gjenåpne")
    await s.world.settle()
    s.eli.was_told("have been reopened: Feil frist")
    await s.ragnhild.presses("Godkjenn referatet")
    await s.ragnhild.presses("Godkjenn referatet")
    s.ragnhild.sees("referat godkjent")


async def somebody_takes_over_a_seat(s: Story) -> None:
    """Somebody takes over a seat, from a date. What was, stays."""
    await s.world.at(oslo(4, 1))
    await s.astrid.says("hjelp")
    await s.astrid.presses("Vis rådet", "Samordningsrådet")
    await s.astrid.presses("Register")
    await s.astrid.presses("Meld ny representant", "Fjord sykehus HF")
    new = {"Namn": "Nina Ny", "E-postadresse": "nina@fjord.example", "Frå og med": "2027-05-01"}
    asked = {"E-postadressa til leiaren som godkjende": "dag@fjord.example"}
    await s.astrid.fills_in("Meld", **new, **asked, Godkjent_i_leiarlinja_av="Direktøren")
    s.astrid.sees("Endringa må vere forankra", "Nina Ny")
    await s.astrid.fills_in("Meld", **{"Endringa er forankra i leiarlinja i verksemda": True})
    s.astrid.sees("Nina Ny", "meldt", "Direktøren")
    await s.ragnhild.opens("/overview")
    s.ragnhild.sees("1 meldt endring venter på godkjenning")
    await s.ragnhild.presses("1 meldt endring venter på godkjenning")
    await s.ragnhild.presses("Nina Ny")
    s.ragnhild.sees("Venter på svar fra lederen.")
    letter = await s.world.letter("dag@fjord.example", "meldt en endring")
    link = next(line for line in letter.splitlines() if line.startswith("Ja, jeg har godkjent den"))
    await s.ragnhild.presses("Godkjenn endringen")
    s.ragnhild.sees("Direktøren har ikke bekreftet endringen ennå.")
    leader = Visitor(s.world, "dag@fjord.example")
    s.world.guests.append(leader)
    await leader.opens(link.partition(s.world.url)[2])
    leader.sees("Nina Ny", "Astrid Fjord oppgir")
    await leader.presses("Ja, jeg har godkjent den")
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("1 meldt endring venter på godkjenning")
    await s.ragnhild.presses("Nina Ny")
    s.ragnhild.does_not_see("Venter på svar fra lederen.")
    await s.ragnhild.presses("Godkjenn endringen")
    await s.ragnhild.presses("Godkjenn")
    await s.world.settle()
    assert "Nina Ny tar over" in " ".join(s.world.letters_to("nina@fjord.example"))
    await s.world.at(oslo(4, 30))
    await s.astrid.says("hjelp")
    s.astrid.sees("Samordningsrådet")
    await s.world.at(oslo(5, 1))
    await s.astrid.says("hjelp")
    s.astrid.does_not_see("Samordningsrådet")
    s.nina = await s.world.visitor("nina@fjord.example")
    s.nina.sees("Samordningsrådet", "Meld inn saker til Samordningsrådet")
    register = await s.kari.runs("register.show", "--body-id", "1")
    assert "Representant: Astrid Fjord (astrid@fjord.example), 1. januar 2026 – 30. april 2027" in register.words
    await s.nina.opens(f"/meeting/{s.meeting}/minutes")
    s.nina.sees("vara for Astrid Fjord")
    s.nina.does_not_see("Nina Ny tar")


async def names_are_published_with_consent(s: Story) -> None:
    """Everybody is asked in chat or by mail whether their name may be published; it is there with a yes, and gone when
    that is withdrawn."""
    texts = ("--nb", "Jeg samtykker.", "--nn", "Eg samtykker.", "--en", "I consent to my name being published.")
    await s.kari.runs("consent_text.publish", "--body-id", "1", *texts, "--confirm")
    await s.kari.runs("roster.set", "--body-id", "1", "--is-published")
    await s.world.settle()
    for who, yes, words in (
        (s.eli, "Yes, I consent", "I consent to"),
        (s.frode, "Ja, jeg samtykker", "Jeg samtykker."),
    ):
        who.was_told(words)
        await who.presses(yes)
    await s.nina.opens("/roster/1?lang=nb")
    s.nina.sees("Eli Union", "Frode Vara", "Representant, ")
    s.nina.does_not_see("Nina Ny", "Astrid Fjord", "Bjørn Ås")
    await s.eli.says("consent")
    s.eli.sees("I consent to my name being published.")
    await s.eli.presses("Withdraw consent")
    await s.nina.opens("/roster/1?lang=nb")
    s.nina.does_not_see("Eli Union")
    s.nina.sees("Frode Vara", "Representant, Legenes forening")
    await s.world.settle()
    s.ragnhild_chat.was_told("har trukket samtykket tilbake")
    await s.nina.opens("/me")


async def the_next_meeting_has_what_was_postponed(s: Story) -> None:
    """The next meeting has what was postponed; minutes that are approved are not approved once more."""
    await s.ragnhild.opens("/overview")
    await s.ragnhild.presses("Samordningsrådet")
    await s.ragnhild.presses("onsdag 9. juni 2027")
    await s.ragnhild.presses("Forslag")
    await s.ragnhild.presses("Behandle", STUDY)
    await s.ragnhild.presses("Ta inn")
    await s.ragnhild.presses("Forslag")
    await s.ragnhild.presses("Sakliste")
    s.ragnhild.sees(f"2/27 {SIMULATION}", f"4/27 {STUDY}", "Eventuelt")
    s.ragnhild.does_not_see("Godkjenning av referat")


async def what_came_of_it_is_found(s: Story) -> None:
    """What came of it is found again, by those whose council it is."""
    await s.eli.says("search rotasjon")
    s.eli.sees("1 match", f"1/27 {ROTATION}", "Rådet tilrår felles rotasjon.")
    await s.nina.presses("Utfall")
    await s.nina.presses("Søk i utfall", Tekst="rotasjon", År="2027", Type_utfall="tilråding")
    s.nina.sees("1 treff", f"1/27 {ROTATION}")
    await s.siri.says("søk rotasjon")
    s.siri.sees("0 treff")


async def nothing_went_wrong(s: Story) -> None:
    """And everything that was done stands in the log, whole."""
    verified = await s.kari.runs("log.verify")
    assert "Loggen er hel" in verified.words
    witness = s.world.witness
    assert "vedtak" not in " ".join(witness.came_as.values()).casefold()
    assert witness.breaches == []
    assert all(witness.committed)
    assert len(witness.committed) > 40
    for platform in s.world.platforms.values():
        assert platform.complaints() == []
    await s.world.settle()
    assert await s.world.endings() == {}
    assert [record.getMessage() for record in s.caplog.records if record.levelno >= logging.ERROR] == []


async def number_of_question(s: Story, question: str) -> str:
    """Returns the number of an open question."""
    council = json.loads((await s.kari.runs("body.show", "--body-id", "1", "--json")).out)
    return next(str(vote["id"]) for vote in council["shown"]["votes"] if vote["question"] == question)


async def goes_to_the_vote(somebody: Colleague, question: str) -> None:
    """Go to a question that may have been answered already: by way of the council."""
    await somebody.says("help")
    await somebody.presses("Show the council", "Samordningsrådet")
    await somebody.presses("Open and answer", question)
