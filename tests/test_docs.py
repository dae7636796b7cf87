"""Pages of docs: what comments refer to is there, links lead somewhere, queries are those that run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.paths import ROOT
from sandbox.demo.queries import QUERIES

PAGES = {"amocrm": "amocrm.md", "smart-data-hub": "smart_data_hub.md"}
OURS = ("dags", "include", "plugins", "sandbox", "sql", "tests")
REFERENCE = re.compile(r"\b(amocrm|smart-data-hub) (\d+(?:\.\d+)?)(?![\d.]*\d)(?: (A\d+))?")
LINK = re.compile(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)")
MARKDOWN = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def references() -> Iterator[tuple[str, str, str | None]]:
    """Give each page, section and answer that a comment, docstring or header names."""
    for folder in OURS:
        for path in [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.sql")]:
            for page, section, answer in REFERENCE.findall(path.read_text(encoding="utf-8")):
                yield page, section, answer or None


def sections(page: str) -> set[str]:
    """Give the numbers of a page's sections, of rows and of points of lists in them."""
    found: set[str] = set()
    chapter = ""
    for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"## (\d+)\. ", line):
            chapter = match[1]
            found.add(chapter)
        elif match := re.match(r"(\d+)\. ", line):
            found.add(f"{chapter}.{match[1]}")
        elif match := re.match(r"\| (\d+\.\d+) ", line):
            found.add(match[1])
    return found


def anchors(path: Path) -> set[str]:
    """Give what links may point to in a page, as GitHub spells it."""
    text = path.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {*re.findall(r'<a (?:id|name)="(\w+)">', text)} | {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles
    }


def test_sections_that_comments_name_are_there() -> None:
    known = {page: sections(file) for page, file in PAGES.items()}
    named = set(references())
    assert len(named) > 20
    assert sorted(f"{page} {section}" for page, section, _ in named if section not in known[page]) == []
    answers = (ROOT / "docs" / PAGES["smart-data-hub"]).read_text(encoding="utf-8")
    assert [answer for _, _, answer in named if answer and answer not in answers] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


def test_the_queries_of_the_readme_are_those_of_the_demo() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for title, query in QUERIES:
        assert f"-- {title}\n{query.strip()};\n" in text, title
