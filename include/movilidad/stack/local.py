"""Where the containers' folders, addresses and ports are when their commands run here without containers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from movilidad.model import paths
from movilidad.stack.compose import Service

_IMAGE_FOLDER = "/opt/movilidad"  # where the image has the project
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Local:
    """The place of a stack on this machine.

    Attributes:
        folders: volume or file of the project → folder or file here.
        ports: service and its port in the container → port here.
        published: address at which people reach a service of the containers → its port here.
        own: here each service has a folder in place of those that only it sees.
    """

    folders: Mapping[str, Path]
    ports: Mapping[tuple[str, int], int]
    published: Mapping[str, int]
    own: Path

    def address(self, service: str, port: int) -> str:
        """``host:port`` of a service here."""
        return f"{_LOOPBACK}:{self.ports[service, port]}"

    def command(self, service: Service) -> list[str]:
        return [self.text(service, part) for part in service.command]

    def health(self, service: Service) -> list[str]:
        return [self.text(service, part) for part in service.health]

    def environment(self, service: Service) -> dict[str, str]:
        return {name: self.text(service, value) for name, value in service.environment.items()}

    def text(self, service: Service, text: str) -> str:
        """A text of a service, such as an argument: with the folders, addresses and ports of this machine."""
        patterns, here = zip(*self._replacements(service), strict=True)
        # all at once: what takes a place is not looked at again
        any_of = "|".join(f"({pattern})" for pattern in patterns)
        return re.sub(any_of, lambda match: here[(match.lastindex or 1) - 1], text)

    def _replacements(self, service: Service) -> Iterator[tuple[str, str]]:
        """What to look for in a service's texts, longest first, and what stands there on this machine."""
        seen = {target: self.folders[source] for source, target in service.mounts if source in self.folders}
        seen |= dict.fromkeys(service.own_folders, self.own / service.name)
        if service.is_ours:
            seen.setdefault(_IMAGE_FOLDER, paths.PROJECT)
        for target in sorted(seen, key=len, reverse=True):
            yield rf"(?<![\w./-]){re.escape(target)}(?![\w-])", str(seen[target])
        for address, here in self.published.items():
            yield rf"\b{re.escape(address)}\b", f"{_LOOPBACK}:{here}"
        for (name, port), here in self.ports.items():
            yield rf"\b{re.escape(name)}:{port}\b", f"{_LOOPBACK}:{here}"
            if name == service.service:
                yield rf"(?<![\d.]){port}\b(?![\d.])", str(here)
