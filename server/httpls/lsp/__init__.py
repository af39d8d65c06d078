"""The language server: converts between the protocol and the model, schedules, guards. It has no feature of its own."""
