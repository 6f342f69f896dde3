"""How a counter's value is written, by profile; profiles are registered by the app whose numbers they are."""

from collections.abc import Callable
from dataclasses import dataclass

from kapok.kernel.common.registry import Registry
from kapok.kernel.numbers.errors import NumbersExhausted

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Profile:
    """A way of writing numbers: `width` decimal places, filled with zeros; then letters, or simply more places.

    With `letters`, the number after the last decimal one starts with a letter (9999, A000, A001 … ZZZZ): it never equals an
    earlier one, and all sort as given. Without, the number grows. Passing the decimals raises an alarm either way.
    """

    name: str
    width: int = 4
    letters: bool = True

    @property
    def decimal(self) -> int:
        """The last value written in `width` decimal places."""
        return 10**self.width - 1

    @property
    def last(self) -> int | None:
        """The last value that can be written; None without limit."""
        return self.decimal + 26 * 36 ** (self.width - 1) if self.letters else None

    def render(self, value: int, key: str = "") -> str:
        """The written number; `NumbersExhausted` past the last one."""
        if value <= self.decimal or not self.letters:
            return f"{value:0{self.width}d}"
        if self.last is not None and value > self.last:
            raise NumbersExhausted(profile=self.name, key=key, value=value)
        rest, text = value - self.decimal - 1 + 10 * 36 ** (self.width - 1), ""
        for _place in range(self.width):
            rest, digit = divmod(rest, 36)
            text = _DIGITS[digit] + text
        return text

    def sql(self, value: str) -> str:
        """The same as an SQL expression over the column or expression `value`; NULL past the last number.

        NULL aborts the statement where the number's column is `not null`, so an exhausted counter gives no number.
        """
        decimal = f"lpad(({value})::text, greatest({self.width}, length(({value})::text)), '0')"
        if not self.letters:
            return decimal
        rest = f"(({value}) - {self.decimal + 1} + {10 * 36 ** (self.width - 1)})"
        places = " || ".join(f"substr('{_DIGITS}', mod({rest} / {36**power}, 36)::int + 1, 1)" for power in reversed(range(self.width)))
        return f"case when ({value}) <= {self.decimal} then {decimal} when ({value}) <= {self.last} then {places} end"


profiles: Registry[Profile] = Registry("numbers.profiles")
SERIAL4 = profiles.put("serial4", Profile("serial4"))
"""The serial of 办件编号: four places, per item and day."""

Alarm = Callable[[Profile, str, int], None]
alarms: Registry[Alarm] = Registry("numbers.alarms")
"""What is told, after commit, that a counter has passed its decimal places: (profile, key, value)."""
