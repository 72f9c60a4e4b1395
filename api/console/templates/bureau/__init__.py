"""The bureau's pages (Jinja); `frame.html` is around each of them."""
