"""What a browser would send for a form as the templates draw it."""

from html.parser import HTMLParser
from typing import Any

from django.template import Context, Template

from tests.schema.cases import SHOWN, VALUES


def rendered(tag: str, **context: Any) -> str:
    """The HTML of one of our tags, with a sample around it."""
    around = {"fields": VALUES, "shown": SHOWN, "answers": {"q": context.get("value")}}
    return Template("{% load annotator_text %}{% " + tag + " %}").render(Context({**around, **context}))


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if name and tag == "textarea":
            self.area, self.data[name] = name, [""]
        elif name and tag == "input" and ("checked" in given or given.get("type") == "number"):
            self.data.setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.data[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            # The line end after the tag is not part of the text; browsers send the others as CR LF.
            self.data[self.area] = [self.data[self.area][0].removeprefix("\n").replace("\n", "\r\n")]
            self.area = None


def filled_in(html: str) -> dict[str, list[str]]:
    """Names and values of what is chosen and written."""
    inputs = _Inputs()
    inputs.feed(html)
    return inputs.data
