"""Hiding in an answer what was secret in the question.

Policies are decided by their real values: two secrets of one length would be alike once masked, and a `StringEquals`
between them would match. So what is decided over is not masked; what is shown of it is.
"""

from whydenied.engine.secrets.masking import mask
from whydenied.engine.secrets.sign import MASK

__all__ = ["Hider"]

# What is shorter stands in ordinary words as well; where its name stands beside it, the mask hides it all the same.
_SHORTEST = 6
# So much of a secret in a row is the secret.
_PIECE = 8


class Hider:
    """Hides the secrets of some texts wherever they come again, beside their names or without."""

    def __init__(self, *texts: str) -> None:
        """Find the secrets. texts: what was sent, as it was sent; JSON's escapes are known."""
        found = {word for text in texts for word in _hidden_words(text)}
        plain = {word.replace("\\/", "/").replace('\\"', '"').replace("\\\\", "\\") for word in found}
        self._words = sorted(found | plain, key=lambda word: (-len(word), word))

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._words)

    def text(self, text: str) -> str:
        """Return a text with each secret masked."""
        for word in self._words:
            text = _without(text, word)
        return mask(text).text

    def data(self, value: object) -> object:
        """Return plain data (lists, dictionaries, texts, numbers) with each secret in its texts masked."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name) if isinstance(name, str) else name: self.data(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.data(one) for one in value]
        return value


def _without(text: str, word: str) -> str:
    """Mask a word in a text, also where the text was cut inside it: messages quote the first letters of what is wrong,
    and excerpts begin in the middle."""
    text = text.replace(word, MASK * len(word))
    for head in (word[:_PIECE],) if len(word) > _PIECE else ():
        at = text.find(head)
        while at >= 0:
            end = at + _PIECE
            while end < len(text) and end - at < len(word) and text[end] == word[end - at]:
                end += 1
            text = text[:at] + MASK * (end - at) + text[end:]
            at = text.find(head, end)
    for tail in (word[-_PIECE:],) if len(word) > _PIECE else ():
        at = text.find(tail)
        while at >= 0:
            start = at
            while start > 0 and at + _PIECE - start < len(word) and text[start - 1] == word[start - 1 - at - _PIECE]:
                start -= 1
            text = text[:start] + MASK * (at + _PIECE - start) + text[at + _PIECE :]
            at = text.find(tail, at + _PIECE)
    return text


def _hidden_words(text: str) -> list[str]:
    """Return the stretches of a text that the mask hides, cut at white space."""
    masked = mask(text).text
    if masked == text:
        return []
    gone = "".join(char if kept != char else " " for char, kept in zip(text, masked, strict=True))
    return [word for word in gone.split() if len(word) >= _SHORTEST]
