"""The names of the commands that lenses and actions carry."""

CHOOSE_ENVIRONMENT = "httpls.chooseEnvironmentOfFile"
COPY_AS_CURL = "httpls.copyAsCurl"
MOVE_SECRET = "httpls.moveSecret"  # noqa: S105 - the name of a command
SEND = "httpls.send"
SEND_ALL = "httpls.sendAll"
SEND_UP_TO_HERE = "httpls.sendUpToHere"
SET_UP_AUTH = "httpls.setUpAuth"
SHOW_HISTORY = "httpls.showHistory"
SHOW_REFERENCES = "httpls.showReferences"
SHOW_RESPONSE = "httpls.showResponse"
