"""What every answer of the console carries: who may load what, and that nothing is kept."""

from typing import Final

from flask import Response, g, request

from api.console import cookies

# The page speaks to the agent on its own machine, and to nobody else but this service.
AGENT: Final = "ws://127.0.0.1:*"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        f"connect-src 'self' {AGENT}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def add(answer: Response) -> Response:
    """Put them on *answer*, and give the browser its value where it has none."""
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if not request.path.startswith(f"{cookies.PATH}/static/"):
        answer.headers["Cache-Control"] = "no-store"
    fresh = g.get("browser")
    if fresh is not None and fresh != request.cookies.get(cookies.BROWSER):
        cookies.put(answer, cookies.BROWSER, fresh, lasts=cookies.YEAR)
    return answer
