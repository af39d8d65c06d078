"""What can be wrong with what Postman exported."""


class PostmanError(Exception):
    """A file is not what Postman exports, or more than can be imported. The message is for people.

    `remedy` is a sentence that says what to do, empty if there is nothing to say.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        """Take the message, which names the place in the file, and the remedy."""
        super().__init__(message)
        self.remedy = remedy
