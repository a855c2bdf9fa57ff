"""What is wrong with a document, precisely enough to mend it."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that does not fit: where (``questions[2].scale``, ``answers.depth.empathy``) and why."""

    path: str
    reason: str


class SchemaError(ValueError):
    """A document, a sample's fields or answers do not fit; ``problems`` lists every one that was found."""

    def __init__(self, problems: "list[Problem] | tuple[Problem, ...]") -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.problems))
