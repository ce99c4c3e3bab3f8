"""YAML that people write: a repeated key is an error, not silently the last one; so is a value that is none."""

from typing import Any

import yaml

_DEEPEST = 100


class Fault(yaml.constructor.ConstructorError):
    """What is refused here and not by YAML itself; ``problem`` says it in Spanish."""


class _Loader(yaml.CSafeLoader):
    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """What a part says; the library itself stumbles over 2026-13-45, ``!!bool x`` and their like."""
        try:
            return super().construct_object(node, deep)
        except (yaml.YAMLError, RecursionError):
            raise
        except Exception:
            raise _fault("no es un valor que se pueda leer", node) from None


def _fault(what: str, there: Any) -> yaml.YAMLError:
    """An error at a node or an event, whose marks the stubs take for different things."""
    return Fault(None, None, what, there.start_mark)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _fault("una clave es una sola palabra o un texto", key)
        if key.value in seen:
            raise _fault(f"clave repetida: {key.value}", key)
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(text: str) -> Any:
    """What the text says; a ``yaml.YAMLError`` with the place of what is wrong."""
    _require_shallow(text)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader)


def _require_shallow(text: str) -> None:
    """Before anything recurses: the parser in C would bring the process down where Python raises an error."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _fault("hay demasiados niveles, uno dentro de otro", event)


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line (from 1) of the deepest part of ``path`` that is there; None if the text is no YAML."""
    try:
        _require_shallow(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    mark = node.start_mark if node else None
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        node, mark = found
    return mark.line + 1 if mark else None


def _child(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """A part of a node, and where it begins: at its key, if it has one."""
    if isinstance(node, yaml.MappingNode):
        return next(((value, key.start_mark) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark
    return None
