"""A hospital's statement by a link in a mail: for the one it was made for, and for nobody else's hospital."""

from datetime import date

from sqlalchemy import update

from builders import BJORN, ELI, RAGNHILD
from council.consultations.consulting import HDIR, asked, registered, request_of, says
from lisbot.council.models import ConsultationStatement, Term

LINK = "Make a statement"


async def test_a_statement_is_made_by_a_link_and_the_reply_reaches_the_authority_by_mail(post, scene, visitor):
    about = await asked(scene)
    await post.deliver()
    link = post.link(ELI, LINK)
    assert await visitor.get(link) == 200
    assert "Bør virksomheten godkjennes?" in visitor.page
    for path in (f"/show/consultation.show?consultation_id={about['consultation_id']}", "/me"):
        await visitor.get(path)
        assert visitor.url.path == "/signin"
    await visitor.get(link)
    given = says("no", "Too few <b>specialists</b>.")
    assert all(f'name="{name}"' in visitor.page for name in given), "the form asks what is filled in here"
    assert await visitor.send(link, given) == 200
    statement = await scene.one(ConsultationStatement)
    assert (statement.by_name, statement.request_id) == ("Eli Union", await request_of(scene, "union"))
    assert statement.answers["2"] == "Too few <b>specialists</b>."
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    await scene.ok(RAGNHILD, "consultation.send", **about)
    await post.deliver()
    assert "Rådet frarår godkjenning." in post.text("godkjenning@hdir.example")


async def test_a_statement_by_a_link_is_sent_as_a_whole(post, scene, visitor):
    await asked(scene)
    await post.deliver()
    await visitor.get(post.link(ELI, LINK))
    form = next(each for each in visitor.buttons if each.form and "/link/" in each.form["action"]).form
    assert form and len(form["buttons"]) == 1, "one that sends some of the answers would use the link up"


async def test_a_statement_is_corrected_by_a_new_link_that_is_asked_for_at_once(post, scene, visitor):
    await asked(scene)
    await post.deliver()
    link = post.link(ELI, LINK)
    await visitor.get(link)
    await visitor.send(link, says("no", "Too few specialists."))
    assert await visitor.get(link) == 410
    await visitor.press("Send me a new link")
    assert "on its way" in visitor.page
    await post.deliver()
    new = post.link(ELI, LINK)
    assert new != link
    await visitor.get(new)
    await visitor.send(new, says("no", "Too few specialists, and too few beds."))
    *_, newest = await scene.all(ConsultationStatement)
    assert newest.answers["2"] == "Too few specialists, and too few beds."


async def test_the_form_of_a_link_stands_right_below_what_is_asked(post, scene, visitor):
    """On a telephone nobody scrolls past every other hospital's status to the box they are to write in."""
    await asked(scene)
    await post.deliver()
    link = post.link(ELI, LINK)
    await visitor.get(link)
    for given in (None, says("no") | {"answers.3.answer": "many"}):
        if given is not None:
            assert await visitor.send(link, given) == 422
        box = visitor.page.index('name="answers.1.answer"')
        assert visitor.page.index("Spesialistforskriften § 20.") < box
        assert visitor.page.index("</form>", box) < visitor.page.index("Fjord sykehus HF"), "what the mail showed"
        assert visitor.page.count("<h1") == 1
        assert visitor.page.index("<h1") < visitor.page.index("<h2")


async def test_a_link_states_nothing_for_another_hospital_than_that_of_whoever_got_it(post, scene, visitor):
    await asked(scene)
    await post.deliver()
    link = post.link(ELI, LINK)
    await visitor.get(link)
    await visitor.send(link, says("no") | {"request_id": str(await request_of(scene, "fjord"))})
    stated = {each.request_id for each in await scene.all(ConsultationStatement)}
    assert stated <= {await request_of(scene, "union")}


async def test_a_link_of_somebody_who_has_left_states_nothing(post, scene, visitor):
    await asked(scene)
    await post.deliver()
    link = post.link(ELI, LINK)
    async with scene.runtime.db.write() as db:
        await db.execute(update(Term).where(Term.person_id == await scene.person(ELI)).values(to_on=date(2026, 12, 31)))
    await visitor.get(link)
    assert await scene.all(ConsultationStatement) == []
    assert "Bør virksomheten godkjennes?" not in visitor.page


async def test_the_reply_reads_as_a_letter_from_the_council_to_whoever_asked(post, scene):
    about = await asked(scene)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    await scene.ok(RAGNHILD, "consultation.send", **about)
    await post.deliver()
    letter = post.postman.to(HDIR)
    assert letter["Subject"].startswith("Deres referanse 27/123-4: Svar på høringen «Godkjenning av Ås")
    said = post.text(HDIR)
    assert "Bruk lenkene" not in said and "færre e-poster" not in said, "there are none, and it is their answer"
    assert "Svar på denne e-posten blir ikke lest. Ta kontakt med sekretariatet." in said
    assert "Samordningsrådet" in said and "Rådet frarår godkjenning." in said
    assert f"Ragnhild Regut ({RAGNHILD})" in said
    for internal in ("Bør virksomheten godkjennes?", "Høringer", "Mottatt", "Svar ønskes innen", "Dette kan du gjøre"):
        assert internal not in said, internal
    assert "/link/" not in said


async def test_a_letter_says_once_by_when_a_comment_is_needed_beside_its_deadline(post, scene):
    about = await asked(scene)
    await scene.ok(ELI, "consultation.answer", **about, **says())
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    await post.deliver()
    said = post.text(ELI)
    assert said.startswith("Comments are due by Wednesday 10 March 2027 at 23:59.")
    assert said.count("Wednesday 10 March 2027") == 2
    assert said.index("– Comment:") < said.index("– Make a statement:")


async def test_the_subject_of_a_letter_to_whoever_is_recused_says_so(post, scene):
    await asked(scene)
    await post.deliver()
    (subject,) = [
        str(letter["Subject"]) for to, letter in post.postman.letters if to == [BJORN.replace("ås", "xn--s-1fa")]
    ]
    assert subject.startswith("Du er inhabil i høring 1/27 «Godkjenning av Ås")


async def test_the_question_that_nobody_worded_is_read_in_the_readers_language(post, scene, visitor):
    about = {"consultation_id": await registered(scene)}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await post.deliver()
    await visitor.get(post.link(ELI, LINK))
    for read in (visitor.page, post.text(ELI), await scene.words(ELI, "consultation.show", **about)):
        assert "Statement from the organisation" in read and "Uttalelse fra virksomheten" not in read
    assert "Uttalelse fra virksomheten" in await scene.words(RAGNHILD, "consultation.show", **about)
