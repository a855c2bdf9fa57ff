"""``code``: a program or another formal text, shown as it stands and highlighted where its language is named."""

from typing import Any, Final

from projects.schema.fields.base import Field
from projects.schema.fields.text import Text

# Names that the highlighter knows too. A name is stored in documents and stays.
LANGUAGES: Final = {
    "bash": "Shell",
    "c": "C",
    "cpp": "C++",
    "csharp": "C#",
    "css": "CSS",
    "diff": "Diff",
    "elixir": "Elixir",
    "go": "Go",
    "haskell": "Haskell",
    "html": "HTML",
    "java": "Java",
    "javascript": "JavaScript",
    "json": "JSON",
    "kotlin": "Kotlin",
    "latex": "LaTeX",
    "lua": "Lua",
    "markdown": "Markdown",
    "php": "PHP",
    "python": "Python",
    "r": "R",
    "ruby": "Ruby",
    "rust": "Rust",
    "scala": "Scala",
    "sql": "SQL",
    "swift": "Swift",
    "toml": "TOML",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
}


class Code(Text):
    slug = "code"
    title = "Code"
    settings = frozenset({"language"})

    def example(self, field: Field) -> Any:
        return 'def tide(hour: int) -> str:\n    # Twice a day.\n    return "out" if hour % 12 < 6 else "in"\n'


CODE = Code()
