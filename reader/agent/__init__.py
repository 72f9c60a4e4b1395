"""The agent at a counter: between the page in a browser, the card and the issuer's server."""
