"""The window in which a holder enters a PIN: ``python -m reader.agent.pin_window``.

The question comes over standard input (`reader.agent.pin_process`). What was typed goes to standard
output, once, when the last PIN was confirmed; nothing else is ever printed.
"""

import json
import secrets
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from reader.agent.pin_dialogue import (
    CANCELLED,
    DIGITS,
    DONE,
    NO_DISPLAY,
    STEPS,
    TEXTS,
    TIMED_OUT,
    Entry,
    Question,
)

if TYPE_CHECKING:
    import tkinter as tk

PAPER, INK, KEY, GREEN, RED = "#f2f4f7", "#10202c", "#ffffff", "#0b6b3a", "#a11d1d"
SMALL, TEXT, TITLE, LARGE, DOTS = 12, 15, 19, 24, 34  # points
KEY_WIDTH = 5
TICK_MILLISECONDS = 250
COLUMNS = 3
WINDOW_CLASS = "OnecardPin"  # for window managers, and whoever looks for it


class PinWindow:
    """Asks one question. `run` returns the exit code; the PINs are in *entry* then."""

    def __init__(self, toolkit: Any, question: Question) -> None:
        self._tk, self._question = toolkit, question
        self.entry = Entry(STEPS[question.purpose])
        self._chinese = question.language == "zh"
        self._deadline = time.monotonic() + question.seconds
        self._code = CANCELLED
        self._root: tk.Tk = toolkit.Tk(className=WINDOW_CLASS)
        self._labels: dict[str, tk.Label] = {}
        self._words: dict[tk.Button, str] = {}
        self._build()

    def run(self) -> int:
        """Until it is confirmed, cancelled or too late."""
        self._root.after(TICK_MILLISECONDS, self._tick)
        self._root.mainloop()
        return self._code

    def _build(self) -> None:
        root = self._root
        root.configure(background=PAPER, padx=28, pady=20)
        root.resizable(width=False, height=False)
        root.attributes("-topmost", True)
        root.protocol("WM_DELETE_WINDOW", lambda: self._end(CANCELLED))
        for name, points, colour in (
            ("title", TITLE, INK),
            ("purpose", TEXT, INK),
            ("asks", SMALL, INK),
            ("step", TITLE, GREEN),
            ("dots", DOTS, INK),
            ("problem", TEXT, RED),
            ("left", SMALL, INK),
        ):
            label = self._tk.Label(root, background=PAPER, foreground=colour, font=("", points))
            label.pack(fill="x")
            self._labels[name] = label
        self._keypad().pack(pady=(12, 0))
        root.bind("<Key>", self._key)
        self._show()
        self._place()

    def _keypad(self) -> "tk.Frame":
        frame: tk.Frame = self._tk.Frame(self._root, background=PAPER)
        digits = list(DIGITS)
        if self._question.shuffled:
            secrets.SystemRandom().shuffle(digits)
        for place, digit in enumerate(digits):
            row, column = divmod(place, COLUMNS)
            column = 1 if place == len(digits) - 1 else column
            self._button(frame, row, column, partial(self._typed, digit), text=digit)
        last = len(digits) // COLUMNS
        self._button(frame, last, 0, self._delete, word="delete", points=TEXT)
        self._button(frame, last, 2, self._confirm, word="ok", points=TITLE, colour=GREEN)
        self._button(
            frame, last + 1, 0, lambda: self._end(CANCELLED), word="cancel", points=TEXT, colour=RED
        )
        self._button(frame, last + 1, 2, self._other_language, word="other", points=TEXT)
        return frame

    def _button(
        self,
        frame: "tk.Frame",
        row: int,
        column: int,
        command: Callable[[], None],
        *,
        text: str = "",
        word: str = "",
        points: int = LARGE,
        colour: str = INK,
    ) -> None:
        button = self._tk.Button(
            frame,
            text=text,
            command=command,
            font=("", points),
            width=KEY_WIDTH if points == LARGE else 0,
            background=KEY,
            foreground=colour,
            highlightthickness=3,
            highlightcolor=GREEN,
        )
        button.grid(row=row, column=column, padx=4, pady=4, sticky="nsew")
        if word:
            self._words[button] = word

    def _place(self) -> None:
        root = self._root
        root.update_idletasks()
        left = (root.winfo_screenwidth() - root.winfo_reqwidth()) // 2
        top = max(0, (root.winfo_screenheight() - root.winfo_reqheight()) // 3)
        root.geometry(f"+{left}+{top}")
        root.lift()
        root.focus_force()

    def _text(self, name: str) -> str:
        return TEXTS[name][self._chinese]

    def _show(self) -> None:
        """Everything that can change, as it is now."""
        entry = self.entry
        left = max(0, round(self._deadline - time.monotonic()))
        shown = {
            "title": self._text("title"),
            "purpose": self._text(self._question.purpose),
            "asks": f"{self._text('asks')}: {self._question.origin}",
            "step": self._text(entry.step),
            "dots": "●" * len(entry.typed) or "·",
            "problem": self._text(entry.problem) if entry.problem else "",
            "left": self._text("left").format(left),
        }
        for name, text in shown.items():
            self._labels[name].configure(text=text)
        for button, word in self._words.items():
            button.configure(text=self._text(word))
        self._root.title(shown["title"])

    def _key(self, event: "tk.Event[tk.Misc]") -> None:
        if event.keysym in {"Return", "KP_Enter"}:
            self._confirm()
        elif event.keysym == "BackSpace":
            self._delete()
        elif event.keysym == "Escape":
            self._end(CANCELLED)
        elif event.char:
            self._typed(event.char)

    def _typed(self, digit: str) -> None:
        self.entry.type_digit(digit)
        self._show()

    def _delete(self) -> None:
        self.entry.delete()
        self._show()

    def _confirm(self) -> None:
        self.entry.confirm()
        if self.entry.is_done:
            self._end(DONE)
        else:
            self._show()

    def _other_language(self) -> None:
        self._chinese = not self._chinese
        self._show()

    def _tick(self) -> None:
        if time.monotonic() >= self._deadline:
            self._end(TIMED_OUT)
        else:
            self._show()
            self._root.after(TICK_MILLISECONDS, self._tick)

    def _end(self, code: int) -> None:
        self._code = code
        self._root.destroy()


def main() -> int:
    """Ask what standard input says."""
    question = Question.parse(sys.stdin.buffer.read().decode("utf-8"))
    try:
        import tkinter  # not on every machine
    except ImportError:
        return NO_DISPLAY
    try:
        window = PinWindow(tkinter, question)
    except tkinter.TclError:
        return NO_DISPLAY
    code = window.run()
    if code == DONE:
        sys.stdout.write(json.dumps(window.entry.pins))
        sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
