"""Server-Sent Events and WebSocket by hand on asyncio, with the standard library of Python alone.

An example of a server that is not pushbench's own, in another language; see pushbench.target.json beside it. It is
published to over its control channel: JSON Lines on standard input.
"""

import asyncio
import base64
import hashlib
import json
import signal
import sys
import threading
from collections import deque
from urllib.parse import unquote

RETAINED = 1_000  # messages that a channel keeps for clients that come back
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Channel:
    """A log of messages, numbered from 1, and a bell that rings when it grows."""

    def __init__(self):
        self.last = 0
        self.messages = deque(maxlen=RETAINED)
        self.bell = asyncio.Event()

    def append(self, payload):
        self.last += 1
        self.messages.append(payload)
        self.bell.set()
        self.bell = asyncio.Event()

    async def read(self, cursor):
        """How many messages after the cursor are gone, and the number and payload of the next one."""
        while cursor >= self.last:
            await self.bell.wait()
        first = self.last - len(self.messages) + 1
        number = max(cursor + 1, first)
        return number - cursor - 1, number, self.messages[number - first]


channels = {}


def channel_of(name):
    return channels.setdefault(name, Channel())


async def serve_events(writer, headers, channel):
    """In the protocol "pushbench": the place in the log first, then numbered messages, and word of what is gone."""
    seen = headers.get("last-event-id", "")
    cursor = min(int(seen), channel.last) if seen.isdigit() else channel.last
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n")
    writer.write(f"id: {cursor}\n\n".encode())
    while True:
        # A slow client is waited for here: it has a place in the log, and no queue.
        await writer.drain()
        lost, number, payload = await channel.read(cursor)
        if lost > 0:
            writer.write(f"event: gap\nid: {number - 1}\ndata: {lost}\n\n".encode())
        writer.write(event_of(number, payload))
        cursor = number


def event_of(number, payload):
    # A CR ends a line of an event stream, so what holds one goes as JSON.
    if "\r" in payload:
        return f"event: json\nid: {number}\ndata: {json.dumps(payload)}\n\n".encode()
    lines = payload.replace("\n", "\ndata: ")
    return f"id: {number}\ndata: {lines}\n\n".encode()


def frame(opcode, payload):
    size = len(payload)
    if size < 126:
        head = bytes([0x80 | opcode, size])
    elif size < 65_536:
        head = bytes([0x80 | opcode, 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 127]) + size.to_bytes(8, "big")
    return head + payload


def unmasked(payload, mask):
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(size, "big")


async def serve_websocket(reader, writer, headers, channel):
    """In the protocol "plain": a text frame is a message, both ways."""
    cursor = channel.last
    accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + GUID).encode()).digest()).decode()
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
    )
    listening = asyncio.create_task(receive(reader, writer, channel))
    sending = asyncio.create_task(send(writer, channel, cursor))
    done, pending = await asyncio.wait([listening, sending], return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*done, *pending, return_exceptions=True)


async def send(writer, channel, cursor):
    while True:
        await writer.drain()
        lost, cursor, payload = await channel.read(cursor)
        if lost > 0:
            # There is no word for a gap here: who is that far behind is sent away, and knows it.
            writer.write(frame(CLOSE, (1013).to_bytes(2, "big")))
            return
        writer.write(frame(TEXT, payload.encode()))


async def receive(reader, writer, channel):
    while True:
        opcode, payload = await read_frame(reader)
        if opcode == TEXT:
            channel.append(payload.decode())
        elif opcode == PING:
            writer.write(frame(PONG, payload))
        elif opcode == CLOSE:
            writer.write(frame(CLOSE, payload[:2]))
            return
        elif opcode != PONG:
            raise ValueError(f"opcode {opcode}")


async def read_frame(reader):
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if not first & 0x80 or not second & 0x80:
        raise ValueError("a fragment, or a frame without a mask")
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    elif size == 127:
        size = int.from_bytes(await reader.readexactly(8), "big")
    mask = await reader.readexactly(4)
    return first & 0x0F, unmasked(await reader.readexactly(size), mask)


async def handle(reader, writer):
    try:
        while await answer(reader, writer):
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        pass  # the client has gone, or does not speak HTTP
    finally:
        writer.close()


async def answer(reader, writer):
    """One request. False when the connection is over."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *lines = head.split("\r\n")[:-2]
    method, target, _version = request.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    _, what, *rest = target.partition("?")[0].split("/")
    channel = channel_of(unquote(rest[0]) if rest else "main")
    if method == "GET" and what == "events":
        # An event stream ends when its client goes, which only reading tells.
        stream = asyncio.create_task(serve_events(writer, headers, channel))
        gone = asyncio.create_task(reader.read(1))
        await asyncio.wait([stream, gone], return_when=asyncio.FIRST_COMPLETED)
        for task in (stream, gone):
            task.cancel()
        await asyncio.gather(stream, gone, return_exceptions=True)
        return False
    if what == "socket" and headers.get("upgrade", "").lower() == "websocket":
        await serve_websocket(reader, writer, headers, channel)
        return False
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    if method == "POST" and what == "messages":
        channel.append(body.decode())
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    else:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    return headers.get("connection", "").lower() != "close"


def control(line):
    message = json.loads(line)
    if "publish" in message:
        channel_of(message["publish"]["channel"]).append(message["publish"]["payload"])
    elif "sync" in message:
        print(json.dumps(message), flush=True)


def read_control(loop, stop):
    for line in sys.stdin.buffer:
        loop.call_soon_threadsafe(control, line)
    loop.call_soon_threadsafe(stop.set)


async def main(port):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await asyncio.start_server(handle, "127.0.0.1", port, backlog=16_384, limit=2**16)
    threading.Thread(target=read_control, args=(loop, stop), daemon=True).start()
    print(f"listening on {port}", flush=True)
    await stop.wait()
    server.close()


asyncio.run(main(int(sys.argv[1])))
