"""CloudFormation's intrinsic functions over an expanded template: what resources and functions get.

Source: AWS CloudFormation user guide, intrinsic function reference.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

NO_VALUE = object()  # what `AWS::NoValue` stands for: the property, or the list's member, is left out
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(Exception):
    """The template says something that this machine's engine does not know, or that contradicts itself."""


class Resources(Protocol):
    """Where references to resources lead."""

    def ref(self, name: str) -> str:
        """Return what `Ref` gives of a resource (bucket name, queue address …)."""

    def attribute(self, name: str, attribute: str) -> str:
        """Return what `Fn::GetAtt` gives of a resource."""


class Resolver:
    """Resolves `Ref`, `Fn::*` and conditions; TemplateError on a function or a name that it does not know."""

    def __init__(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, Any],
        pseudo: Mapping[str, Any],
        resources: Resources,
    ) -> None:
        """Take the expanded template, its parameters' and pseudo parameters' values, and the resources."""
        self._conditions: Mapping[str, Any] = template.get("Conditions", {})
        self._mappings: Mapping[str, Any] = template.get("Mappings", {})
        self._parameters = {**parameters, **pseudo, "AWS::NoValue": NO_VALUE}
        self._resources = resources
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda x: str(x[0]).join(str(part) for part in self.value(x[1])),
            "Fn::Split": lambda x: str(self.value(x[1])).split(x[0]),
            "Fn::Select": lambda x: self.value(x[1])[int(self.value(x[0]))],
            "Fn::FindInMap": self._find_in_map,
            "Fn::If": lambda x: self.value(x[1] if self.condition(x[0]) else x[2]),
            "Fn::Equals": lambda x: self.value(x[0]) == self.value(x[1]),
            "Fn::And": lambda x: all(self.value(part) for part in x),
            "Fn::Or": lambda x: any(self.value(part) for part in x),
            "Fn::Not": lambda x: not self.value(x[0]),
        }

    def value(self, node: Any) -> Any:
        """Return `node` with every function in it resolved and every NoValue left out."""
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name in self._functions and not (name == "Condition" and isinstance(argument, dict)):
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                raise TemplateError(f"the local engine does not know the function {name}")
        resolved = {key: self.value(member) for key, member in node.items()}
        return {key: value for key, value in resolved.items() if value is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Say whether the template's condition `name` holds."""
        if name not in self._conditions:
            raise TemplateError(f"no condition {name}")
        return bool(self.value(self._conditions[name]))

    def _ref(self, name: str) -> Any:
        """Return a parameter's value, or what stands for a resource."""
        return self._parameters[name] if name in self._parameters else self._resources.ref(name)

    def _get_att(self, path: str | list[str]) -> str:
        """Return an attribute, written `Resource.Attribute` or as a list."""
        name, attribute = path.split(".", 1) if isinstance(path, str) else path
        return self._resources.attribute(name, attribute)

    def _sub(self, argument: str | list[Any]) -> str:
        """Fill the placeholders of a text; `${!x}` stays as `${x}`."""
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def filled(match: re.Match[str]) -> str:
            literal, name = match[1], match[2].strip()
            if literal:
                return "${" + name + "}"
            if name in own:
                return str(self.value(own[name]))
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(filled, text)

    def _find_in_map(self, path: list[Any]) -> Any:
        """Return a value of the template's Mappings."""
        found: Any = self._mappings
        for key in path:
            name = self.value(key)
            if name not in found:
                raise TemplateError(f"no {name} in the mappings")
            found = found[name]
        return found
