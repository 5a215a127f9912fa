"""What `nc -N HOST PORT` does, where it is not installed: sends standard input and ends."""

from __future__ import annotations

import socket
import sys

if __name__ == "__main__":
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
        connection.sendall(sys.stdin.buffer.read())
