#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
A proxy for one PostgreSQL server on a Unix socket that loses the answer to one COMMIT.

usage: drop-commit.py before|after SERVER_SOCKET DIRECTORY

Listens on DIRECTORY/<name of the server's socket>. The first connection that sends COMMIT after a batch that wrote
something is cut off: `before` the server has seen it, or `after` the server has answered. Everything else goes
through. Prints "dropped" when that has happened.
"""
import os
import socket
import sys
import threading

when, server, directory = sys.argv[1:4]
os.makedirs(directory, exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(os.path.join(directory, os.path.basename(server)))
listener.listen(16)
dropped = threading.Event()


def answers(upstream, client, cut):
    """From the server to the client, until told to cut."""
    while True:
        data = upstream.recv(65536)
        if not data or cut.is_set():
            break
        client.sendall(data)
    for end in (client, upstream):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client):
    upstream = socket.socket(socket.AF_UNIX)
    upstream.connect(server)
    cut = threading.Event()
    reader = threading.Thread(target=answers, args=(upstream, client, cut), daemon=True)
    reader.start()
    while True:
        data = client.recv(65536)
        if not data:
            break
        # Query or Parse messages carry the text as it is; a COMMIT is a message of its own.
        if not dropped.is_set() and b"COMMIT" in data and len(data) < 200:
            dropped.set()
            cut.set()
            print("dropped", when, flush=True)
            if when == "after":
                upstream.sendall(data)
                reader.join(5)  # the server has answered; nobody hears it
            for end in (client, upstream):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            return
        upstream.sendall(data)
    try:
        upstream.shutdown(socket.SHUT_WR)
    except OSError:
        pass


while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
