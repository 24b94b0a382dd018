"""The articles without those that the engine cannot be made of; and one made showable: parts, diagrams, inclusion."""
