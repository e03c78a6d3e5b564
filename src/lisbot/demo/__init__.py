"""The demo: the example councils, whom a visitor may be in them, and a clock that can be moved forward."""
