"""One person: their own settings, and what the secretariat sees of them."""

from lisbot.cards.register.terms import period, rank_name
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, section, sheet
from lisbot.council.register.views.people import AccountView, LinkedAccount, PersonRecordView, PersonView
from lisbot.texts import format_day, format_list


def person(_view: PersonView, viewer: Viewer) -> Sheet:
    return sheet(viewer.t("card.person.language_changed"), opens=Opens("worklist.show", {}))


def person_record(view: PersonRecordView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        view.name,
        subtitle=view.email or t("card.register.no_email"),
        facts=[
            (t("card.person_record.addresses"), format_list(viewer.lang, view.addresses)),
            (t("card.person_record.organisation"), workplace(view, viewer)),
            (t("arg.language"), viewer.say(view.lang)),
            (t("card.person_record.former_names"), format_list(viewer.lang, view.former_names)),
        ],
        sections=[
            section(
                t("card.person_record.seats"),
                rows=[
                    Row(
                        term.seat,
                        f"{rank_name(term.rank, viewer)}, {period(term.from_on, term.to_on, viewer)}",
                        term.body.name,
                        opens=Opens("register.show", {"body_id": term.body.id}),
                    )
                    for term in view.terms
                ],
            ),
            section(
                t("card.person_record.accounts"),
                lines=() if view.accounts else [t("card.person_record.no_account")],
                rows=[account_row(account, viewer) for account in view.accounts],
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("person.show", {"person_id": view.id}),
        up=Opens("register.show", {"body_id": view.terms[-1].body.id}) if view.terms else None,
    )


def workplace(view: PersonRecordView, viewer: Viewer) -> str:
    """Returns where somebody works, and that they have left it: they may hold a seat all the same."""
    if view.left_on is None:
        return view.organisation
    return viewer.t("card.person_record.left", name=view.organisation or "–", day=format_day(viewer.lang, view.left_on))


def account_row(account: LinkedAccount, viewer: Viewer) -> Row:
    key = "linked" if account.unlinked_at is None else "unlinked"
    since = viewer.t(f"card.person_record.{key}", at=account.unlinked_at or account.linked_at)
    return Row(viewer.t(f"platform.{account.platform}"), since, quiet=actions(viewer, account.actions))


def account(_view: AccountView, viewer: Viewer) -> Sheet:
    return sheet(viewer.t("card.menu.title"))
