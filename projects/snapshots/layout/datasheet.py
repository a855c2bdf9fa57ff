"""The datasheet: its chapters with what was measured, then what the owner wrote.

Figures are of this version. What nobody answered is said to be unanswered rather than left out, so that a reader knows
what wasn't told.
"""

from collections.abc import Iterator, Mapping, Sequence

from projects.snapshots.layout.licences import licence_name, licence_url
from projects.snapshots.layout.markdown import counts, inline, table
from projects.snapshots.layout.prose import CHAPTERS, QUESTIONS, answer, answered
from projects.snapshots.layout.spec import AgreementFigure, SnapshotSpec
from projects.snapshots.layout.survey import Quartiles, Survey, Values
from projects.snapshots.layout.tally import NOT_STATED, Tally

__all__ = ["sections"]

_MOST_VALUES = 12  # of a series, before "others"
_QUARTILES = ("least", "lower quartile", "median", "upper quartile", "largest")


def sections(spec: SnapshotSpec, tally: Tally, survey: Survey) -> Iterator[str]:
    yield "# Datasheet\n"
    told = f"{answered(spec.prose)} of {len(QUESTIONS)}"
    yield f"Figures are measured on this version. The owner answered {told} questions.\n"
    yield from _prose(spec, "motivation")
    yield "## Composition\n"
    yield from _composition(tally, survey)
    yield "## Collection\n"
    yield from _collection(spec, tally, survey)
    yield from _prose(spec, "collection", heading=False)
    yield "## People\n"
    yield from _people(tally, survey)
    yield from _prose(spec, "people", heading=False)
    yield "## Agreement\n"
    yield from _agreement(spec.agreement)
    yield "## Coverage\n"
    yield from _coverage(tally, survey)
    yield "## Licences\n"
    yield from _licences(spec, tally)
    yield "## Consent\n"
    yield (
        f"{survey.consented:,} of {tally.samples:,} samples rest on {len(tally.consents):,} consents in force, which\n"
        f"[licences.json](licences.json) lists; {tally.samples - survey.consented:,} name none. "
        f"{len(spec.tombstones):,} samples of earlier versions were withdrawn\nand are in none since.\n"
    )
    yield "## Left out\n"
    yield counts("reason", spec.left_out) if spec.left_out else "Nothing was left out.\n"
    yield "## Known biases and limitations\n"
    yield from _prose(spec, "cautions", heading=False)
    yield from _prose(spec, "uses")
    yield from _prose(spec, "maintenance")


def _prose(spec: SnapshotSpec, slug: str, *, heading: bool = True) -> Iterator[str]:
    chapter = next(each for each in CHAPTERS if each.slug == slug)
    if heading:
        yield f"## {chapter.title}\n"
    for question in chapter.questions:
        yield f"### {question.title}\n"
        yield f"{answer(spec.prose, question.name)}\n"


def _composition(tally: Tally, survey: Survey) -> Iterator[str]:
    yield counts("origin", tally.origins)
    if tally.models:
        yield counts("model", tally.models)
    yield counts("language", tally.languages)
    yield counts("decision", tally.decisions)
    yield counts("decided by", tally.decision_origins)
    if survey.lengths:
        yield "Lengths in characters:\n"
        yield table(
            ["field", "texts", *_QUARTILES],
            [[f"`{each.field}`", f"{each.characters.count:,}", *_numbers(each.characters)] for each in survey.lengths],
        )
    yield f"{survey.sourced:,} of {tally.samples:,} samples say where they were found (`source`).\n"


def _collection(spec: SnapshotSpec, tally: Tally, survey: Survey) -> Iterator[str]:
    rows = [
        ["samples came in", _period(spec.imported)],
        ["annotations came in", _period(spec.annotated)],
        ["last decision", spec.published.isoformat()],
    ]
    yield table(["", ""], rows)
    yield "What was annotated elsewhere and imported came in on the day of its import.\n"
    given = survey.interfaces or {}
    versions = sorted(tally.interfaces.keys() | given.keys())
    yield table(
        ["interface version", "samples decided under it", "annotations given under it"],
        [[str(version), f"{tally.interfaces[version]:,}", f"{given.get(version, 0):,}"] for version in versions],
    )
    yield "### Guidelines given to annotators\n"
    yield f"{spec.guidelines.strip()}\n" if spec.guidelines.strip() else "There were none.\n"


def _period(found: object) -> str:
    return str(found) if found is not None else "not known"


