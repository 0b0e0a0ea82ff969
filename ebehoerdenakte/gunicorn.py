"""Settings of the web server, for both sites: gunicorn -c ebehoerdenakte/gunicorn.py ebehoerdenakte.wsgi:application."""

import gc
import os
from typing import Any

from gunicorn import util
from gunicorn.http import message

worker_class = "gthread"  # a slow upload holds a thread, not a process
workers = int(os.environ.get("EAKTE_WEB_WORKERS", "2"))
threads = int(os.environ.get("EAKTE_WEB_THREADS", "12"))
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file: on a disk that is busy with scans a healthy worker would look dead
# Modules are loaded once and shared by the workers. Nothing connects on import: a connection must not be inherited by fork.
preload_app = True
# A worker that shows no sign of life is killed; a thread that takes in 500 MB over a slow line does not count as that.
timeout = 60
graceful_timeout = 30
keepalive = 15
# Small leaks do not grow for months; not all workers leave at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
# The longest question that the search takes: 2,000 characters of up to 12 bytes, and what stands around them. gunicorn's own end is 8,190.
limit_request_line = message.MAX_REQUEST_LINE = 32_768
control_socket_disable = True  # both sites have one home, and nobody steers it by that
accesslog = None
errorlog = "-"
proc_name = f"eakte-{os.environ.get('DJANGO_SETTINGS_MODULE', 'node').rpartition('.')[2]}"


def when_ready(server: Any) -> None:
    """Before the workers are forked: what was loaded is never garbage, so no collection walks through it or copies its pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a request makes some ten thousand objects and leaves hardly a cycle


def post_request(_worker: Any, _request: Any, _environ: Any, _answer: Any) -> None:
    """What a request leaves in circles (rows that were fetched along hold their querysets) is cleared away once it is answered.

    Left to itself the collector comes every tenth request, in the middle of one, for as long as a quarter of it takes.
    """
    gc.collect(0)


def write_error(client: Any, status: int, reason: str, detail: str) -> None:
    """Say what gunicorn refuses by itself (an endless address, broken headers) as the API says it, and not as a page in English."""
    from foundation.api import problems  # not before the application has its settings

    body = problems.server_problem(status)
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {problems.CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(client, head.encode("latin-1") + body)


util.write_error = write_error
