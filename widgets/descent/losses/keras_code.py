"""Keras objects as the code that makes them: a layer, a loss, a model, each with its settings that are not usual."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import json
from typing import Any

import tensorflow as tf

_HOMES = ("layers", "losses", "regularizers", "initializers", "constraints")
_USUAL = {"name", "dtype", "trainable", "weights", "kwargs", "args"}
"""Arguments that may be left out of an object's settings."""

_SERIALIZED = {"class_name", "config"}


class NoCode(Exception):
    """No code is known for something of Keras'."""


def is_of_keras(value: object) -> bool:
    """Return whether a value is a layer, a model, a loss, or the like: something that has a `get_config`."""
    return isinstance(value, tf.keras.layers.Layer) or _class_name(type(value)) is not None


def creation_code(value: Any) -> str:
    """Return an expression that makes a Keras object again, without the numbers of its weights.

    Args:
        value: the object; a model must have its weights.

    Returns:
        An expression in `tf`.

    Raises:
        NoCode: its class is not known, or its settings do not make it again.
    """
    if type(value) is tf.keras.Sequential:
        layers = [f"tf.keras.Input({tuple(value.input_shape[1:])})", *map(creation_code, value.layers)]
        return f"tf.keras.Sequential([{', '.join(layers)}])"
    if isinstance(value, tf.keras.Model) and _is_all_of_keras(value):
        return f"tf.keras.models.model_from_json({value.to_json()!r})"
    name = _class_name(type(value))
    if name is None:
        raise NoCode(type(value).__name__)
    config, asked = _settings(value), _asked(type(value))
    if any(getattr(value, one, ...) != asked[one] for one in asked.keys() - config.keys()):
        raise NoCode(name)
    return f"{name}({_arguments(name, json.dumps(config))})"


def weights_code(name: str, value: Any) -> list[str]:
    """Return lines that give a layer or model, called `name`, its weights with the numbers that they have now."""
    weights = getattr(value, "weights", ())
    if not weights:
        return []
    lines = [f"for weight, numbers in zip({name}.weights, {[weight.numpy().tolist() for weight in weights]}):"]
    lines.append("    weight.assign(numbers)")
    if not isinstance(value, tf.keras.Model):
        shape = (value.get_build_config() or {}).get("input_shape")
        if shape is None:
            raise NoCode(name)
        lines.insert(0, f"{name}.build({tuple(shape)})")
    return lines


def _class_name(kind: type) -> str | None:
    """Return where Keras has a class, by its public name."""
    for home in _HOMES:
        if vars(getattr(tf.keras, home)).get(kind.__name__) is kind:
            return f"tf.keras.{home}.{kind.__name__}"
    return None


def _is_all_of_keras(layer: Any) -> bool:
    """Return whether a model, and each of its layers, is of a class of Keras', and none has a function of one's own."""
    if isinstance(layer, tf.keras.Model):
        return type(layer).__module__.startswith("keras.") and all(map(_is_all_of_keras, layer.layers))
    return _class_name(type(layer)) is not None and not isinstance(layer, tf.keras.layers.Lambda)


def _asked(kind: type) -> dict[str, Any]:
    """Return the arguments of a class with their defaults."""
    return {name: one.default for name, one in inspect.signature(kind).parameters.items() if name not in _USUAL}


@functools.lru_cache(maxsize=256)
def _arguments(name: str, settings: str) -> str:
    """Return the arguments that make an object of Keras' class with these settings: they are tried."""
    _tf, _keras, home, its_name = name.split(".")
    kind = vars(getattr(tf.keras, home))[its_name]
    config = json.loads(settings)
    empty = inspect.Parameter.empty
    needed = {one: _object_of(config[one]) for one, default in _asked(kind).items() if default is empty}
    try:
        usual = _settings(kind(**needed))
        unusual = [one for one in config if one not in {"name", *needed} and usual.get(one) != config[one]]
        given = {one: _object_of(config[one]) for one in unusual}
        again = _settings(kind(**needed, **given))
    except Exception as error:  # whatever else a class may want
        raise NoCode(kind.__name__) from error
    if {**again, "name": ""} != {**config, "name": ""}:
        raise NoCode(kind.__name__)
    return ", ".join([*map(_code, needed.values()), *(f"{one}={_code(value)}" for one, value in given.items())])


def _settings(value: Any) -> dict[str, Any]:
    """Return what makes an object again, in the types that JSON has.

    Some losses leave arguments of theirs out of their `get_config`.
    """
    settings = getattr(value, "_fn_kwargs", {}) | value.get_config()
    found: dict[str, Any] = json.loads(json.dumps(settings, default=repr))
    return found


def _code(value: Any) -> str:
    """Return a setting as code."""
    if isinstance(value, tf.keras.DTypePolicy):
        value = value.name
    if is_of_keras(value):
        return creation_code(value)
    if isinstance(value, str):
        return json.dumps(value)
    with contextlib.suppress(ValueError, SyntaxError):
        if ast.literal_eval(repr(value)) == value:
            return repr(value)
    raise NoCode(repr(value))


def _object_of(setting: Any) -> Any:
    """Return a setting as a class takes it: of another object Keras writes the settings down."""
    if isinstance(setting, dict) and setting.keys() >= _SERIALIZED:
        return tf.keras.utils.deserialize_keras_object(setting)
    return setting
