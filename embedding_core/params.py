"""Parameters of models and projectors, described once: they drive widgets, the CLI and checks."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from embedding_core.errors import InputError, UnknownNameError

Kind = Literal["number", "choice", "flag", "text", "column", "path", "collection"]
ParamValue = int | float | bool | str
Params = Mapping[str, ParamValue]


@dataclass(frozen=True)
class Param:
    """One setting of a model or projector.

    Attributes
    ----------
    name : str
        The keyword by which it is set.
    label : str
        The words beside its widget.
    kind : {"number", "choice", "flag", "text", "column", "path", "collection"}
        Decides the widget and how text from a shell is read.
    default : int, float, bool or str
        Used when nothing is said. A number's type decides whether whole numbers are required.
    help : str
        One line that says what turning it does.
    minimum, maximum, step : int or float, optional
        Range of a number, both ends included.
    choices : tuple of str
        The valid values of a choice, in the order shown.
    labels : tuple of str
        What the choices are called on screen, when their values do not say it.
    """

    name: str
    label: str
    kind: Kind
    default: ParamValue
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def check(self, value: object) -> ParamValue:
        """Return `value` in its proper type, from Python, a widget, a link or a shell.

        Raises
        ------
        InputError
            If the value is of another kind or out of range; the message gives what is valid.
        """
        if self.kind == "number":
            return self._number(value)
        if self.kind == "flag":
            return self._flag(value)
        if self.kind == "choice" and value not in self.choices:
            raise InputError(
                f"{self.name} got {value!r}; it takes one of: {', '.join(self.choices)}."
            )
        return str(value)

    def _number(self, value: object) -> int | float:
        whole = isinstance(self.default, int)
        expected = "a whole number" if whole else "a number"
        if self.minimum is not None and self.maximum is not None:
            expected += f" from {_plain(self.minimum)} to {_plain(self.maximum)}"
        problem = InputError(f"{self.name} got {value!r}; it takes {expected}.")
        if isinstance(value, bool):
            raise problem
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            raise problem from None
        if not math.isfinite(number):
            raise problem
        low = -float("inf") if self.minimum is None else self.minimum
        high = float("inf") if self.maximum is None else self.maximum
        if not low <= number <= high or (whole and not number.is_integer()):
            raise problem
        return int(number) if whole else number

    def _flag(self, value: object) -> bool:
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        found = words.get(str(value).lower())
        if found is None:
            raise InputError(f"{self.name} got {value!r}; it takes true or false.")
        return found


def _plain(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:g}"


def check_seed(seed: int) -> int:
    """Return a seed that every generator takes. Raises InputError where it is none."""
    return int(Param("seed", "Seed", "number", 0, "", minimum=0, maximum=2**32 - 1).check(seed))


def resolve(
    owner: str, params: Iterable[Param], given: Mapping[str, object]
) -> dict[str, ParamValue]:
    """Check what was given and fill in the rest.

    Parameters
    ----------
    owner : str
        The model or projector the settings belong to, for messages.
    params : iterable of Param
        All its parameters.
    given : mapping
        Values by parameter name.

    Returns
    -------
    dict
        Every parameter with a valid value, in the order of `params`.

    Raises
    ------
    UnknownNameError
        If a given name is not a parameter.
    InputError
        If a value is not valid.
    """
    known = {param.name: param for param in params}
    for name in given:
        if name not in known:
            raise UnknownNameError(f"setting of {owner}", name, known or ("(it has none)",))
    return {
        name: param.check(given[name]) if name in given else param.default
        for name, param in known.items()
    }
