"""A page's headers graded by the points that Mozilla's HTTP Observatory gives (its score table of August 2026).

Every page begins with 100. What is missing costs; what is stricter than needed earns, from 90 points on. The way
from HTTP to HTTPS and the certificate are the affair of the server where TLS ends, and are not judged here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SIX_MONTHS = 15_552_000
ISOLATING = {
    "same-origin": 10,
    "same-origin-allow-popups": 10,
    "noopener-allow-popups": 10,
    "unsafe-none": 0,
    "": 0,
}
WITHHOLDING = {"same-origin": 10, "same-site": 10, "cross-origin": 0, "": 0}
EMBEDDING = {"require-corp": 10, "credentialless": 10, "unsafe-none": 0, "": 0}

Policy = dict[str, set[str]]


@dataclass
class Page:
    """What of a page matters to its grade."""

    headers: httpx.Headers
    policies: list[Policy] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.policies: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "meta" and found.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(found["content"])
        if tag == "script" and "src" in found:
            self.scripts.append(found["src"])


def policy(text: str) -> Policy:
    """The directives of a content security policy; of a repeated one the first counts."""
    found: Policy = {}
    for directive in filter(str.strip, text.split(";")):
        name, *sources = directive.lower().split()
        found.setdefault(name, set(sources))
    return found


def read(answer: httpx.Response) -> Page:
    """The policies of an answer (the header's first, then those in the page) and the scripts of its page."""
    reader = _Reader()
    if answer.headers.get("content-type", "").startswith("text/html"):
        reader.feed(answer.text)
    headers = answer.headers.get_list("content-security-policy")
    return Page(answer.headers, [policy(text) for text in (*headers, *reader.policies)], reader.scripts)


def points(answer: httpx.Response) -> dict[str, int]:
    """What each header costs or earns."""
    page = read(answer)
    headers = page.headers
    return {
        "content-security-policy": _content(page.policies),
        "cookies": -20 if "set-cookie" in headers else 0,
        "cross-origin-resource-sharing": -50 if "access-control-allow-credentials" in headers else 0,
        "cross-origin-opener-policy": ISOLATING.get(headers.get("cross-origin-opener-policy", ""), -5),
        "cross-origin-resource-policy": WITHHOLDING.get(headers.get("cross-origin-resource-policy", ""), -5),
        "cross-origin-embedder-policy": EMBEDDING.get(headers.get("cross-origin-embedder-policy", ""), -5),
        "referrer-policy": _referrer(headers.get("referrer-policy")),
        "strict-transport-security": _transport(headers.get("strict-transport-security", "")),
        "subresource-integrity": -50 if any("//" in script for script in page.scripts) else 0,
        "x-content-type-options": 0 if headers.get("x-content-type-options") == "nosniff" else -5,
        "x-frame-options": _frames(headers),
    }


def score(answer: httpx.Response) -> int:
    """Points of a page, never below 0; 100 and more are an A+."""
    found = points(answer).values()
    without_bonus = 100 + sum(each for each in found if each < 0)
    bonus = sum(each for each in found if each > 0)
    return max(0, without_bonus + (bonus if without_bonus >= 90 else 0))


def allowed(policies: Iterable[Policy], directive: str) -> set[str]:
    """What every policy allows: the sources of the strictest, since a page must satisfy each."""
    found = [each[directive] if directive in each else each.get("default-src", {"*"}) for each in policies]
    found = [each for each in found if "*" not in each] or [{"*"}]
    return min(found, key=lambda sources: (sources != {"'none'"}, len(sources)))


def _content(policies: list[Policy]) -> int:
    if not policies:
        return -25
    script, style, plugin = (allowed(policies, name) for name in ("script-src", "style-src", "object-src"))
    everything = set().union(*(sources for each in policies for sources in each.values()))
    if script & (BROAD | INLINE) or plugin & BROAD or "http:" in everything:
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if allowed(policies, "default-src") == {"'none'"} else 5


def _referrer(value: str | None) -> int:
    if value is None:
        return 0
    return 5 if value in PRIVATE else -5


def _transport(value: str) -> int:
    ages = [part.strip()[8:] for part in value.lower().split(";") if part.strip().startswith("max-age=")]
    if not ages:
        return -20
    return 0 if int(ages[0]) >= SIX_MONTHS else -10


def _frames(headers: httpx.Headers) -> int:
    # only the header counts: a page cannot say it of itself
    if "frame-ancestors" in policy(headers.get("content-security-policy", "x")):
        return 5
    return 5 if headers.get("x-frame-options", "").lower() in ("deny", "sameorigin") else -20
