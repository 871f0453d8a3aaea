"""A preprocessor of mdBook: a link to a file outside of docs/ becomes its text and its path in the repository.

mdBook sends [context, book] as JSON on standard input, and reads the book from standard output.
"""

import json
import re
import sys

LINK = re.compile(r"\[([^\]]*)\]\(\.\./([^)#\s]*)[^)]*\)")


def shown(match):
    """The text and the path, or the path alone if the text is part of it."""
    text, path = match.groups()
    plain = text.strip("`").removeprefix("../")
    return f"`{path}`" if path.startswith(plain) or plain.startswith(path) else f"{text} (`{path}`)"


def replace(items):
    """Replaces the links of the chapters, and of the chapters below them."""
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter:
            chapter["content"] = LINK.sub(shown, chapter["content"])
            replace(chapter["sub_items"])


if sys.argv[1:2] == ["supports"]:
    sys.exit(0)
_, book = json.load(sys.stdin)
replace(book.get("items") or book.get("sections") or [])
json.dump(book, sys.stdout)
