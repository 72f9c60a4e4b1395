"""The agent at a counter: between the page in a browser, the card in the reader and the issuer's server."""
