"""The life of a batch as a picture: the states in their order, and where it stands."""

from xml.sax.saxutils import escape

from api.console.bureau_words import name
from api.console.language import say, words
from issuance.states import BatchState

_WAY = (
    BatchState.REQUESTED,
    BatchState.APPROVED,
    BatchState.PRODUCING,
    BatchState.PRODUCED,
    BatchState.CLOSED,
)
_INK, _FAINT, _NAVY, _BAD = "#16212b", "#4a5866", "#12395b", "#a3161a"
_WIDE, _STEP, _TALL = 860, 172, 64


def life(state: BatchState) -> str:
    """The way of a batch as SVG; one that ended early shows its end in the first place."""
    way = _WAY if state in _WAY else (BatchState.REQUESTED, state)
    here = way.index(state)
    body = []
    for place, one in enumerate(way):
        x = 24 + place * _STEP
        if place:
            done = place <= here
            body.append(
                f'<line x1="{x - _STEP + 12}" y1="20" x2="{x - 12}" y2="20" '
                f'stroke="{_NAVY if done else _FAINT}" stroke-width="{3 if done else 1}"/>'
            )
        body.append(_stop(x, words(name(one)), place - here, ended=state not in _WAY))
    title = say("Where the batch stands", "批次进度")
    told = say("It is now: {state}", "当前状态：{state}", state=words(name(state)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_TALL}" role="img" '
        'aria-labelledby="life-title life-desc" font-family="system-ui, sans-serif" '
        f'font-size="14"><title id="life-title">{escape(title)}</title>'
        f'<desc id="life-desc">{escape(told)}</desc>{"".join(body)}</svg>'
    )


def _stop(x: int, text: str, beyond: int, *, ended: bool) -> str:
    """A circle with its name; passed ones are filled, the present one is ringed and bold."""
    colour = _BAD if ended and beyond == 0 else _NAVY
    fill = colour if beyond <= 0 else "#fff"
    ring = (
        f'<circle cx="{x}" cy="20" r="13" fill="none" stroke="{colour}" stroke-width="2"/>'
        if beyond == 0
        else ""
    )
    weight = ' font-weight="700"' if beyond == 0 else ""
    anchor = "start" if x < 40 else "middle"
    at = 8 if x < 40 else x
    return (
        f'{ring}<circle cx="{x}" cy="20" r="8" fill="{fill}" stroke="{colour}" '
        f'stroke-width="2"/><text x="{at}" y="52" text-anchor="{anchor}" '
        f'fill="{_INK if beyond <= 0 else _FAINT}"{weight}>{escape(text)}</text>'
    )
