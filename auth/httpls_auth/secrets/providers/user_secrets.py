"""User secrets of ASP.NET Core, which Visual Studio keeps outside the project (Microsoft Learn, "Safe storage of app
secrets in development").
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, cast

from httpls_auth.errors import SecretError
from httpls_auth.secrets.json_object import json_object
from httpls_auth.secrets.providers.files import read_text
from httpls_auth.secrets.providers.request import Asked

_ID = re.compile(r"<UserSecretsId>\s*([^<]+?)\s*</UserSecretsId>")
_NAME = re.compile(r"[\w.-]{1,200}")


def user_secrets(asked: Asked) -> str:
    """Return the secret `secretName`, such as `Section:Key`. Raises `SecretError`.

    The store is named by `userSecretsId`, else by the project file (`*.csproj`, `Directory.Build.props` …) in the
    folder of the environment file or in one above it, up to the root.
    """
    asked.demand_trust("read user secrets")
    name = asked.required("secretName", "name")
    store = asked.get("userSecretsId") or _id_of_project(asked)
    if _NAME.fullmatch(store) is None or store in (".", ".."):
        raise SecretError(f"`{store}` is no id of user secrets", "Correct `UserSecretsId`.")
    path = _folder(asked) / store / "secrets.json"
    content = json_object(read_text(asked, path))
    if content is None:
        raise SecretError(f"`{path}` is no JSON object", "Correct it, best with `dotnet user-secrets`.")
    found = _find(content, name)
    if found is None:
        command = f'`dotnet user-secrets set "{name}" VALUE --id {store}`'
        raise SecretError(f"there is no user secret `{name}` in `{path}`", f"Set it: {command}.")
    return found


def _folder(asked: Asked) -> Path:
    if sys.platform == "win32":
        return Path(asked.environment.get("APPDATA", "")) / "Microsoft" / "UserSecrets"
    return Path(asked.environment.get("HOME") or Path.home()) / ".microsoft" / "usersecrets"


def _id_of_project(asked: Asked) -> str:
    for folder in (asked.folder, *asked.folder.parents):
        try:
            files = sorted(folder.glob("*.*proj")) + sorted(folder.glob("Directory.Build.props"))
        except OSError:
            files = []
        for file in files:
            match = _ID.search(read_text(asked, file))
            if match is not None:
                return match.group(1)
        if folder == asked.access.root:
            break
    raise SecretError(
        "no project file here says which user secrets are meant",
        "Run `dotnet user-secrets init`, or add `userSecretsId` to the provider.",
    )


def _find(content: object, name: str) -> str | None:
    """Return a value by its name, in any case; a colon leads into an object, unless the whole name is there."""
    if not isinstance(content, dict):
        return None
    members = {key.lower(): value for key, value in cast("dict[str, Any]", content).items()}
    whole = members.get(name.lower())
    if isinstance(whole, str | int | float | bool):
        return whole if isinstance(whole, str) else json.dumps(whole)
    for end in [place for place, character in enumerate(name) if character == ":"]:
        found = _find(members.get(name[:end].lower()), name[end + 1 :])
        if found is not None:
            return found
    return None
