"""PostgreSQL and Redis of this installation: its own cluster and its own files below var, never the system's."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from . import passwords
from .account import Account, plain_environment, run
from .places import Installation, free_ports, port_is_free, socket_folder
from .speech import Stop

POSTGRES = Path("/usr/lib/postgresql/15/bin")
SUPERUSER = "postgres"
SECONDS_TO_START = 60.0

# C.UTF-8: sorting by code point is the same on every machine; natural German order is the application's matter.
INITDB = ("--username", SUPERUSER, "--encoding", "UTF8", "--locale", "C.UTF-8", "--auth", "scram-sha-256", "--data-checksums")
ONLY_FOR_TESTS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum_naptime = 10s")


def prepare_postgres(installation: Installation, account: Account) -> bool:
    """Make the cluster if there is none and write its settings; returns whether the cluster is new."""
    data = installation.var / "postgres"
    account.own(data, socket_folder(installation))
    data.chmod(0o700)
    new = not (data / "PG_VERSION").exists()
    if new:
        password_file = installation.run / "initdb-password"
        password_file.touch(mode=0o600)
        os.chown(password_file, account.uid, account.gid)
        password_file.write_text(passwords.of(installation)["EAKTE_POSTGRES_PASSWORD"])
        hurry = ["--no-sync"] if installation.throwaway else []
        try:
            command = [str(POSTGRES / "initdb"), *INITDB, *hurry, "--pwfile", str(password_file), "-D", str(data)]
            run(command, log=installation.setup_log, account=account, env=plain_environment(), cwd=Path("/"))
        finally:
            password_file.unlink()
    settings = data / "postgresql.auto.conf"
    settings.write_text("\n".join(postgres_settings(installation)) + "\n")
    return new


def postgres_settings(installation: Installation) -> list[str]:
    """What differs from PostgreSQL's own settings, for this machine's memory. It listens on its socket only."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return [
        "# written by bin/up at each start",
        "listen_addresses = ''",
        f"unix_socket_directories = '{socket_folder(installation)}'",
        "unix_socket_permissions = 0700",
        "max_connections = 200",
        f"shared_buffers = '{min(1024, max(128, memory_mb // 8))}MB'",
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


def prepare_redis(installation: Installation, account: Account, *, running: bool) -> None:
    """Write Redis's settings; its port is remembered and chosen anew only if another program has taken it."""
    folder = installation.var / "redis"
    account.own(folder)
    port = installation.remembered("redis-port")
    if port is None or (not running and not port_is_free(port)):
        [port] = free_ports(1)
        installation.remember("redis-port", port)
    settings = folder / "redis.conf"
    settings.touch(mode=0o600)
    os.chown(settings, account.uid, account.gid)
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {passwords.of(installation)['EAKTE_REDIS_PASSWORD']}",
        f"dir {folder}",
        "daemonize no",
        # A queue that is lost is rebuilt by the sweep; writing it down makes a restart cheaper, no more.
        f"appendonly {'no' if installation.mode == 'test' else 'yes'}",
        'save ""',
        "maxmemory-policy noeviction",
    ]
    settings.write_text("\n".join(lines) + "\n")


def redis_url(installation: Installation, database: int) -> str:
    """The address of one of Redis's databases, with its password."""
    return f"redis://:{passwords.of(installation)['EAKTE_REDIS_PASSWORD']}@127.0.0.1:{installation.remembered('redis-port')}/{database}"


def postgres_url(installation: Installation, role: str, password: str, database: str) -> str:
    return f"postgresql://{role}:{password}@/{database}?host={socket_folder(installation)}"


def superuser_url(installation: Installation) -> str:
    return postgres_url(installation, SUPERUSER, passwords.of(installation)["EAKTE_POSTGRES_PASSWORD"], "postgres")


def wait_for_servers(installation: Installation, account: Account) -> None:
    """Wait until both answer. Raises Stop after a minute."""
    deadline = time.monotonic() + SECONDS_TO_START
    asked = [str(POSTGRES / "pg_isready"), "-q", "-h", str(socket_folder(installation))]
    ping = ["redis-cli", "-p", str(installation.remembered("redis-port")), "ping"]
    env = plain_environment(REDISCLI_AUTH=passwords.of(installation)["EAKTE_REDIS_PASSWORD"])
    for name, command, answer in (("PostgreSQL", asked, ""), ("Redis", ping, "PONG")):
        while True:
            done = subprocess.run(command, env=env, capture_output=True, text=True, cwd="/", **account.identity())
            if done.returncode == 0 and answer in done.stdout:
                break
            if time.monotonic() > deadline:
                raise Stop(f"{name} antwortet nicht.", f"Protokoll lesen: {installation.log / 'servers.log'}")
            time.sleep(0.1)


def make_roles(installation: Installation) -> None:
    """Make the roles of both sites and the centre's database, or leave them as they are.

    The node's role may create databases (one for each municipality); it cannot enter the centre's, nor the centre's role any other.
    """
    known = passwords.of(installation)
    roles = {"node": ("EAKTE_NODE_DATABASE_PASSWORD", "CREATEDB"), "centre": ("EAKTE_CENTRE_DATABASE_PASSWORD", "NOCREATEDB")}
    for role, (password, may) in roles.items():
        statement = f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE {may} PASSWORD '{known[password]}'"
        _sql(installation, f"DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    if not _sql(installation, "SELECT 1 FROM pg_database WHERE datname = 'centre'"):
        _sql(installation, "CREATE DATABASE centre OWNER centre")
        _sql(installation, "REVOKE CONNECT ON DATABASE centre FROM PUBLIC")


def _sql(installation: Installation, statement: str) -> str:
    # The statement comes by standard input: it may hold a password, and command lines are public.
    command = [
        str(POSTGRES / "psql"),
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        str(socket_folder(installation)),
        "-U",
        SUPERUSER,
        "-d",
        "postgres",
    ]
    env = plain_environment(PGPASSWORD=passwords.of(installation)["EAKTE_POSTGRES_PASSWORD"])
    done = subprocess.run(command, input=statement, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Stop(f"PostgreSQL: {done.stderr.strip()}", f"Protokoll lesen: {installation.log / 'servers.log'}")
    return done.stdout.strip()