def _people(tally: Tally, survey: Survey) -> Iterator[str]:
    told = {
        "annotators": len(tally.annotators),
        "annotations": tally.responses,
        "reviewers who decided": survey.reviewers,
    }
    yield table(["", ""], [[what, f"{number:,}"] for what, number in told.items()])
    yield "Tables name people by pseudonyms only.\n"
    rows = []
    if survey.annotations:
        rows.append(["annotations of a person", f"{survey.annotations.count:,}", *_numbers(survey.annotations)])
    if survey.milliseconds:
        seconds = [f"{value / 1000:,.1f}" for value in _five(survey.milliseconds)]
        rows.append(["seconds for a sample", f"{survey.milliseconds.count:,}", *seconds])
    if rows:
        yield table(["", "of", *_QUARTILES], rows)
    timed = survey.milliseconds
    if timed:
        yield f"Measured working time: {timed.total / 3_600_000:,.1f} hours in {timed.count:,} annotations.\n"
    else:
        yield "Working time was not measured.\n"
    yield counts("annotations of a sample", {str(number): count for number, count in tally.annotations.items()})


def _five(found: Quartiles) -> tuple[int, ...]:
    return found.least, found.lower, found.median, found.upper, found.largest


def _numbers(found: Quartiles) -> list[str]:
    return [f"{number:,}" for number in _five(found)]


def _agreement(figures: Sequence[AgreementFigure]) -> Iterator[str]:
    if not figures:
        yield "Not measured.\n"
        return
    yield table(
        ["series", "coefficient", "value", "interval", "samples", "people", "answers"],
        [
            [
                inline(figure.title),
                inline(figure.coefficient),
                f"{figure.value:.4f}" if figure.value is not None else f"undefined: {inline(figure.reason)}",
                f"{figure.low:.4f} to {figure.high:.4f}" if figure.low is not None and figure.high is not None else "",
                f"{figure.units:,}",
                f"{figure.raters:,}",
                f"{figure.answers:,}",
            ]
            for figure in figures
        ],
    )
    yield (
        "Over all annotations of the project, as last computed before this version was built. Intervals are of 95 %,\n"
        "from resampling samples. Disagreement on subjective questions is information, not an error.\n"
    )


def _coverage(tally: Tally, survey: Survey) -> Iterator[str]:
    if survey.values:
        yield "Final answers, plural decisions left aside:\n"
        yield table(["series", "answers", "values and their shares"], [_values(each) for each in survey.values])
    named = sum(survey.creators)
    if named:
        tenth = -(-len(survey.creators) // 10)
        yield (
            f"{len(survey.creators):,} creators are named for {named:,} of {tally.samples:,} samples. The one with\n"
            f"the most made {_share(survey.creators[0], named)} of these, the {tenth:,} with the most (a tenth) "
            f"{_share(sum(survey.creators[:tenth]), named)}.\n"
        )
    else:
        yield "No creator is named.\n"
    stated = {name: count for name, count in tally.languages.items() if name != NOT_STATED}
    if stated:
        name, count = min(stated.items(), key=lambda item: (-item[1], item[0]))
        yield (
            f"{len(stated):,} languages are stated; the most frequent, {inline(name)}, has "
            f"{_share(count, tally.samples)} of the samples.\n"
        )
    else:
        yield "No sample states its language.\n"


def _values(found: Values) -> list[str]:
    shown = [f"{inline(value)}: {_share(count, found.answers)}" for value, count in found.counts[:_MOST_VALUES]]
    if others := found.counts[_MOST_VALUES:]:
        shown.append(f"{len(others):,} others: {_share(sum(count for _, count in others), found.answers)}")
    return [inline(found.series), f"{found.answers:,}", ", ".join(shown) or "no final answer"]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0 %"


def _licences(spec: SnapshotSpec, tally: Tally) -> Iterator[str]:
    yield table(
        ["licence", "samples"], [[_linked(spdx, spec), f"{count:,}"] for spdx, count in _by_count(tally.licences)]
    )
    yield (
        "Each row of `gold` names its licence. Creators are credited in [CREDITS.md](CREDITS.md); every licence and\n"
        "consent in force is in [licences.json](licences.json).\n"
    )


def _linked(spdx: str, spec: SnapshotSpec) -> str:
    name, url = inline(licence_name(spdx, spec.licences)), licence_url(spdx, spec.licences)
    return f"[{name}](<{url}>)" if url.startswith("https://") and not set(url) & set("<> \n") else name


def _by_count(found: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
