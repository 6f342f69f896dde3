"""Run it: python -m sandbox.seal_server [PORT]"""

import sys
import threading

from sandbox.seal_server.server import SealServer

server = SealServer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8899).start()
print(server.address, flush=True)  # noqa: T201 - a program's own word
threading.Event().wait()
