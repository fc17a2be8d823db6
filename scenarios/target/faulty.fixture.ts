/** A server that keeps the contract over SSE and its control channel, or breaks one sentence of it: which, the test says. */
import { parseTarget } from './load.ts';
import type { Target } from './target.ts';

/** Plain JavaScript, run by `node -e`: a target is a command, and nothing of this project is in it. */
const SCRIPT = `
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
const fault = process.env.FAULT, rooms = new Map();
let held;
const roomOf = (name) => rooms.get(name) ?? rooms.set(name, { log: [], readers: new Set() }).get(name);
function say(room, text) {
  const number = room.log.length;
  if (fault === 'drop' && number % 10 === 5) return void room.log.push(null);
  if (fault === 'swap' && number === 5 && held === undefined) return void (held = text);
  room.log.push(fault === 'trim' ? text.trim() : text);
  if (fault === 'twice' && number === 5) room.log.push(text);
  if (fault === 'swap' && held !== undefined) room.log.push(held), (held = undefined);
  if (fault === 'crash' && text.length > 100_000) { console.error('out of luck'); process.exit(7); }
  for (const wake of [...room.readers]) wake();
}
const server = createServer((request, response) => {
  if (request.method === 'GET' && request.url === '/health') return response.end('ok');
  const room = roomOf(request.url.split('/')[2]);
  if (request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => {
      if (fault !== 'mute') say(room, text);
      response.writeHead(fault === 'refuse' ? 500 : 204).end();
    });
    return;
  }
  if (fault === 'leak') connect(process.env.PORT, '127.0.0.1');
  const seen = request.headers['last-event-id'];
  let next = seen === undefined || fault === 'deaf' ? room.log.length : Number(seen);
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  const stuck = () => fault === 'block' && [...room.readers].some((wake) => wake.response.writableNeedDrain);
  const wake = () => {
    for (; next < room.log.length && !response.writableNeedDrain && !stuck(); ) {
      const text = room.log[next++];
      if (text !== null) response.write('id: ' + next + '\\ndata: ' + JSON.stringify({ text }) + '\\n\\n');
    }
  };
  wake.response = response;
  room.readers.add(wake);
  response.on('drain', wake).on('close', () => room.readers.delete(wake));
  wake();
});
if (fault === 'upgrade') server.on('upgrade', (_request, socket) => socket.destroy());
createInterface(process.stdin).on('line', (line) => {
  const { publish, sync } = JSON.parse(line);
  if (publish) say(roomOf(publish.channel), publish.payload);
  else if (fault !== 'unsynced') console.log(JSON.stringify({ sync }));
});
if (fault !== 'late') server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
if (fault === 'stubborn') process.on('SIGTERM', () => {});
if (fault === 'early') { console.error('no \\u001b[31mlicense\\n'); process.exit(3); }
`;

/** Its target file. */
export function faultyFile(fault: string, more: object = {}): object {
  return {
    command: [process.execPath, '--input-type=module', '-e', SCRIPT],
    env: { PORT: '{port}', FAULT: fault },
    ready: { http: '/health' },
    transports: { sse: { path: '/events/{channel}', resumes: true } },
    message: { json: '/text' },
    publish: 'control',
    upstream: { path: '/say/{channel}' },
    ...more,
  };
}

export const faulty = (fault: string, more: object = {}): Target =>
  parseTarget(JSON.stringify(faultyFile(fault, more)), `${import.meta.dirname}/faulty.json`);
