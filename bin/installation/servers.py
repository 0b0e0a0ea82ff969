"""PostgreSQL and Redis of this installation: clusters and files of its own below var, never the system's.

Each site has its own, as in life, where they stand in different town halls: the node's role may make roles for its municipalities,
and PostgreSQL 15 cannot keep such a role from giving another one a new password.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from . import passwords
from .account import Account, plain_environment, run
from .places import NODE, SITES, Installation, free_ports, port_is_free, socket_folder
from .speech import Stop

POSTGRES = Path("/usr/lib/postgresql/15/bin")
SUPERUSER = "postgres"
SECONDS_TO_START = 60.0

# C.UTF-8: sorting by code point is the same on every machine; natural German order is the application's matter.
INITDB = ("--username", SUPERUSER, "--encoding", "UTF8", "--locale", "C.UTF-8", "--auth", "scram-sha-256", "--data-checksums")
ONLY_FOR_TESTS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum_naptime = 10s")


def prepare(installation: Installation, account: Account, *, running: bool) -> bool:
    """Make both sites' servers, if there are none, and write their settings; returns whether something is new."""
    new = [prepare_postgres(site, installation, account) for site in SITES]
    for site in SITES:
        prepare_redis(site, installation, account, running=running)
    return any(new)


def prepare_postgres(site: str, installation: Installation, account: Account) -> bool:
    """Make a site's cluster if there is none and write its settings; returns whether the cluster is new."""
    data = installation.var / "postgres" / site
    account.own(data.parent, data, socket_folder(installation, site))
    data.chmod(0o700)
    new = not (data / "PG_VERSION").exists()
    if new:
        password_file = installation.run / f"initdb-password-{site}"
        _write_private(password_file, passwords.of_site(installation, site).superuser, account)
        hurry = ["--no-sync"] if installation.throwaway else []
        try:
            command = [str(POSTGRES / "initdb"), *INITDB, *hurry, "--pwfile", str(password_file), "-D", str(data)]
            run(command, log=installation.setup_log, account=account, env=plain_environment(), cwd=Path("/"))
        finally:
            password_file.unlink()
    (data / "postgresql.auto.conf").write_text("\n".join(postgres_settings(site, installation)) + "\n")
    return new


def postgres_settings(site: str, installation: Installation) -> list[str]:
    """What differs from PostgreSQL's own settings, for this machine's memory. It listens on its socket only."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared_mb = min(1024, max(128, memory_mb // 8)) if site == NODE else 64
    return [
        "# written by bin/up at each start",
        "listen_addresses = ''",
        f"unix_socket_directories = '{socket_folder(installation, site)}'",
        "unix_socket_permissions = 0700",
        f"cluster_name = '{site}'",
        "max_connections = 200",
        f"shared_buffers = '{shared_mb}MB'",
        f"effective_cache_size = '{max(512, memory_mb // 2)}MB'",
        "work_mem = '16MB'",
        "maintenance_work_mem = '128MB'",
        "random_page_cost = 1.1",
        "jit = off",  # compiling costs more than our short queries take
        "max_wal_size = '2GB'",
        "wal_compression = on",
        "log_timezone = 'Europe/Berlin'",
        "log_line_prefix = '%m %d '",
        "log_checkpoints = off",
        *(ONLY_FOR_TESTS if installation.throwaway else ()),
    ]


def prepare_redis(site: str, installation: Installation, account: Account, *, running: bool) -> None:
    """Write Redis's settings; its port is remembered and chosen anew only if another program has taken it."""
    folder = installation.var / "redis" / site
    account.own(folder.parent, folder)
    name = f"redis-port-{site}"
    port = installation.remembered(name)
    if port is None or (not running and not port_is_free(port)):
        [port] = free_ports(1)
        installation.remember(name, port)
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {passwords.of_site(installation, site).redis}",
        f'dir "{folder}"',
        "daemonize no",
        # A queue that is lost is rebuilt by the sweep; writing it down makes a restart cheaper, no more.
        f"appendonly {'no' if installation.throwaway else 'yes'}",
        'save ""',
        "loglevel warning",
        "maxmemory-policy noeviction",
    ]
    _write_private(folder / "redis.conf", "\n".join(lines) + "\n", account)


def redis_url(site: str, installation: Installation, database: int = 0) -> str:
    """The address of one of Redis's databases, with its password."""
    password = passwords.of_site(installation, site).redis
    return f"redis://:{password}@127.0.0.1:{installation.remembered(f'redis-port-{site}')}/{database}"


def postgres_url(site: str, installation: Installation, database: str) -> str:
    """The address of a database of a site, with the site's own role."""
    password = passwords.of_site(installation, site).database
    return f"postgresql://{site}:{password}@/{database}?host={socket_folder(installation, site)}"


def superuser_url(site: str, installation: Installation) -> str:
    """The address of a site's cluster with its superuser; only set-up and test runs have it."""
    password = passwords.of_site(installation, site).superuser
    return f"postgresql://{SUPERUSER}:{password}@/postgres?host={socket_folder(installation, site)}"


def wait_for_servers(installation: Installation, account: Account) -> None:
    """Wait until all answer. Raises Stop after a minute."""
    deadline = time.monotonic() + SECONDS_TO_START
    for site in SITES:
        asked = [str(POSTGRES / "pg_isready"), "-q", "-h", str(socket_folder(installation, site))]
        ping = ["redis-cli", "-p", str(installation.remembered(f"redis-port-{site}")), "ping"]
        env = plain_environment(REDISCLI_AUTH=passwords.of_site(installation, site).redis)
        for name, command, answer in (("PostgreSQL", asked, ""), ("Redis", ping, "PONG")):
            while True:
                done = subprocess.run(command, env=env, capture_output=True, text=True, cwd="/", **account.identity())
                if done.returncode == 0 and answer in done.stdout:
                    break
                if time.monotonic() > deadline:
                    raise Stop(f"{name} ({site}) antwortet nicht.", f"Protokoll lesen: {installation.log / 'servers.log'}")
                time.sleep(0.1)


def make_roles(installation: Installation) -> None:
    """Make each site's role and the centre's database, or leave them as they are.

    The node's role may make databases and roles: each municipality has one of both.
    """
    for site in SITES:
        password = passwords.of_site(installation, site).database
        may = "CREATEDB CREATEROLE" if site == NODE else "NOCREATEDB NOCREATEROLE"
        statement = f"CREATE ROLE {site} LOGIN NOSUPERUSER {may} PASSWORD '{password}'"
        _sql(site, installation, f"DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    if not _sql("centre", installation, "SELECT 1 FROM pg_database WHERE datname = 'centre'"):
        _sql("centre", installation, "CREATE DATABASE centre OWNER centre")


def _sql(site: str, installation: Installation, statement: str) -> str:
    # The statement comes by standard input: it may hold a password, and command lines are public.
    env = plain_environment(PGPASSWORD=passwords.of_site(installation, site).superuser)
    command = [str(POSTGRES / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", SUPERUSER, "-d", "postgres"]
    command += ["-h", str(socket_folder(installation, site))]
    done = subprocess.run(command, input=statement, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Stop(f"PostgreSQL: {done.stderr.strip()}", f"Protokoll lesen: {installation.log / 'servers.log'}")
    return done.stdout.strip()


def _write_private(path: Path, content: str, account: Account) -> None:
    """Write a file that only the account reads (and root)."""
    path.touch(mode=0o600)
    os.chown(path, account.uid, account.gid)
    path.write_text(content)
