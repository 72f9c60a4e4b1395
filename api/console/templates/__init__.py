"""The console's pages (Jinja). Each text stands there in both languages: say("…", "…")."""
