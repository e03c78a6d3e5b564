"""Texts that people type, and how they are read where they are shown."""

import random
import re
import string

# What people type that a client might take for Markdown, HTML, a mention, a template or a picture.
LINES = (
    *("Krav <LIS2> og <LIS3>", "> 70 år", ">= 70 år", "a &lt; b", "a & b &amp; c &#60; &nbsp;x", "&copy; &rarr; R&D"),
    *("<http://evil.example>", "<kari@example.no>", "<at>everyone</at>", "< AT >x</ at>", "<script>alert(1)</script>"),
    *("<b>fet</b>", "<!-- kommentar -->", "<?php x ?>", "<![CDATA[x]]>", "a <br> b<br/>c", "&lt;b&gt;x&lt;/b&gt;"),
    *("**fet** og _kursiv_", "***", "___", "*", "_", "`kode` ~gammelt~ ~~x~~", "C:\\sti\\*", "\\*ikke fet\\*", "a\\"),
    *("[klikk](https://evil.example)", "![bilde](https://x.example/a.png)", "[ref]: https://x.example", "Avtale[^1]"),
    *(
        "- punkt",
        "* punkt",
        "+ punkt",
        "+",
        "-",
        "–",
        "1.",
        "1. a",
        "7. mars",
        "10. februar 2027",
        "1986. Et år",
        "1) a",
    ),
    *("- [ ] gjøremål", "# tittel", "###### tittel ##", "#", "---", "===", "= = =", "- - -", "-----", "=", "| a | b |"),
    *("{{DATE(2026-03-02T09:00:00Z)}}", "{{{TIME(2026-03-02T09:00:00Z)}}}", "${title}", "{.klasse}", "x {#id .klasse}"),
    *(
        ":smile: (c) (tm) -- ...",
        "🙂 👩‍⚕️ 🇳🇴",
        "$x^2$ H~2~O ==merk==",
        "12/26 – 3 < 4 {ok}",
        "«sitat» \"sitat\" 'sitat'",
    ),
    *("https://example.no/a_b_c?x=1&y=2", "kari_nordmann@example.no", "www.example.no", "æøå ÆØÅ é"),
)
PROSE = (
    *("Først\n1) så\n\n\nsist", "a\n\nb", "a\\\nb", "Linje\r\nto\rtre", "a  \nb", "~~~\nkode\n~~~", "```\nkode\n```"),
    *(
        "    innrykk",
        "  - innrykk",
        "Linje\n    innrykk",
        "\tinnrykk",
        "a\tb\t\tc",
        "to  mellomrom   tre",
        " før og etter ",
    ),
    *("Tittel\n===", "Tittel\n---", "a\n-\nb", "- a\n- b\n  - c", "1. a\n2. b", "> a\n> b", "A: b\n: def", "# a\nb"),
    *("| a | b |\n|---|---|\n| 1 | 2 |", "<div>\na\n</div>", "<!--\na\n-->", "[a]: http://x.example\n[a]", "*a\nb*"),
)
MARKS = tuple(
    shape.format(mark)
    for mark in string.punctuation
    for shape in (
        "{0}",
        "{0} ord",
        "{0}ord",
        "{0}{0}{0}",
        "ord {0}ord{0} ord",
        "ord{0}ord{0}ord",
        "ord\n{0}{0}{0}\nord",
    )
)
SCRAPS = (*"\\*_[]`~<>&{}()#+-=.!|:;1 \n", "a", "å", " ", "\n", "http://x.example", "&lt;", "<b>", "</b>", "{{", "1. ")
MIXED = tuple("x" + "".join(random.Random(seed).choices(SCRAPS, k=14)) for seed in range(250))


def drawn(shown: str) -> str:
    """Words as they are read: a space that does not break is a space, and one of no width is not seen."""
    return shown.replace("\u200b", "").replace("\xa0", " ").rstrip()


def lines_of(typed: str) -> list[str]:
    """The lines of a text as they should stand. A tab is as wide as four spaces."""
    return [line.replace("\t", " " * 4).rstrip() for line in re.split(r"\r\n|\r|\n", typed.rstrip())]
