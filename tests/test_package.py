"""What `import whydenied` gives: the examples of its page run, and what cannot be read is told."""

import re
from pathlib import Path

import pytest

import whydenied

PAGE = (Path(__file__).parents[1] / "docs" / "python.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_documentation_runs(example: str) -> None:
    exec(compile(example, "docs/python.md", "exec"), {})


def test_what_is_public_is_documented() -> None:
    """The page names each function, and each says what it raises or needs."""
    for name in whydenied.__all__:
        assert f"whydenied.{name}(" in PAGE
        assert getattr(whydenied, name).__doc__


def test_a_secret_is_masked() -> None:
    """Whoever reads the answer does not get the key that was pasted along."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYZZZZKEY123"
    found = whydenied.diagnose(f"AWS_SECRET_ACCESS_KEY={secret}\nAn error occurred (AccessDenied): Access Denied")
    assert secret not in str(found)
    assert found["secrets"]


def test_what_cannot_be_read_is_told() -> None:
    with pytest.raises(ValueError, match="empty"):
        whydenied.diagnose(" ")
    with pytest.raises(ValueError, match="too long"):
        whydenied.diagnose("x" * 1_000_001)
    with pytest.raises(ValueError, match="`request` is missing"):
        whydenied.evaluate({})
    with pytest.raises(KeyError, match="no-such"):
        whydenied.article("no-such")
