"""The dynamic variables that are described one by one."""

from httpls.model.dynamic.description import (
    DynamicVariable,
    Hole,
    Kind,
    Parameter,
    ParameterKind,
    Spelling,
    Tool,
)

_JETBRAINS, _REST_CLIENT, _HTTPYAC, _KULALA, _VISUAL_STUDIO, _REST_NVIM, _POSTMAN, _HTTPLS = Tool
_AMOUNT = Parameter("amount", ParameterKind.INTEGER, "How many units from now; negative for the past.", "0")
_UNIT = Parameter(
    "unit", ParameterKind.UNIT, "y, Q, M, w, d, h, m, s or ms; M is months, m is minutes.", "s",
    ("y", "Q", "M", "w", "d", "h", "m", "s", "ms"), closed=True,
)  # fmt: skip
_FORMAT = Parameter(
    "format", ParameterKind.FORMAT,
    '`iso8601`, `rfc1123`, or a quoted format: of Day.js, such as `"YYYY-MM-DD"`, in the profile `vs` of .NET.',
    "iso8601", ("iso8601", "rfc1123", '"YYYY-MM-DD"', '"YYYY-MM-DDTHH:mm:ssZ"'),
)  # fmt: skip
_LENGTH = Parameter("length", ParameterKind.INTEGER, "How many characters, from 1 to 100,000.")
_FROM = Parameter("from", ParameterKind.INTEGER, "The least value.")
_TO = Parameter("to", ParameterKind.INTEGER, "The value that all results are below.")
_FROM_NUMBER = _FROM._replace(kind=ParameterKind.NUMBER)
_TO_NUMBER = _TO._replace(kind=ParameterKind.NUMBER)
_NAME = Parameter("name", ParameterKind.NAME, "The name of the variable.")
_MAYBE_INDIRECT = Parameter(
    "name", ParameterKind.NAME, "The name of the variable; `%name` takes the name from the variable `name`."
)
_IDENTIFIER = Parameter("id", ParameterKind.NAME, "The name of an entry of `Security.Auth`.")
_LABEL = Parameter(
    "label", ParameterKind.TEXT, "What the person is asked; `$value:` and a text after it propose an answer."
)
_OPTIONS = (
    Parameter("options", ParameterKind.TEXT, "Any of `new`, `clientId:…`, `callbackDomain:…`, `callbackPort:…`, "
              "`authorizeEndpoint:…`, `tokenEndpoint:…`, `scopes:…`, `audience:…`.", ""),
)  # fmt: skip


def _prompt(name: str, documentation: str, *, secret: bool, hole: Hole = Hole.PROMPT) -> DynamicVariable:
    return DynamicVariable(
        (Spelling(name, (_HTTPYAC,)),), Kind.HOLE, documentation, ((_LABEL,),),
        hole=hole, takes_rest=True, is_secret=secret,
    )  # fmt: skip


_SAME_ANSWER = " The answer is kept for later requests."

