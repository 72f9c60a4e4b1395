"""Files to and from the houses that personalize cards for the issuer (docs/exchange-files.md)."""
