"""A meeting of directors outside lisbot has a mail and its links, and nothing else."""

from builders import RAGNHILD
from council.referrals.test_referrals import DIRECTORS, sent, ticked
from lisbot.council.models import AgendaItem, OutsideParty, Referral, ReferralAnswer


async def test_a_case_is_read_and_answered_by_the_mailed_link_alone(post, scene, visitor):
    referral_id = await sent(scene, wording="Én avtale.")
    await post.deliver()
    letter = post.text(DIRECTORS)
    assert "Svar ønskes innen mandag 3. mai 2027" in letter
    for said in ("Felles rotasjon", "Én avtale.", "for viktig til å vente"):
        assert said in letter
    link = post.link(DIRECTORS, "Svar")
    scene.at(2027, 4, 9, 9)  # a link without a deadline would be over
    assert await visitor.get(link) == 200
    assert "Dagny Direktør" in visitor.page
    await visitor.send(link, {"answer": "Møtet ber om én avtale.", "answer_kind": "answer"})
    assert visitor.status == 200, visitor.page
    answer = await scene.one(ReferralAnswer)
    assert (answer.text, answer.by_name) == ("Møtet ber om én avtale.", "Dagny Direktør")
    await ticked(scene)
    answer = await scene.one(ReferralAnswer)
    item = await scene.one(AgendaItem, id=answer.home_item_id)
    assert "«Møtet ber om én avtale.»" in item.background
    for path in ("/me", f"/show/referral.show?referral_id={referral_id}"):
        assert await visitor.get(path) == 200 and visitor.url.path == "/signin"


async def test_the_link_answers_nothing_once_the_case_is_withdrawn(post, scene, visitor):
    referral_id = await sent(scene)
    await post.deliver()
    link = post.link(DIRECTORS, "Svar")
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=referral_id, reason="Løst i rådet")
    await visitor.get(link)
    assert "Send svaret" not in [button.words for button in visitor.buttons]
    assert (await scene.one(Referral)).state == "withdrawn"
    assert await scene.all(ReferralAnswer) == []


async def test_the_page_that_is_answered_on_shows_what_was_sent_before_it_is_answered(post, scene, visitor):
    await sent(scene, wording="Én avtale.", links="https://fjord.example/notat")
    await post.deliver()
    link = post.link(DIRECTORS, "Svar")
    await visitor.get(link)
    assert "Send svaret" in [button.words for button in visitor.buttons]
    for said in ("Felles rotasjon", "Én avtale.", "for viktig til å vente", "https://fjord.example/notat"):
        assert said in visitor.page
    assert visitor.page.count("<h1") == 1
    assert "Hva dere svarer" in visitor.page
    await visitor.send(link, {"answer": "", "answer_kind": "answer"})  # refused: it is all still there
    assert visitor.status == 422 and "Én avtale." in visitor.page and "Send svaret" in visitor.page


async def test_a_link_that_is_used_again_shows_what_was_answered_and_by_whom(post, scene, visitor):
    await sent(scene)
    await post.deliver()
    link = post.link(DIRECTORS, "Svar")
    await visitor.get(link)
    await visitor.send(link, {"answer": "Møtet ber om én avtale.", "answer_kind": "answer"})
    await visitor.get(link)
    assert visitor.status == 410
    for said in ("Denne lenken er brukt", "Møtet ber om én avtale.", "Dagny Direktør"):
        assert said in visitor.page
    party = await scene.one(OutsideParty)
    given = {"name": party.name, "org_kind": "rhf", "email": "ny@rhf.example", "contact": "Nils Ny"}
    await scene.ok(RAGNHILD, "outside_party.edit", party_id=party.id, **given)
    await visitor.get(link)  # what is now another's is shown to nobody at the former address
    assert visitor.status == 410 and "én avtale" not in visitor.page