VARIABLES: tuple[DynamicVariable, ...] = (
    DynamicVariable(
        (
            Spelling("$uuid", (_JETBRAINS, _HTTPYAC, _KULALA, _REST_NVIM)),
            Spelling("$guid", (_REST_CLIENT, _HTTPYAC, _POSTMAN)),
            Spelling("$random.uuid", (_JETBRAINS, _HTTPYAC, _KULALA)),
            Spelling("$randomUUID", (_POSTMAN,)),
            Spelling("$random.internet.uuid", (_JETBRAINS,)),
        ),
        Kind.PURE,
        "A random UUID (RFC 9562, version 4).",
        example="f47ac10b-58cc-4372-a567-0e02b2c3d479",
    ),
    DynamicVariable(
        (Spelling("$timestamp", (_JETBRAINS, _REST_CLIENT, _HTTPYAC, _KULALA, _VISUAL_STUDIO, _REST_NVIM, _POSTMAN)),),
        Kind.PURE,
        "Unix time in seconds. In the profile `kulala`, and in `httpyac` without arguments, in milliseconds.",
        ((_AMOUNT, _UNIT),),
        example="1767225600",
    ),
    DynamicVariable(
        (Spelling("$timestampMs", (_HTTPLS,)),),
        Kind.PURE,
        "Unix time in milliseconds.",
        ((_AMOUNT, _UNIT),),
        example="1767225600000",
    ),
    DynamicVariable(
        (Spelling("$isoTimestamp", (_JETBRAINS, _HTTPYAC, _KULALA, _POSTMAN)),),
        Kind.PURE,
        "The time in UTC as ISO 8601 writes it, with milliseconds.",
        ((_AMOUNT, _UNIT),),
        example="2026-01-01T00:00:00.000Z",
    ),
    DynamicVariable(
        (Spelling("$datetime", (_REST_CLIENT, _HTTPYAC, _VISUAL_STUDIO)),),
        Kind.PURE,
        "The time in UTC, in a format.",
        ((_FORMAT, _AMOUNT, _UNIT),),
        example="2026-01-01T00:00:00.000Z",
    ),
    DynamicVariable(
        (Spelling("$localDatetime", (_REST_CLIENT, _HTTPYAC, _VISUAL_STUDIO)),),
        Kind.PURE,
        "The time in the zone of this machine, in a format.",
        ((_FORMAT, _AMOUNT, _UNIT),),
        example="2026-01-01T01:00:00+01:00",
    ),
    DynamicVariable(
        (Spelling("$date", (_KULALA, _REST_NVIM)),),
        Kind.PURE,
        "The date in the zone of this machine.",
        ((_AMOUNT, _UNIT),),
        example="2026-01-01",
    ),
    DynamicVariable(
        (Spelling("$randomInt", (_JETBRAINS, _REST_CLIENT, _HTTPYAC, _KULALA, _VISUAL_STUDIO, _REST_NVIM, _POSTMAN)),),
        Kind.PURE,
        "A random integer: from 0 to 999, or from the first argument to below the second.",
        ((), (_FROM, _TO)),
        example="417",
    ),
    DynamicVariable(
        (Spelling("$random.integer", (_JETBRAINS, _HTTPYAC)),),
        Kind.PURE,
        "A random integer: from 0 to 999, from 0 to below the argument, or from the first to below the second.",
        ((), (_TO,), (_FROM, _TO)),
        example="417",
        parenthesised=True,
    ),
    DynamicVariable(
        (Spelling("$random.float", (_JETBRAINS, _HTTPYAC)),),
        Kind.PURE,
        "A random number: from 0 to below 1000, from 0 to below the argument, or from the first to below the second.",
        ((), (_TO_NUMBER,), (_FROM_NUMBER, _TO_NUMBER)),
        example="417.52083",
        parenthesised=True,
    ),
    DynamicVariable(
        (Spelling("$random.alphabetic", (_JETBRAINS, _HTTPYAC)),),
        Kind.PURE,
        "Random letters a–z and A–Z.",
        ((_LENGTH,),),
        example="aBsseEasgZ",
        parenthesised=True,
    ),
    DynamicVariable(
        (Spelling("$random.alphanumeric", (_JETBRAINS, _HTTPYAC)),),
        Kind.PURE,
        "Random letters, digits and underscores.",
        ((_LENGTH,),),
        example="wEd1I_5Jzi",
        parenthesised=True,
    ),
    DynamicVariable(
        (Spelling("$random.hexadecimal", (_JETBRAINS, _HTTPYAC)),),
        Kind.PURE,
        "Random hexadecimal digits, the letters in upper case.",
        ((_LENGTH,),),
        example="A012BCF",
        parenthesised=True,
    ),
    DynamicVariable(
        (Spelling("$random.email", (_JETBRAINS, _HTTPYAC)),),
        Kind.PURE,
        "A random e-mail address in a domain that is reserved for examples (RFC 2606), so that nobody gets mail.",
        example="qvkzbrnwte@example.com",
    ),
    DynamicVariable(
        (
            Spelling("$random.bool", (_JETBRAINS,)),
            Spelling("$random.bool.bool", (_JETBRAINS,)),
            Spelling("$randomBoolean", (_POSTMAN,)),
        ),
        Kind.PURE,
        "`true` or `false`.",
        example="true",
    ),
    DynamicVariable(
        (Spelling("$exampleServer", (_JETBRAINS,)),),
        Kind.TEMPLATE,
        "Stands in templates for the address of a server.",
    ),
    DynamicVariable(
        (Spelling("$placeholder", (_JETBRAINS,)),),
        Kind.TEMPLATE,
        "Stands in generated requests for something that the author has to write.",
    ),
    DynamicVariable(
        (Spelling("$projectRoot", (_JETBRAINS, _HTTPYAC)),),
        Kind.HOLE,
        "The folder of the project.",
        hole=Hole.PROJECT,
    ),
    DynamicVariable(
        (Spelling("$historyFolder", (_JETBRAINS,)),),
        Kind.HOLE,
        "The folder in which responses are kept; for paths after `>>`.",
        hole=Hole.PROJECT,
    ),
    DynamicVariable(
        (Spelling("$env.", (_JETBRAINS, _KULALA)),),
        Kind.HOLE,
        "A variable of the operating system, `$env.NAME`.",
        hole=Hole.OS_ENVIRONMENT,
        is_prefix=True,
    ),
    DynamicVariable(
        (Spelling("$processEnv", (_REST_CLIENT, _HTTPYAC, _VISUAL_STUDIO)),),
        Kind.HOLE,
        "A variable of the operating system.",
        ((_MAYBE_INDIRECT,),),
        hole=Hole.OS_ENVIRONMENT,
    ),
    DynamicVariable(
        (Spelling("$dotenv", (_REST_CLIENT, _HTTPYAC, _VISUAL_STUDIO, _REST_NVIM)),),
        Kind.HOLE,
        "A variable of the nearest `.env` file.",
        ((_MAYBE_INDIRECT,),),
        hole=Hole.DOTENV,
    ),
    DynamicVariable(
        (Spelling("$shared", (_REST_CLIENT,)),),
        Kind.HOLE,
        "A variable of the environment that all environments share.",
        ((_NAME,),),
        hole=Hole.SHARED,
    ),
    DynamicVariable(
        (Spelling("$secret", (_HTTPLS,)),),
        Kind.HOLE,
        "A secret of this project, from the keyring; an editor asks for it if it is missing.",
        ((_NAME._replace(documentation="The name of the secret."),),),
        hole=Hole.SECRET,
        is_secret=True,
    ),
    DynamicVariable(
        (Spelling("$keyring", (_HTTPLS,)),),
        Kind.HOLE,
        "An entry of the keyring.",
        (
            (
                Parameter("service", ParameterKind.NAME, "The service."),
                Parameter("account", ParameterKind.NAME, "The account."),
            ),
        ),
        hole=Hole.KEYRING,
        is_secret=True,
    ),
    DynamicVariable(
        (Spelling("$auth.token", (_JETBRAINS, _HTTPYAC, _KULALA)),),
        Kind.HOLE,
        "The access token of an entry of `Security.Auth`.",
        ((_IDENTIFIER,),),
        hole=Hole.TOKEN,
        parenthesised=True,
        is_secret=True,
    ),
    DynamicVariable(
        (Spelling("$auth.idToken", (_JETBRAINS, _HTTPYAC, _KULALA)),),
        Kind.HOLE,
        "The ID token of an entry of `Security.Auth`.",
        ((_IDENTIFIER,),),
        hole=Hole.TOKEN,
        parenthesised=True,
        is_secret=True,
    ),
    DynamicVariable(
        (Spelling("$aadToken", (_REST_CLIENT,)),),
        Kind.HOLE,
        "A token of Azure Active Directory, version 1.",
        (
            (
                Parameter(
                    "options",
                    ParameterKind.TEXT,
                    "Any of `new`, a cloud (`public`, `cn`, `de`, `us`, `ppe`), a domain or "
                    "tenant id, `aud:` with a domain or tenant id.",
                    "",
                ),
            ),
        ),
        hole=Hole.TOKEN,
        takes_rest=True,
        is_secret=True,
    ),
    DynamicVariable(
        (Spelling("$aadV2Token", (_REST_CLIENT,)),),
        Kind.HOLE,
        "A token of the Microsoft identity platform.",
        (
            (
                Parameter(
                    "options",
                    ParameterKind.TEXT,
                    "Any of `new`, a cloud, `appOnly`, `scopes:` with names divided by "
                    "commas, `tenantId:…`, `clientId:…`.",
                    "",
                ),
            ),
        ),
        hole=Hole.TOKEN,
        takes_rest=True,
        is_secret=True,
    ),
    DynamicVariable(
        (Spelling("$oidcAccessToken", (_REST_CLIENT,)),),
        Kind.HOLE,
        "An access token from OpenID Connect, by a login in the browser.",
        (_OPTIONS,),
        hole=Hole.TOKEN,
        takes_rest=True,
        is_secret=True,
    ),
    _prompt("$input", "Asks a person for a text.", secret=False),
    _prompt("$input-askonce", "Asks a person for a text, once." + _SAME_ANSWER, secret=False),
    _prompt("$prompt", "Asks a person for a text that is not shown.", secret=True),
    _prompt("$prompt-askonce", "Asks a person for a text that is not shown, once." + _SAME_ANSWER, secret=True),
    _prompt("$password", "Asks a person for a text that is not shown.", secret=True),
    _prompt("$password-askonce", "Asks a person for a text that is not shown, once." + _SAME_ANSWER, secret=True),
    _prompt("$pick", "Lets a person choose: `$pick label $value: one,two`.", secret=False, hole=Hole.PICK),
    _prompt("$pick-askonce", "Lets a person choose, once." + _SAME_ANSWER, secret=False, hole=Hole.PICK),
    DynamicVariable(
        (Spelling("$xpath", (_HTTPYAC,)),),
        Kind.HOLE,
        "What an XPath expression finds in the last response.",
        ((Parameter("expression", ParameterKind.TEXT, "The XPath expression."),),),
        hole=Hole.RESPONSE,
        takes_rest=True,
    ),
    DynamicVariable(
        (Spelling("$cancel", (_HTTPYAC,)),),
        Kind.HOLE,
        "Ends the run before this request is sent.",
        hole=Hole.CANCEL,
    ),
)
"""All but those of made-up data, of which there are many of one form."""
