"""Ask the server in this container for a page, such as /ready: exit code 0 if it answers 200.

Beyond loopback every request needs a key, and the probes of an orchestrator cannot send a secret: this one can.
"""

import os
import sys
import urllib.error
import urllib.request

_PORT = os.environ.get("LOGTUI_HTTP", "127.0.0.1:8080").rpartition(":")[2]

request = urllib.request.Request(f"http://127.0.0.1:{_PORT}{sys.argv[1]}")
if key := os.environ.get("LOGTUI_BOOTSTRAP_KEY"):
    request.add_header("Authorization", f"Bearer {key}")
try:
    urllib.request.urlopen(request, timeout=4).close()
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code} {error.read(1_000).decode(errors='replace')}")
except OSError as error:
    sys.exit(str(error))
