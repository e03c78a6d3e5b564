"""What the sample pages say, as a hospital's people would have written it."""

from typing import Any


def execute(caption: str, verb: str, look: str = "default", /, **data: Any) -> dict[str, Any]:
    return {
        "type": "Action.Execute",
        "title": caption,
        "verb": verb,
        "style": look,
        "associatedInputs": "none",
        "data": data,
    }


def form(caption: str, command: str, look: str = "default", /, **args: Any) -> dict[str, Any]:
    return execute(caption, "ask", look, command=command, args=args)


MINE = {
    "title": "God morgen, Astrid",
    "subtitle": "Mandag 2. mars 2026",
    "lines": ["Tre ting venter på deg. Ingen av dem tar mer enn et par minutter."],
    "sections": [
        {
            "heading": "Venter på deg",
            "rows": [
                {
                    "title": "Meld inn saker til møtet 17. mars",
                    "text": "Samordningsrådet for LIS-utdanning. Fristen er torsdag 5. mars kl. 12.",
                    "note": "3 dager igjen",
                    "status": "attention",
                    "buttons": [
                        form("Foreslå sak", "note.write", "positive"),
                        execute("Ingen saker fra oss", "note.write", title="x", kind="advice"),
                    ],
                },
                {
                    "title": "Kommer du 17. mars?",
                    "text": "Møterom 4, Nordsykehuset, eller digitalt. Kl. 09.00–14.30.",
                    "note": "Svar innen 10. mars",
                    "status": "warning",
                    "href": "/meeting/3",
                    "buttons": [
                        execute("Kommer", "note.write", title="x", kind="advice"),
                        execute("Kommer digitalt", "note.write", title="x", kind="advice"),
                        form("Forfall og vara", "note.write"),
                    ],
                },
                {
                    "title": "Avstemning: felles simuleringsdager høsten 2026",
                    "text": "Rådet tilrår at sykehusene setter av to felles simuleringsdager for LIS1.",
                    "note": "Lukkes 6. mars kl. 15",
                    "status": "warning",
                    "buttons": [
                        execute("For", "note.write", title="x", kind="advice"),
                        execute("Mot", "note.write", title="x", kind="advice"),
                        execute("Avstår", "note.write", title="x", kind="advice"),
                    ],
                },
            ],
        },
        {
            "heading": "Sakene dine",
            "rows": [
                {
                    "title": "Rotasjon mellom Nord og universitetssykehuset",
                    "text": "Til drøfting, 30 minutter.",
                    "note": "Sendt 24. februar",
                    "buttons": [
                        form("Endre", "note.write"),
                        execute("Trekk", "note.write", "destructive", title="x", kind="advice"),
                    ],
                },
                {
                    "title": "Veilederkapasitet i del 2",
                    "text": "Tatt inn på saklista som sak 9/26.",
                    "note": "Godtatt",
                    "status": "good",
                    "href": "/meeting/3",
                },
            ],
        },
        {
            "heading": "Rådene dine",
            "rows": [
                {
                    "title": "Samordningsrådet for LIS-utdanning",
                    "text": "Representant for Nordsykehuset HF. Vara: Øystein Bø.",
                    "note": "Neste møte 17. mars",
                    "href": "/body/1",
                }
            ],
        },
    ],
}

OVERVIEW = {
    "title": "Rådene våre i 2026",
    "subtitle": "RegUt Eksempel",
    "lines": ["To ting haster, fem venter på andre."],
    "facts": [
        {"title": "Råd", "value": "14"},
        {"title": "Møter igjen i år", "value": "41"},
        {"title": "Åpne innmeldinger", "value": "3"},
        {"title": "Har ikke svart", "value": "11"},
    ],
    "sections": [
        {
            "heading": "Haster",
            "rows": [
                {
                    "title": "Innkallingen til FKM-rådet skal ut i dag",
                    "text": "Saklista har sju saker og er ikke publisert.",
                    "note": "I dag",
                    "status": "attention",
                    "href": "/meeting/3",
                },
                {
                    "title": "Referatet fra LIS1-rådet mangler",
                    "text": "Møtet var 10. februar; referatet skal ut innen 14 dager.",
                    "note": "6 dager over",
                    "status": "attention",
                    "href": "/meeting/3",
                },
            ],
        },
        {
            "heading": "Alle rådene",
            "table": {
                "columns": ["Råd", "Neste møte", "Innmelding", "Saker", "Svar", "Referat"],
                "rows": [
                    {
                        "cells": [
                            "Samordningsrådet",
                            "17. mars",
                            "Åpen til 5. mars",
                            "4",
                            "9 av 14",
                            "Godkjent",
                        ],
                        "href": "/body/1",
                        "status": "warning",
                    },
                    {
                        "cells": ["LIS1-rådet", "14. april", "Åpner 3. mars", "", "", "Mangler"],
                        "href": "/body/2",
                        "status": "attention",
                    },
                    {
                        "cells": ["FKM-rådet", "10. mars", "Lukket", "7", "12 av 12", "Til kommentar"],
                        "href": "/body/3",
                        "status": "attention",
                    },
                    {
                        "cells": [
                            "Rådet for anestesiologi",
                            "21. april",
                            "Åpner 10. mars",
                            "",
                            "",
                            "Godkjent",
                        ],
                        "href": "/body/4",
                        "status": "good",
                    },
                    {
                        "cells": ["Rådet for øre-nese-hals", "5. mai", "Åpner 24. mars", "", "", "Godkjent"],
                        "href": "/body/5",
                        "status": "good",
                    },
                ],
            },
            "buttons": [form("Legg årsplan", "note.write", "positive")],
        },
        {
            "heading": "Stille nå",
            "rows": [
                {
                    "title": "Vestre sykehus HF",
                    "text": "Har ikke svart på de tre siste innmeldingene.",
                    "note": "Samordningsrådet",
                    "status": "warning",
                }
            ],
        },
    ],
}

