"""What may be said of a breakdown. The rules never overstate:

- a category is called the largest only if it is larger than every other shown one and than all hidden ones
  together, any of which could be as large as their sum;
- «not stated» is no category: if it is larger than every category, nothing is called the largest;
- no share on a base under ``SMALL_BASE``;
- a rank is given to further categories under the same condition as to the first;
- nothing is compared with another month: that is the business of ``comparisons``.
"""

from movilidad.reports import numbers
from movilidad.reports.breakdown import Breakdown, Part
from movilidad.reports.text import listed
from movilidad.reports.wording import SectionWords, say, say_count
from movilidad.statistics.comparisons import SMALL_BASE, share_decimals

_FOLLOWERS = 3


def largest(breakdown: Breakdown) -> Part | None:
    """The category that is certainly the largest, or None."""
    ranked = _shown(breakdown)
    if not ranked or breakdown.whole is None:
        return None
    first = _count(ranked[0], breakdown)
    rivals = [_count(part, breakdown) for part in ranked[1:2]]
    rivals += [breakdown.protected_sum, breakdown.unknown or 0]  # a hidden «not stated» is in the sum
    return ranked[0] if all(first > rival for rival in rivals) else None


def heading(breakdown: Breakdown, words: SectionWords) -> str:
    """The finding of a breakdown, or a heading that claims nothing."""
    part = _spoken_of(breakdown, words)
    template = words.fija or words.mayor
    return _filled(template, breakdown, part, words) if part and template else words.neutral


def main_point(breakdown: Breakdown, words: SectionWords) -> str | None:
    """The breakdown's main point, or None where nothing certain can be said."""
    part = _spoken_of(breakdown, words)
    return _filled(words.punto, breakdown, part, words) if part and words.punto else None


def sentences(breakdown: Breakdown, words: SectionWords) -> list[str]:
    """What the heading leaves out: who follows, what is protected, of whom nothing is known."""
    whole = breakdown.whole
    if whole is None:
        return [say("nada_se_muestra")]
    found = [_others(breakdown, words), _protected(breakdown), _not_stated(breakdown, whole)]
    return [text for text in found if text]


def share_of(value: int | None, whole: int | None) -> str | None:
    """The percentage of ``value``, with one decimal from a thousand on; None on a base too small for shares."""
    if value is None or whole is None or whole < SMALL_BASE:
        return None
    return numbers.share(value, whole, share_decimals(whole))


def people(count: int) -> str:
    """``1 persona``, ``1,234 personas``."""
    return say_count("personas", count)


def _spoken_of(breakdown: Breakdown, words: SectionWords) -> Part | None:
    if not words.fija:
        return largest(breakdown)
    part = breakdown.part(words.codigo)
    return part if part and part.value(breakdown.medida) and breakdown.whole else None


def _filled(template: str, breakdown: Breakdown, part: Part, words: SectionWords) -> str:
    value, whole = _count(part, breakdown), breakdown.whole or 0
    share = numbers.share(value, whole) if whole >= SMALL_BASE else None
    return template.format(
        categoria=words.short(part.codigo, part.etiqueta),
        n=numbers.number(value),
        total=numbers.number(whole),
        pct=f" ({share})" if share else "",
    )


def _shown(breakdown: Breakdown) -> list[Part]:
    """Categories with a shown figure above zero, largest first."""
    parts = [part for part in breakdown.categories if part.value(breakdown.medida)]
    return sorted(parts, key=lambda part: -_count(part, breakdown))


def _count(part: Part, breakdown: Breakdown) -> int:
    return part.value(breakdown.medida) or 0


def _others(breakdown: Breakdown, words: SectionWords) -> str:
    """The categories after the one that the heading speaks of."""
    first = _spoken_of(breakdown, words)
    others = [part for part in _shown(breakdown) if part is not first][:_FOLLOWERS]
    if not others:
        return ""
    if words.fija:
        return f"{'; '.join(_counted(part, breakdown) for part in others)}."
    named = _named(others, breakdown, words)
    if first is None:
        return say("entre_las_mostradas", partes=named)
    if all(_count(part, breakdown) > breakdown.protected_sum for part in others):
        return say_count("le_siguen", len(others), partes=named)
    return say_count("tambien_se_muestran", len(others), partes=named)


def _counted(part: Part, breakdown: Breakdown) -> str:
    share = share_of(part.value(breakdown.medida), breakdown.whole)
    return f"{part.etiqueta}: {numbers.number(_count(part, breakdown))}{f' ({share})' if share else ''}"


def _named(parts: list[Part], breakdown: Breakdown, words: SectionWords) -> str:
    labels = [words.short(part.codigo, part.etiqueta) for part in parts]
    if any("," in label or say("y") in label for label in labels):
        labels = [say("entre_comillas", texto=label) for label in labels]
    counts = [numbers.number(_count(part, breakdown)) for part in parts]
    return listed([f"{label} ({count})" for label, count in zip(labels, counts, strict=True)])


def _protected(breakdown: Breakdown) -> str:
    together = breakdown.protected_sum
    if not together:
        return ""
    hidden = [
        part for part in breakdown.partes if part.tipo in ("categoria", "nd") and _is_hidden(part, breakdown)
    ]
    if not hidden:
        return say("desglose_no_se_muestra", personas=people(together))
    return say("protegidas_suman", personas=people(together))


def _is_hidden(part: Part, breakdown: Breakdown) -> bool:
    return part.value(breakdown.medida) is None


def _not_stated(breakdown: Breakdown, whole: int) -> str:
    unknown = breakdown.unknown
    if not unknown:
        return ""
    share = share_of(unknown, whole)
    note = say("no_se_conoce", personas=f"{people(unknown)}{f' ({share})' if share else ''}")
    caution = whole >= SMALL_BASE and unknown * 10 > whole
    return f"{note} {say('con_cautela')}" if caution else note
