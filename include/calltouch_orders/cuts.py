"""Texts cut to what Calltouch surely takes; every cut is reported (calltouch 2.2, the project's rule)."""

TAG = STATUS = FUNNEL = MANAGER = 100
ORDER_NAME = COMMENT = PERSON = 255


class Cuts(dict[str, int]):
    """What was cut in one deal: name of the field and how long its text had been."""

    def cut(self, field: str, text: str, limit: int) -> str:
        """Give a text trimmed and no longer than ``limit``; remember when that took something away."""
        text = text.strip()
        if len(text) <= limit:
            return text
        self[field] = len(text)
        return text[:limit].rstrip()
