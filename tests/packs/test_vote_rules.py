"""A council's rules for ties and for secret votes, as a pack says them."""

import pytest
from pydantic import ValidationError

from lisbot.council.enums import Majority, TieRule
from lisbot.packs.schema import BodyEntry

BODY = {
    "key": "rad",
    "secretariat": "regut",
    "name": "Rådet",
    "kind": "råd",
    "region": "Sør",
    "authority": "advisory",
}


def test_none_is_set_unless_the_pack_sets_it():
    body = BodyEntry.model_validate(BODY)
    assert (body.tie_rule, body.secret_minimum, body.majority) == (None, None, None)


def test_they_are_read():
    body = BodyEntry.model_validate(BODY | {"tie_rule": "chair", "secret_minimum": "4", "majority": "more_than_half"})
    assert (body.tie_rule, body.secret_minimum, body.majority) == (TieRule.CHAIR, 4, Majority.MORE_THAN_HALF)


@pytest.mark.parametrize("wrong", [{"tie_rule": "lot"}, {"secret_minimum": 1}, {"secret_minimum": 0}])
def test_what_would_give_an_answer_away_or_is_no_rule_is_refused(wrong):
    with pytest.raises(ValidationError):
        BodyEntry.model_validate(BODY | wrong)
