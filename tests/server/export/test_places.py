"""Addresses of the live site and the files that they become."""

import pytest

from whydenied.server.export.places import address_of, file_of, is_exported
from whydenied.server.export.rewriting import NO_SITE, standing_alone


@pytest.mark.parametrize(
    ("address", "there", "file"),
    [
        ("/", "/", "index.html"),
        ("/articles/", "/articles/", "articles/index.html"),
        ("/articles/kms-key#fix", "/articles/kms-key/#fix", "articles/kms-key/index.html"),
        ("/articles/kms-key.md", "/articles/kms-key.md", "articles/kms-key.md"),
        ("/codes.json", "/codes.json", "codes.json"),
        ("/wizard?from=kms-key", "/wizard/", "wizard/index.html"),
        ("/wizard?b=2&a=1", "/wizard/b=2&a=1/", "wizard/b=2&a=1/index.html"),
        ("/embed/wizard/?a=1", "/embed/wizard/a=1/", "embed/wizard/a=1/index.html"),
        ("/embed/articles/x?section=fix", "/embed/articles/x/#fix", "embed/articles/x/index.html"),
    ],
)
def test_an_address_is_a_file_of_the_same_name(address: str, there: str, file: str) -> None:
    """Folders with a page in them, and the wizard's answers in the path."""
    assert (address_of(address), file_of(address)) == (there, file)
    assert is_exported(address)


@pytest.mark.parametrize(
    "address",
    [
        "/evaluate",
        "/search?q=x",
        "/managed/ReadOnlyAccess",
        "/api/v1/articles",
        "/wizard/result?a=1",
        "/wizard?a=1&b=2&c=3&d=4",
        "/wizard?a=1&ask=b",
        "/embed/wizard?a=1&b=2&c=3",
    ],
)
def test_what_is_computed_for_a_reader_is_no_file(address: str) -> None:
    """Its links lead to a running site, where one is named."""
    assert not is_exported(address)
    page = f'<head>\n</head><a class="x" href="{address.replace("&", "&amp;")}">x</a>'
    assert f'href="{NO_SITE}"' in standing_alone(page, "p")
    assert f'href="https://w.example{address.replace("&", "&amp;")}"' in standing_alone(page, "p", "https://w.example")


def test_a_form_sends_nothing() -> None:
    """With script or without: HTML's `method="dialog"` outside a dialog does nothing."""
    page = standing_alone('<head>\n</head><form method="post" action="/diagnose" role="search" data-suggest>', "x 'y'")
    assert '<form method="dialog" data-find>' in page
    assert '<meta http-equiv="Content-Security-Policy" content="x &#x27;y&#x27;">' in page
