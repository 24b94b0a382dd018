"""Trees that nobody meant well with: bounded, said, and nothing edited."""

import os
from pathlib import Path

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.source import SourceEdit, Unplaced, Wanted, place, read_tree

_WANTED = Wanted(
    "identity",
    "arn:aws:iam::111122223333:role/ci",
    "",
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::reports/q1.csv"},
)
_ROLE = 'resource "aws_iam_role" "ci" {\n  name               = "ci"\n  assume_role_policy = "{}"\n}\n'


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither a loop of folders, nor a link out of the tree, nor a link to a file."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "main.tf").write_text(_ROLE)
    (inside / "loop").symlink_to(inside)
    (inside / "away").symlink_to(outside)
    (inside / "main.tf").symlink_to(outside / "main.tf")
    assert read_tree(inside).files == {}


def test_what_is_no_text_is_passed_over(tmp_path: Path) -> None:
    """Binary data, pipes, what nobody may read, what is too large: the rest is read."""
    (tmp_path / "main.tf").write_text(_ROLE)
    (tmp_path / "a.tf").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "b.tf").write_bytes(b'resource "\xff" {}')
    (tmp_path / "c.tf").write_bytes(b"#" * 2_000_001)
    (tmp_path / "d.json").write_bytes(b"[" * 200_000)
    (tmp_path / "e.yaml").write_text("Resources:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1, 1500)))
    (tmp_path / "f.yaml").write_text("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nResources: &d [*c,*c]\n")
    os.mkfifo(tmp_path / "g.tf")
    found = place(read_tree(tmp_path), _WANTED)
    assert isinstance(found, SourceEdit)
    assert found.path == "main.tf"


def test_deep_and_circular_terraform_ends(tmp_path: Path) -> None:
    """Modules that call each other, locals that are each other, brackets without end."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a/main.tf").write_text('module "b" {\n  source = "../b"\n}\n')
    (tmp_path / "b/main.tf").write_text('module "a" {\n  source = "../a"\n}\n')
    (tmp_path / "c.tf").write_text("locals {\n  x = local.y\n  y = local.x\n  z = " + "[" * 5000 + "]" * 5000 + "\n}\n")
    (tmp_path / "d.tf").write_text(
        'resource "aws_sns_topic" "a" {\n  for_each = aws_sns_topic.b\n}\n'
        'resource "aws_sns_topic" "b" {\n  for_each = aws_sns_topic.a\n}\n'
        'resource "aws_iam_role" "many" {\n  count = 99999999\n  name  = "many-${count.index}"\n}\n'
        'resource "aws_iam_role" "self" {\n  name = "x-${aws_iam_role.self.name}"\n}\n'
    )
    topic = Wanted("resource", "", "arn:aws:sns:eu-west-1:111122223333:x", _WANTED.statement)
    assert isinstance(place(read_tree(tmp_path), topic), Unplaced)
    assert isinstance(place(read_tree(tmp_path), _WANTED), Unplaced)


def test_names_that_a_difference_could_not_hold_are_passed_over(tmp_path: Path) -> None:
    """A newline, a quote or a backslash in a path: git would not read it as it stands."""
    for name in ("a\nb.tf", 'a"b.tf', "a\\b.tf", "a\tb.tf"):
        (tmp_path / name).write_text(_ROLE)
    assert read_tree(tmp_path).files == {}


def test_what_is_no_folder_is_an_error(tmp_path: Path) -> None:
    """It is said in the reader's words."""
    with pytest.raises(InputError, match="is not a folder"):
        read_tree(tmp_path / "nowhere")


@pytest.mark.slow
def test_fifty_thousand_files(tmp_path: Path) -> None:
    """What is beyond the bound is left out, and said; where the owner is among the rest it is found."""
    for folder in range(500):
        (tmp_path / f"m{folder:03}").mkdir()
        for number in range(100):
            path = tmp_path / f"m{folder:03}" / f"f{number:02}.tf"
            path.write_text(f'resource "aws_sqs_queue" "q{number}" {{\n  name = "q-{folder}-{number}"\n}}\n')
    (tmp_path / "a.tf").write_text(_ROLE)
    tree = read_tree(tmp_path)
    assert len(tree.files) == 4_000
    assert "only the first 4,000 files were read" in tree.skipped[0]
    found = place(tree, _WANTED)
    assert isinstance(found, SourceEdit)