BODY = {
    "title": "Samordningsrådet for LIS-utdanning",
    "subtitle": "Samordningsråd · Eksempelregionen",
    "lines": ["Rådgivende. Mandatet er vedtatt av regionalt fagdirektørmøte 10. juni 2026."],
    "facts": [
        {"title": "Møter i året", "value": "4"},
        {"title": "Innmelding åpner", "value": "28 dager før"},
        {"title": "Frist for saker", "value": "12 dager før"},
        {"title": "Quorum", "value": "Ikke satt"},
    ],
    "sections": [
        {
            "heading": "Møtene i 2026",
            "rows": [
                {
                    "title": "Tirsdag 17. mars",
                    "text": "Nordsykehuset",
                    "note": "Innmelding åpen",
                    "href": "/meeting/3",
                },
                {"title": "Tirsdag 9. juni", "text": "Digitalt", "note": "Planlagt", "href": "/meeting/4"},
            ],
        },
        {
            "heading": "Register",
            "lines": ["14 plasser, én ledig."],
            "buttons": [form("Meld endring", "note.write")],
        },
    ],
}

MEETING = {
    "title": "Møte 17. mars 2026",
    "subtitle": "Samordningsrådet for LIS-utdanning",
    "lines": ["Møterom 4, Nordsykehuset HF, eller digitalt. Kl. 09.00–14.30."],
    "facts": [
        {"title": "Innkalling", "value": "Sendt 3. mars 2026"},
        {"title": "Kommer", "value": "9 av 14 plasser"},
        {"title": "Quorum", "value": "Ikke satt"},
        {"title": "Referat", "value": "Under arbeid"},
    ],
    "buttons": [
        form("Legg til sak", "note.write", "positive"),
        execute("Publiser saklista", "note.write", title="x", kind="advice"),
    ],
    "sections": [
        {
            "heading": "Sakliste",
            "rows": [
                {
                    "title": "1. Godkjenning av referat fra 9. desember 2025",
                    "note": "10 min",
                },
                {
                    "title": "9/26 Veilederkapasitet i del 2",
                    "text": "Til drøfting. Sykehusene bes legge fram hvor mange veiledere som mangler, og "
                    "hva de har prøvd. Forslag: rådet ber RegUt lage en felles oversikt til juni.",
                    "note": "40 min",
                    "status": "good",
                    "buttons": [form("Skriv utfall", "note.write"), form("Åpne avstemning", "note.write")],
                },
                {
                    "title": "10/26 Felles simuleringsdager høsten 2026",
                    "text": "Til tilråding. Rådet tilrår at sykehusene setter av to felles dager for LIS1.",
                    "note": "30 min",
                    "status": "warning",
                    "buttons": [form("Skriv utfall", "note.write")],
                },
                {"title": "Eventuelt", "note": "10 min"},
            ],
        },
        {
            "heading": "Svar",
            "table": {
                "columns": ["Plass", "Representant", "Svar", "Vara"],
                "rows": [
                    {"cells": ["Nordsykehuset, leder", "Astrid Lund", "Kommer", ""], "status": "good"},
                    {
                        "cells": ["Vestre sykehus, leder", "Nils Haga", "Forfall", "Ida Vik kommer"],
                        "status": "good",
                    },
                    {
                        "cells": ["Østre sykehus, overlege", "Per Moe", "Ikke svart", ""],
                        "status": "attention",
                    },
                ],
            },
        },
        {
            "heading": "Avstemninger",
            "rows": [
                {
                    "title": "Tilrår rådet to felles simuleringsdager?",
                    "text": "For 7 · Mot 1 · Avstår 1 · Ikke svart 3. Ingen regel er satt for flertall.",
                    "note": "Lukket 17. mars kl. 11.42",
                    "status": "good",
                }
            ],
        },
        {
            "heading": "Referat",
            "lines": ["Utkast, sist endret 17. mars kl. 13.10."],
            "buttons": [form("Skriv", "note.write")],
        },
    ],
}

