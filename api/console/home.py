"""The console's first page, and the two things that a person sets for himself."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.console import cookies, forms, language, navigation
from api.console.people import who
from api.console.return_address import inner

bp = Blueprint("home", __name__)


@bp.get("/")
def page() -> ResponseReturnValue:
    """Where a person may go; straight there if it is one place."""
    found = navigation.places(who())
    if len(found) == 1:
        return redirect(url_for(found[0].endpoint))
    return render_template("home.html")


@bp.post("/view")
def choose() -> ResponseReturnValue:
    """Set the language or the size of type."""
    back = inner(forms.text("back", limit=500))
    answer = make_response(redirect(back, forms.STATUS))
    if (chosen := request.form.get("language", "")) in language.LANGUAGES:
        cookies.put(answer, cookies.LANGUAGE, chosen, lasts=cookies.YEAR)
    if (size := request.form.get("type", "")) in language.TYPES:
        cookies.put(answer, cookies.TYPE, size, lasts=cookies.YEAR)
    return answer
