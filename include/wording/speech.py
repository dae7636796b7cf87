"""
The language of what all pipelines say alike: Russian as written, or that of the pipeline which is at work.

    log.info(say("Взяты: %s"), names)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

Texts = Mapping[str, str]  # a text as written -> the same in another language
AS_WRITTEN: Texts = MappingProxyType({})
_spoken: ContextVar[Texts] = ContextVar("spoken", default=AS_WRITTEN)


def say(text: str) -> str:
    """Give a text in the language that is spoken; one without a translation as it is written."""
    return _spoken.get().get(text, text)


@contextmanager
def speaking(texts: Texts) -> Iterator[None]:
    """Speak the language of these texts for the time of a block."""
    before = _spoken.set(texts)
    try:
        yield
    finally:
        _spoken.reset(before)