MINUTES = {
    "title": "Referat fra møte 9. desember 2025",
    "subtitle": "Samordningsrådet for LIS-utdanning",
    "facts": [
        {"title": "Sted", "value": "Nordsykehuset HF, møterom 4"},
        {"title": "Tid", "value": "Kl. 09.00–14.30"},
        {"title": "Møteleder", "value": "Kari Solbakken, RegUt"},
        {"title": "Referent", "value": "Jon Myhre, RegUt"},
        {"title": "Godkjent", "value": "17. mars 2026"},
    ],
    "sections": [
        {
            "heading": "Til stede",
            "lines": [
                "Nordsykehuset HF: Astrid Lund, Øystein Bø",
                "Vestre sykehus HF: Ida Vik (vara for Nils Haga)",
                "Yngre legers forening: Mona Eide",
            ],
        },
        {
            "heading": "31/25 Læringsaktiviteter i akuttmottak",
            "lines": [
                "Rådet drøftet hvordan læringsaktivitetene i akuttmottak kan fordeles når mange er på vakt"
                " samtidig. Det ble pekt på at døgnbemanningen er ulik ved sykehusene.",
                "Tilråding: Sykehusene legger aktivitetene i tjenesteplanen fra høsten 2026.",
            ],
            "facts": [
                {"title": "Utfall", "value": "Tilråding"},
                {"title": "Faglig enighet", "value": "Enighet"},
                {"title": "Avstemning", "value": "For 11 · Mot 0 · Avstår 1"},
                {"title": "Oppfølging", "value": "Alle sykehus, innen 1. september 2026"},
            ],
        },
        {
            "heading": "32/25 Rotasjonsordning i indremedisin",
            "lines": ["Saken ble lagt fram til orientering."],
            "facts": [{"title": "Utfall", "value": "Tatt til orientering"}],
        },
    ],
}

REGISTER = {
    "title": "Hvem sitter i rådet",
    "subtitle": "Samordningsrådet for LIS-utdanning",
    "lines": ["Slik det er mandag 2. mars 2026."],
    "sections": [
        {
            "table": {
                "columns": ["Plass", "Representant", "Vara", "Fra"],
                "rows": [
                    {"cells": ["Nordsykehuset, leder", "Astrid Lund", "Øystein Bø", "1. januar 2026"]},
                    {"cells": ["Vestre sykehus, leder", "Nils Haga", "Ida Vik", "1. august 2025"]},
                    {"cells": ["Østre sykehus, overlege", "Ledig", "", ""], "status": "warning"},
                ],
            },
            "buttons": [form("Meld endring", "note.write", "positive")],
        }
    ],
}

OUTCOMES = {
    "title": "Utfall",
    "subtitle": "På tvers av rådene",
    "lines": ["2 treff"],
    "sections": [
        {
            "rows": [
                {
                    "title": "31/25 Læringsaktiviteter i akuttmottak",
                    "text": "Sykehusene legger aktivitetene i tjenesteplanen fra høsten 2026.",
                    "note": "Tilråding · Samordningsrådet · 9. desember 2025",
                    "href": "/meeting/2/minutes",
                },
                {
                    "title": "32/25 Rotasjonsordning i indremedisin",
                    "note": "Tatt til orientering · Samordningsrådet · 9. desember 2025",
                    "href": "/meeting/2/minutes",
                },
            ]
        }
    ],
}

YEAR = {
    "title": "Årsplan 2026",
    "subtitle": "Samordningsrådet for LIS-utdanning",
    "sections": [
        {
            "table": {
                "columns": ["Dato", "Sted", "Innmelding", "Frist", "Innkalling"],
                "rows": [
                    {
                        "cells": ["Tirsdag 17. mars", "Nordsykehuset", "17. februar", "5. mars", "3. mars"],
                        "href": "/meeting/3",
                    },
                    {
                        "cells": ["Tirsdag 9. juni", "Digitalt", "12. mai", "28. mai", "26. mai"],
                        "href": "/meeting/4",
                    },
                ],
            },
            "buttons": [form("Flytt", "note.write")],
        }
    ],
}

LOG = {
    "title": "Loggen er hel",
    "lines": ["1 204 linjer er lest, og ingen er endret, fjernet eller satt inn."],
    "facts": [
        {"title": "Siste linje", "value": "9f2b6c7e0a4d1f3358c1d8a9e27b4460f1c3a5b79d8e2f4a6b0c1d2e3f405162"}
    ],
}

SHEETS: dict[str, dict[str, Any]] = {
    "me.page": MINE,
    "overview.show": OVERVIEW,
    "body.show": BODY,
    "meeting.show": MEETING,
    "minutes.show": MINUTES,
    "register.show": REGISTER,
    "outcome.search": OUTCOMES,
    "year.show": YEAR,
    "log.verify": LOG,
}
