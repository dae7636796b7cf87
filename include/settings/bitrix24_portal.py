"""The portal of a pipeline's settings: which connection leads to it, how much of its limits we use."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from include.settings.fields import Text
from include.settings.loader import Settings

LEAST_LEFT = 60  # seconds of a method's time between our pause and the vendor's block: one request's worth


class Portal(Settings):
    """A portal and its limits (bitrix24 1.5)."""

    connection: Text = "bitrix24"
    method_seconds: Annotated[int, Field(ge=0)] = Field(
        480,
        description="Сколько секунд метода портал даёт вебхуку за десять минут; 0: не считает (коробка)",
    )
    pause_at: Annotated[int, Field(ge=1)] = Field(
        400,
        validate_default=True,
        description="С какой секунды метод ждёт; не больше method_seconds - 60",
    )
    bucket_share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="Доля запросов подряд, которую берём себе; остальное другим программам"
    )

    @field_validator("pause_at")
    @classmethod
    def _leaves_time(cls, pause_at: int, info: ValidationInfo) -> int:
        seconds = info.data.get("method_seconds")
        if seconds and pause_at > seconds - LEAST_LEFT:
            most = seconds - LEAST_LEFT
            raise ValueError(f"не больше {most}, иначе один запрос исчерпает время метода")
        return pause_at

    @property
    def pause(self) -> Decimal | None:
        """Seconds of a method's time from which on it waits; None: its time is not counted."""
        return Decimal(self.pause_at) if self.method_seconds else None
