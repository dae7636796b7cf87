"""
When a connection stood that a request had to open first: names, TCP and TLS take longer than turns can spare.

Neither requests nor urllib3 tells; a connection that was kept and then dropped is opened anew without a word.
"""

import threading
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class Noted(threading.local):
    """What a thread's requests have met."""

    connected_at = 0.0  # when the last connection stood, by ``time.monotonic``


noted = Noted()


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        noted.connected_at = time.monotonic()


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        noted.connected_at = time.monotonic()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class NotingAdapter(HTTPAdapter):
    """Open connections that note when they stand, through a proxy as well."""

    poolmanager: PoolManager

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager
