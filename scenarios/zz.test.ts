import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { isReady, serve, subscribe } from './carriers.fixture.ts';
import { uniform } from './runner/random.ts';
it('tls', async () => {
  const server = await serve({ name: 'sse', carrier: 'tls' });
  for (let n = 0; n < 30; n++) {
  const jitter = uniform(41 + n);
  const s = await subscribe(server, { random: () => jitter() / 100 });
  const random = uniform(40, 'a' + n);
  await sleep(20 * random());
  let before = s.ledger.snapshot();
  for (let i = 0; i < 6; i++) server.log.append('x'.repeat(30000));
  await sleep(3*random());
  const b = { up: s.ledger.snapshot().up.tls, down: s.ledger.snapshot().down.tls };
  s.client.close();
  const m = { up: s.ledger.snapshot().up.tls, down: s.ledger.snapshot().down.tls };
  await sleep(20);
  const e = { up: s.ledger.snapshot().up.tls, down: s.ledger.snapshot().down.tls };
  console.log(JSON.stringify({ b, m, e, conn: s.ledger.connections }), s.received.length);
  }
}, 60000);
it('waiters', async () => {
  for (const name of ['sse', 'forever-iframe'] as const) for (const carrier of ['h2', 'h2c'] as const) {
  const server = await serve({ name, carrier });
  let count = 0;
  for (let n = 0; n < 100; n++) {
  const jitter = uniform(41 + n);
  const s = await subscribe(server, { random: () => jitter() / 100 });
  const random = uniform(40, 'b' + n);
  await sleep(15 * random());
  s.client.close();
  await sleep(30);
  if (server.hub.subscribers !== count) console.log(name, carrier, n, count = server.hub.subscribers);
  }}
}, 60000);
