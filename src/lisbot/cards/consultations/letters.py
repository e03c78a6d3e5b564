"""A consultation as whoever asks from outside reads it: a letter from the councils, without how it came about."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, joined, section, sheet
from lisbot.council.consultations.views import ConsultationContact, ConsultationView
from lisbot.council.enums import ConsultationState as S
from lisbot.texts import format_list


def to_asker(view: ConsultationView, viewer: Viewer) -> Sheet:
    """Returns the reply with the asker's own reference, from whom it is and whom to ask; before it is sent what they
    asked and by when. No button: what there is to do in lisbot needs a part in it."""
    t = viewer.t
    bodies = format_list(viewer.lang, [each.body.name for each in view.bodies])
    is_sent = view.state is S.SENT
    return sheet(
        joined(t("card.consultation_letter.title"), view.title, by=": ") if is_sent else view.title,
        subtitle=bodies,
        lines=[before_reply(view, viewer, bodies)],
        facts=[
            (t("card.consultation_letter.to"), view.asker),
            (t("card.consultation_letter.their_reference"), view.reference),
            (t("card.consultation_letter.our_reference"), t("card.consultation.numbered", number=view.number)),
            (t("arg.applicant_id"), view.applicant),
            (
                t("card.consultation_letter.approved"),
                t("card.consultation_letter.approved_by", at=view.replied_at, name=view.replied_by) if is_sent else "",
            ),
        ],
        sections=[
            section(t("card.consultation.reply"), lines=[view.reply]),
            section(t("arg.background"), lines=[view.background]) if not is_sent else None,
            section(t("card.consultation_letter.contact"), lines=[asking(view.contact, viewer)])
            if view.contact
            else None,
        ],
        opens=Opens("consultation.show", {"consultation_id": view.id}),
    )


def before_reply(view: ConsultationView, viewer: Viewer, bodies: str) -> str:
    match view.state:
        case S.SENT:
            return ""
        case S.WITHDRAWN:
            return viewer.t("card.consultation_letter.withdrawn")
    return viewer.t("card.consultation_letter.treated", bodies=bodies, day=view.answer_by)


def asking(contact: ConsultationContact, viewer: Viewer) -> str:
    who = f"{contact.name} ({contact.email})" if contact.email else contact.name
    return viewer.t("card.consultation_letter.ask", who=who, secretariat=contact.secretariat)
