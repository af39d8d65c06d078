"""Islands: the small languages inside a line, each parsed on demand by a Lark grammar of its own."""
