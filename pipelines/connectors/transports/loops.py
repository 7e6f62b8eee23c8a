"""An event loop of one's own, for filesystems that are asynchronous inside.

Belongs here: starting and ending the thread that serves one connection. fsspec would keep one
thread and its connections for the life of the process; a collection leaves nothing behind.
Does not belong here: what runs on the loop.
"""

from __future__ import annotations

import asyncio
import threading


class OwnLoop:
    """A running event loop, until it is closed."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End what still runs on the loop, then the loop and its threads."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
        finally:
            self.loop.close()
