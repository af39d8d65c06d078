"""squid, a proxy that wants a login. It changes to a user of its own, so it is started by root."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.real_servers import free_port, let_other_users_in, needs_root, program, running


@contextmanager
def running_squid(folder: Path, login: str, name: str = "squid") -> Generator[int]:
    """Run it with its files in a folder; give its port. `login` is the lines `auth_param …` of its configuration."""
    needs_root()
    let_other_users_in(folder)
    port = free_port()
    configuration = folder / f"{name}.conf"
    configuration.write_text(
        f"""http_port 127.0.0.1:{port}
pid_filename {folder}/{name}.pid
cache_log {folder}/{name}.log
access_log none
coredump_dir {folder}
cache deny all
cache_effective_user proxy
{login}
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
shutdown_lifetime 0 seconds
"""
    )
    command = [program("squid"), "-N", "-n", f"httpls{port}", "-f", str(configuration)]
    with running(command, port, folder / f"{name}.out"):
        yield port
