"""Web pages for the clerk at a counter and for the bureau: server-rendered, in two languages."""
