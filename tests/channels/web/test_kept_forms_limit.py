"""How much of one person's typing is kept."""

from lisbot.channels.web.kept_forms import MAX_OF_ONE, KeptForm, KeptForms


async def test_one_persons_forms_do_not_push_out_anothers():
    kept, words = KeptForms(), {"background": "x" * (MAX_OF_ONE // 4)}
    bjorns = kept.keep(KeptForm(1, "proposal.submit", words, None))
    mine = [kept.keep(KeptForm(2, "proposal.submit", words, None)) for _ in range(40)]
    assert kept.find(bjorns, 1, "proposal.submit")
    assert [bool(kept.find(token, 2, "proposal.submit")) for token in mine] == [False] * 37 + [True] * 3
