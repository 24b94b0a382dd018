"""One article of the knowledge base, as plain data, and the folders that articles live in."""

from datetime import date, timedelta
from typing import Any

import msgspec

__all__ = ["FOLDERS", "KIND_OF_FOLDER", "Article", "Meta"]

Meta = dict[str, Any]
"""Front matter, validated by kb.schema, or a part of it: plain data that JSON can hold."""

# The folder of each kind. The folder is the list: there is no registry.
FOLDERS = {
    "cause": "causes",
    "guide": "guides",
    "pattern": "patterns",
    "question": "questions",
    "scenario": "scenarios",
}
KIND_OF_FOLDER = {folder: kind for kind, folder in FOLDERS.items()}


class Article(msgspec.Struct, frozen=True):
    """An article: its validated front matter as JSON-able data (`meta`, defaults filled in) and its Markdown body.

    root: the content folder it came from; path: its file inside that folder. body_line: the line of the file
    on which the body begins.
    """

    kind: str
    id: str
    title: str
    summary: str
    services: list[str]
    keywords: list[str]
    meta: Meta
    body: str
    body_line: int
    root: str
    path: str

    @property
    def file(self) -> str:
        """The path to the file, for people."""
        return f"{self.root}/{self.path}"

    @property
    def look_again(self) -> list[str]:
        """What a reviewer looks at first: claims that were true on a day, and what nobody could check."""
        claims = [f"“{claim['claim']}” (true on {claim['on']})" for claim in self.meta["as_of"]]
        titles = [source["title"] for source in self.meta["sources"]]
        return [*claims, *(title for title in titles if title.startswith("unchecked: "))]

    @property
    def review_due(self) -> date:
        """The day by which it is to be reviewed again."""
        return date.fromisoformat(self.meta["reviewed_on"]) + timedelta(days=self.meta["review_in"])
