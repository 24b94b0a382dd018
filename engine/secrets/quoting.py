"""What stands around a secret without being a part of it, however the text was quoted on its way: signs of regular
expressions that the kinds share."""

__all__ = ["BEGIN", "ESCAPED_EDGE", "QUOTE"]

# Quotes of programs, of people and of web pages, escaped once or several times by JSON; Markdown's bold.
QUOTE = r"(?:\\{0,8}(?:[\"'`“”‘’]|&(?:quot|apos|#34|#39|#x22|#x27);)|%2[27]|\*\*)"
# Where a word begins: after no letter or digit, or after an escaped line end or tab.
BEGIN = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
# A line end as JSON writes it.
ESCAPED_EDGE = r"\\{1,8}(?:r\\{1,8})?n[ \t]{0,8}"
