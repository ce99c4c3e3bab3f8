"""What a file that people write is checked against: an unknown key is an error, and nothing changes afterwards."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of such a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
