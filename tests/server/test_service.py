"""The service: one object for the site, the API and the command line."""

import subprocess
import sys
from typing import Any

from whydenied.kb.catalogue import Catalogue
from whydenied.server.service import Filters, Service


def test_nothing_is_built_before_it_is_asked_for() -> None:
    built: list[str] = []

    def make(what: str) -> Any:
        return lambda catalogue: built.append(what)

    service = Service(Catalogue([]), make("diagnoser"), make("search"))
    assert service.article("x") is None
    assert built == []
    assert service.finder is None
    assert built == ["search"]


def test_it_needs_no_flask_no_rules_and_no_index_to_be_imported() -> None:
    code = (
        "import sys, whydenied.server.service; "
        "print([m for m in ('flask', 'clips', 'durable', 'boto3', 'pydantic') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_a_search_is_narrowed_by_its_filters(service: Service) -> None:
    everything = {hit.id for hit in service.search("policy").hits}
    causes = {hit.id for hit in service.search("policy", Filters(kind="cause")).hits}
    assert causes < everything
    assert {hit.id for hit in service.search("policy", Filters(gate="scp")).hits} == {"scp-deny"}
    assert {hit.id for hit in service.search("policy", Filters(service="organizations")).hits} == {"scp-deny"}


def test_an_article_that_was_due_is_overdue(service: Service) -> None:
    overdue, fresh = service.article("identity-gap"), service.article("scp-deny")
    assert overdue is not None
    assert fresh is not None
    assert service.is_overdue(overdue)
    assert not service.is_overdue(fresh)


def test_lists_hold_every_gate_service_and_code_of_the_content(service: Service) -> None:
    assert [gate.id for gate, _ in service.by_gate()] == ["scp", "identity"]
    assert list(service.by_service()) == ["iam", "organizations", "s3"]
    assert {code: [a.id for a in found] for code, found in service.by_code().items()} == {"AccessDenied": ["sentence"]}
