"""What a datasheet asks that nothing here can measure: only people know it.

A name is stored with its answer and never changes. What nobody answered is said to be unanswered in every document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["CHAPTERS", "QUESTIONS", "UNANSWERED", "Chapter", "Question", "answer", "answered"]

UNANSWERED = "Not answered by the owner when this version was built."


@dataclass(frozen=True, slots=True)
class Question:
    """`asks` says what belongs in the answer."""

    name: str
    title: str
    asks: str


@dataclass(frozen=True, slots=True)
class Chapter:
    slug: str
    title: str
    questions: Sequence[Question]


CHAPTERS: Sequence[Chapter] = (
    Chapter(
        "motivation",
        "Motivation",
        (
            Question("motivation", "Why was it made?", "The purpose, and the gap that it was meant to fill."),
            Question(
                "funding", "Who made it, and who paid for it?", "The people or organisation behind it; grants, clients."
            ),
        ),
    ),
    Chapter(
        "collection",
        "Collection",
        (
            Question(
                "collection",
                "Where do the samples come from, and how were they chosen?",
                "Commissioned, submitted, found or generated; what was looked for, and what was passed over.",
            ),
            Question(
                "creators",
                "How were creators found, and how were they paid?",
                "How they were asked, what they agreed to, what they received for it.",
            ),
            Question(
                "preprocessing",
                "What was done to the samples before anybody judged them?",
                "Cleaning, translation, shortening, removal of names. Nothing is an answer too.",
            ),
            Question(
                "rights",
                "How were reservations of rights respected, and illegal content kept out?",
                "Opt-outs from text and data mining, requests to be left out, what was searched for and removed.",
            ),
        ),
    ),
    Chapter(
        "people",
        "People",
        (
            Question(
                "annotators",
                "How were annotators found, trained and paid?",
                "Where they were recruited, what they practised on, what an hour or a sample was paid.",
            ),
            Question(
                "demographics",
                "Who are the annotators?",
                "As groups, never as persons: experts or readers, languages, regions, ages, where they said so.",
            ),
        ),
    ),
    Chapter(
        "cautions",
        "Cautions",
        (
            Question(
                "sensitive",
                "Do samples hold personal or sensitive information?",
                "Of whom, why it is there, and what protects them.",
            ),
            Question(
                "biases",
                "Which biases are known?",
                "Groups, languages, styles or views that are over- or under-represented, or judged differently.",
            ),
            Question(
                "limitations", "What can't it tell?", "Where its judgements end: too few people, one genre, noise."
            ),
        ),
    ),
    Chapter(
        "uses",
        "Uses",
        (
            Question("uses", "What is it recommended for?", "Training, evaluation, research: on which questions."),
            Question("misuses", "What should it not be used for?", "Uses that would mislead or harm, and why."),
            Question(
                "impact",
                "What may it change for people?",
                "For creators, readers and those written about; good and bad.",
            ),
        ),
    ),
    Chapter(
        "maintenance",
        "Maintenance",
        (
            Question(
                "maintenance",
                "Who looks after it, and how?",
                "How often there are new versions, how long old ones stay, how a sample is withdrawn.",
            ),
            Question("contact", "Whom does one write to?", "An address that is read, for questions and requests."),
        ),
    ),
)
QUESTIONS: Mapping[str, Question] = {question.name: question for chapter in CHAPTERS for question in chapter.questions}


def answer(prose: Mapping[str, str], name: str) -> str:
    """What the owner wrote, or the sentence that says that they didn't."""
    return prose.get(QUESTIONS[name].name, "").strip() or UNANSWERED


def answered(prose: Mapping[str, str]) -> int:
    """How many questions have an answer."""
    return sum(1 for name in QUESTIONS if prose.get(name, "").strip())
