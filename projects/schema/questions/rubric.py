"""``rubric``: several axes on one scale. Stored: ``{"axis": n}``; on candidates ``{"candidate": {"axis": n}}``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projects.schema import checks
from projects.schema.checks import Problems
from projects.schema.fields.candidates import ids
from projects.schema.questions.base import (
    MISSING,
    SUBJECTIVE,
    Axis,
    Context,
    Fields,
    Form,
    Observation,
    Question,
    QuestionType,
    Series,
    one,
    whole,
)
from projects.schema.questions.merging import middles
from projects.schema.questions.rating import check_point, points

MAX_AXES = 50


class Rubric(QuestionType):
    slug = "rubric"
    title = "Rubric"
    aggregation = "scores"
    kind = SUBJECTIVE
    coefficient = "alpha-ordinal"
    averages = True
    settings = frozenset({"scale", "axes"})
    takes_candidates = True

    def parse(self, document: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
        scale = checks.scale(document, path, problems)
        axes, taken = [], set[str]()
        for where, item in checks.objects(document.get("axes"), f"{path}.axes", problems, MAX_AXES):
            checks.known_keys(item, ("name", "title", "help", "anchors"), where, problems)
            name = checks.name(item, where, problems, taken)
            anchors = checks.anchors(item, scale, where, problems)
            title = checks.text(item, "title", where, problems) or name
            axes.append(Axis(name, title, checks.text(item, "help", where, problems), points(scale, anchors)))
        return {"scale": scale, "axes": tuple(axes)}

    def check(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not question.on_candidates:
            return self._check_axes(question, value, path, context)
        assert question.on is not None
        known = ids(context.fields.get(question.on.name, []))
        if not isinstance(value, dict):
            context.problems.add(path, "expected an object with the candidates")
            return value
        for key in value:
            if key not in known:
                context.problems.add(f"{path}.{str(key)[:64]}", "no such candidate")
        if not context.partial:
            for key in known:
                if key not in value:
                    context.problems.add(f"{path}.{key}", "rate this candidate too")
        return {key: self._check_axes(question, value[key], f"{path}.{key}", context) for key in known if key in value}

    def _check_axes(self, question: Question, value: Any, path: str, context: Context) -> Any:
        if not isinstance(value, dict):
            context.problems.add(path, "expected an object with the axes")
            return value
        names = {axis.name for axis in question.axes}
        for key in value:
            if key not in names:
                context.problems.add(f"{path}.{str(key)[:64]}", "no such axis")
        found = {}
        for axis in question.axes:
            if axis.name in value:
                found[axis.name] = value[axis.name]
                check_point(question.scale, value[axis.name], f"{path}.{axis.name}", context)
            elif not context.partial:
                context.problems.add(f"{path}.{axis.name}", f"rate “{axis.title}” too")
        return found

    def from_form(self, question: Question, data: Form, fields: Fields, shown: Mapping[str, Any]) -> Any:
        prefix = f"q.{question.name}"
        if not question.on_candidates:
            return self._axes_from_form(question, data, prefix) or MISSING
        assert question.on is not None
        rated = {
            key: self._axes_from_form(question, data, f"{prefix}.{key}")
            for key in ids(fields.get(question.on.name, []))
        }
        return {key: axes for key, axes in rated.items() if axes} or MISSING

    def _axes_from_form(self, question: Question, data: Form, prefix: str) -> dict[str, Any]:
        values = {axis.name: whole(one(data, f"{prefix}.{axis.name}")) for axis in question.axes}
        return {name: value for name, value in values.items() if value is not MISSING}

    def summary(self, question: Question, value: Any) -> str:
        if question.on_candidates:
            return "; ".join(f"{key}: {self._line(question, axes)}" for key, axes in value.items())
        return self._line(question, value)

    def _line(self, question: Question, axes: dict[str, int]) -> str:
        return ", ".join(f"{axis.title} {axes[axis.name]}" for axis in question.axes if axis.name in axes)

    def merge(self, question: Question, values: Sequence[Any]) -> Any:
        names = [axis.name for axis in question.axes]
        if not question.on_candidates:
            return middles(values, names)
        keys = dict.fromkeys(key for value in values for key in value)
        return {key: middles([value[key] for value in values if key in value], names) for key in keys}

    def series(self, question: Question) -> tuple[Series, ...]:
        values = tuple(range(question.scale[0], question.scale[1] + 1))
        return tuple(
            Series(
                f"{question.name}.{axis.name}",
                question.name,
                axis.title,
                question.coefficient,
                values,
                question.kind,
            )
            for axis in question.axes
        )

    def observations(self, question: Question, value: Any) -> Iterator[Observation]:
        for suffix, axes in value.items() if question.on_candidates else (("", value),):
            for axis, point in axes.items():
                yield Observation(f"{question.name}.{axis}", suffix, point)


RUBRIC = Rubric()
