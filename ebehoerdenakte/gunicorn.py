"""Settings of the web server, for both sites: gunicorn -c ebehoerdenakte/gunicorn.py ebehoerdenakte.wsgi:application."""

import gc
import os
from typing import Any

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
limit_request_line = 8190
control_socket_disable = True  # both sites have one home, and nobody steers it by that
accesslog = None
errorlog = "-"
proc_name = f"eakte-{os.environ.get('DJANGO_SETTINGS_MODULE', 'node').rpartition('.')[2]}"


def when_ready(server: Any) -> None:
    """Before the workers are forked: what was loaded is never garbage, so no collection walks through it or copies its pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a request makes some ten thousand objects and leaves hardly a cycle
