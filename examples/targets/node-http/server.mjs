// A chat server in plain node:http: Server-Sent Events and long polling over one log a room. An example of a server that is
// not pushbench's own; see pushbench.target.json beside it.
import { createServer } from 'node:http';

/** Messages that a room keeps for those who come back. */
const RETAINED = 500;
/** Longest that a poll waits, ms. */
const LONGEST_WAIT_MS = 25_000;

/** @type {Map<string, { last: number, messages: { id: number, text: string }[], waiting: Set<() => void> }>} */
const rooms = new Map();

function roomOf(name) {
  let room = rooms.get(name);
  if (room === undefined) rooms.set(name, (room = { last: 0, messages: [], waiting: new Set() }));
  return room;
}

function say(room, text) {
  room.messages.push({ id: ++room.last, text });
  if (room.messages.length > RETAINED) room.messages.shift();
  for (const wake of [...room.waiting]) wake();
}

const firstOf = (room) => room.messages[0]?.id ?? room.last + 1;
/** How many messages after `id` are no longer kept. */
const lostAfter = (room, id) => Math.max(0, firstOf(room) - 1 - id);

function events(request, response, room) {
  const seen = request.headers['last-event-id'];
  let id = seen === undefined ? room.last : Number(seen);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
  // A reader that is slow is written to when it has read: it has a place in the log, and no queue.
  const write = () => {
    while (id < room.last && !response.writableNeedDrain) {
      const lost = lostAfter(room, id);
      if (lost > 0) response.write(`event: lost\ndata: ${lost}\n\n`);
      const message = room.messages[id + lost + 1 - firstOf(room)];
      id = message.id;
      response.write(`id: ${id}\ndata: ${JSON.stringify({ text: message.text })}\n\n`);
    }
  };
  room.waiting.add(write);
  response.on('drain', write);
  response.on('close', () => room.waiting.delete(write));
  write();
}

function poll(response, room, query) {
  const asked = query.get('after');
  const answer = (body) => {
    if (body === null) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  // Who has no place yet is told where the log stands, and asks again from there.
  if (asked === null) return answer({ cursor: room.last, messages: [] });
  const id = Number(asked);
  const news = () => {
    const unseen = room.messages.slice(Math.max(0, id + 1 - firstOf(room)));
    return {
      cursor: room.last,
      lost: lostAfter(room, id),
      messages: unseen.map(({ text }) => JSON.stringify({ text })),
    };
  };
  if (room.last > id) return answer(news());
  const timer = setTimeout(() => done(null), Math.min(Number(query.get('wait') ?? LONGEST_WAIT_MS), LONGEST_WAIT_MS));
  const done = (body) => {
    clearTimeout(timer);
    room.waiting.delete(wake);
    if (!response.destroyed) answer(body);
  };
  const wake = () => done(news());
  room.waiting.add(wake);
  response.on('close', () => {
    clearTimeout(timer);
    room.waiting.delete(wake);
  });
}

function publish(request, response, room) {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    let text;
    try {
      ({ text } = JSON.parse(Buffer.concat(parts).toString()));
    } catch {
      text = undefined;
    }
    if (typeof text !== 'string') return response.writeHead(400).end('{"text": "…"} is due\n');
    say(room, text);
    response.writeHead(204).end();
  });
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const [, what, name = 'main'] = url.pathname.split('/');
  if (request.method === 'GET' && what === 'events') return events(request, response, roomOf(name));
  if (request.method === 'GET' && what === 'poll') return poll(response, roomOf(name), url.searchParams);
  if (request.method === 'POST' && what === 'say') return publish(request, response, roomOf(name));
  if (request.method === 'GET' && what === 'health') return response.writeHead(200).end('ok\n');
  response.writeHead(404).end();
});
server.listen(Number(process.env.PORT), '127.0.0.1', 16_384);
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
