"""Values that Visual Studio encrypted for one user of one Windows machine (DPAPI)."""

import sys
from base64 import b64decode

from httpls_auth.errors import SecretError
from httpls_auth.secrets.providers.request import Asked


def encrypted(asked: Asked) -> str:
    """Return the clear text of `value`. Raises `SecretError`, always so on other systems than Windows."""
    try:
        content = b64decode(asked.required("value"), validate=True)
    except ValueError:
        raise SecretError(
            "the value is no base64, and so not encrypted by Visual Studio", "Set it anew there."
        ) from None
    if sys.platform != "win32":
        raise SecretError(
            "the value can be decrypted only on Windows, by the user who encrypted it",
            "Put the secret into the keyring: `httpls secret set NAME --allow ORIGIN`, and write `{{$secret NAME}}`.",
        )
    clear = unprotect(content)
    if clear is None:
        raise SecretError("the value was encrypted by another user or on another machine", "Set it anew there.")
    for encoding in ("utf-8", "utf-16-le"):
        try:
            return clear.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SecretError("the encrypted value is no text", "Set it anew in Visual Studio.")


def unprotect(content: bytes) -> bytes | None:
    """Decrypt with `CryptUnprotectData` for the current user, without asking anybody; None if it cannot be done."""
    if sys.platform != "win32":
        raise NotImplementedError
    import ctypes
    from ctypes import wintypes

    class Blob(ctypes.Structure):
        _fields_ = (("size", wintypes.DWORD), ("data", ctypes.POINTER(ctypes.c_char)))

    given = Blob(len(content), ctypes.cast(ctypes.create_string_buffer(content, len(content)), Blob._fields_[1][1]))
    clear = Blob()
    no_window = 0x1
    done = ctypes.windll.crypt32.CryptUnprotectData(
        ctypes.byref(given), None, None, None, None, no_window, ctypes.byref(clear)
    )
    if not done:
        return None
    try:
        return ctypes.string_at(clear.data, clear.size)
    finally:
        ctypes.windll.kernel32.LocalFree(clear.data)
