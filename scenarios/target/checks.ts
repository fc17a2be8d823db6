/** The delivery contract, sentence by sentence, as it can be seen from outside a server: see "The contract" in CONTRIBUTING. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../../clients/protocol-error.ts';
import { AWKWARD, MEBIBYTE } from '../awkward.ts';
import { uniform } from '../runner/random.ts';
import type { ServerAbility } from '../scenario.ts';
import type { Subscriber } from '../subscriber.ts';
import { Broken, came, Untested, type Bench } from './bench.ts';
import { leavesNothing, unknownUpgrade } from './outside-checks.ts';

export interface Check {
  /** Of the contract. */
  readonly sentence: string;
  /** What the target must be able to do for this to be seen. */
  readonly needs: readonly ServerAbility[];
  /** Resolves with what was seen; throws Broken or Untested. */
  readonly run: (bench: Bench) => Promise<string>;
}

const numbered = (count: number, word = 'message'): string[] => Array.from({ length: count }, (_, i) => `${word} ${i}`);

async function delivers(bench: Bench): Promise<string> {
  await bench.publish('before anyone was ready');
  await bench.server.settled();
  const subscribers = await bench.subscribedTimes(3);
  const sent = numbered(300);
  for (const [index, message] of sent.entries()) {
    await bench.publish(message);
    if (index % 7 === 0) await sleep(1);
  }
  for (const subscriber of subscribers) await bench.receives(subscriber, sent);
  return `${subscribers.length} clients, ${sent.length} messages`;
}

/** One client each: what one payload breaks must not be held against the next. */
async function byteForByte(bench: Bench): Promise<string> {
  const broken: string[] = [];
  for (const [what, payload] of Object.entries(AWKWARD)) {
    const after = `after ${what}`;
    const subscriber = await bench.subscribed();
    await bench.publish(payload);
    await bench.publish(after);
    await bench.receives(subscriber, [payload, after]).catch((error: Error) => {
      if (!(error instanceof Broken) || !bench.server.running) throw error;
      broken.push(`${what}: ${error.message}`);
    });
    subscriber.client.close();
  }
  if (broken.length > 0) throw new Broken(broken.join('; '));
  return `${Object.keys(AWKWARD).length} awkward payloads`;
}

async function large(bench: Bench): Promise<string> {
  const subscriber = await bench.subscribed();
  await bench.publish(MEBIBYTE);
  await bench.receives(subscriber, [MEBIBYTE]);
  return 'it came as it was sent';
}

const CUTS = 30;
/** A client that is slow to come back must not find its place forgotten: that is for another check. */
const MOST_BEHIND = 50;

/** Messages at most that a connection brings before it is cut. */
const MOST_BEFORE_CUT = 8;

async function resumes(bench: Bench): Promise<string> {
  const random = uniform(CUTS, bench.transport);
  // It is back at once: a backoff that grows would leave nothing to be cut.
  const subscriber = await bench.subscribed({ random: () => random() / 100 });
  const sent: string[] = [];
  let stop = false;
  const publishing = (async () => {
    while (!stop) {
      if (sent.length - subscriber.received.length < MOST_BEHIND) {
        sent.push(`message ${sent.length}`);
        await bench.publish(sent.at(-1)!);
      }
      await sleep(1);
    }
  })();
  try {
    for (let cut = 0; cut < CUTS; cut++) {
      await cutAfter(bench, subscriber, 1 + Math.floor(random() * MOST_BEFORE_CUT), sent);
    }
  } finally {
    stop = true;
    await publishing;
  }
  await bench.receives(subscriber, sent);
  return `${CUTS} cuts, ${sent.length} messages`;
}

/** Once so many more messages have come. Between two polls there may be no connection to cut: then it is the next one. */
async function cutAfter(bench: Bench, subscriber: Subscriber, messages: number, sent: string[]): Promise<void> {
  const { received, disconnects, client } = subscriber;
  const due = received.length + messages;
  const cuts = (): number => disconnects.filter((reason) => reason === 'cut').length;
  const before = cuts();
  await bench.until(
    () => {
      if (received.length >= due) client.cut();
      return cuts() > before;
    },
    () => came(subscriber, sent),
    subscriber,
  );
}

/** More messages than are kept. */
const TOO_MANY = 50;

async function announcesGaps(bench: Bench): Promise<string> {
  const { retains } = bench.target;
  if (bench.endpoint.protocol === 'plain') throw new Untested('the plain protocol has no word for a gap');
  if (retains === null) throw new Untested('the target file does not say how many messages are kept (retains)');
  const first = await bench.subscribed();
  await bench.publish('the last one seen');
  await bench.receives(first, ['the last one seen']);
  first.client.close();
  const sent = numbered(retains + TOO_MANY);
  for (const message of sent) await bench.publish(message);
  await bench.server.settled();
  const late = await bench.subscribed({ cursor: first.offsets[0] });
  const lost = (): number => late.gaps.reduce((sum, gap) => sum + gap, 0);
  await bench.until(
    () => lost() + late.received.length >= sent.length,
    () => `${sent.length} were missed: ${late.received.length} came, ${lost()} were announced as lost`,
    late,
  );
  if (lost() === 0) throw new Broken(`none of ${sent.length} was announced as lost, with "retains": ${retains}`);
  await bench.receives(late, sent.slice(lost()));
  return `${lost()} announced as lost, ${late.received.length} delivered`;
}

/** Together more than the buffers of a connection hold. */
const SLOW_MESSAGES = 128;
const SLOW_BYTES = 65_536;

async function slowClients(bench: Bench): Promise<string> {
  const [slow, fast] = (await bench.subscribedTimes(2)) as [Subscriber, Subscriber];
  slow.client.pause();
  const sent = numbered(SLOW_MESSAGES).map((message) => message.padEnd(SLOW_BYTES, '.'));
  for (const message of sent) await bench.publish(message);
  await bench.receives(fast, sent).catch((error: Error) => {
    throw error instanceof Broken ? new Broken(`beside a client that reads nothing, ${error.message}`) : error;
  });
  slow.client.resume();
  const lost = (): number => slow.gaps.reduce((sum, gap) => sum + gap, 0);
  const accounted = (): number => slow.received.length + lost();
  // Who is thrown out knows that it has missed something, and where nothing can be resumed that is all it can be told.
  const thrownOut = (): boolean => slow.disconnects.length > 0 && !bench.endpoint.resumes;
  await bench.until(
    () => accounted() >= sent.length || thrownOut(),
    () => `the slow client was not told of ${sent.length - accounted()} messages`,
    slow,
  );
  if (thrownOut()) return 'the others were served; the slow one was disconnected';
  if (lost() > 0) return `the others were served; the slow one was told that ${lost()} are gone`;
  await bench.receives(slow, sent);
  return 'the others were served, and the slow one later, too';
}

async function acceptsUpstream(bench: Bench): Promise<string> {
  const sender = await bench.subscribed();
  const other = await bench.subscribed();
  const apart = bench.endpoint.path.includes('{channel}')
    ? await bench.subscribed({ channel: `${bench.channel}-other` })
    : undefined;
  const sent = Object.values(AWKWARD);
  for (const payload of sent) {
    await sender.client.send(payload).catch((error: Error) => {
      throw new Broken(`${error.message}, for ${quote(payload)}`);
    });
  }
  await bench.receives(sender, sent);
  await bench.receives(other, sent);
  if (apart !== undefined && apart.received.length > 0) {
    throw new Broken(`${apart.received.length} messages came on a channel that they were not sent to`);
  }
  return `${sent.length} messages`;
}

export const CHECKS: readonly Check[] = [
  {
    sentence: 'A message reaches every client that was ready before it was published, exactly once and in order',
    needs: ['publish'],
    run: delivers,
  },
  { sentence: 'A message arrives byte for byte', needs: ['publish'], run: byteForByte },
  { sentence: 'A message of 1 MiB arrives', needs: ['publish'], run: large },
  {
    sentence: 'A client that loses its connection resumes from its cursor and misses nothing',
    needs: ['publish', 'resume'],
    run: resumes,
  },
  {
    sentence: 'What is not retained is announced as a gap with its size',
    needs: ['publish', 'resume'],
    run: announcesGaps,
  },
  {
    sentence: 'A slow client holds up nobody else, and misses nothing in silence',
    needs: ['publish'],
    run: slowClients,
  },
  { sentence: 'A send upstream is accepted, and delivered to its channel', needs: ['upstream'], run: acceptsUpstream },
  { sentence: 'An Upgrade token that nobody knows is answered as plain HTTP', needs: [], run: unknownUpgrade },
  { sentence: 'Clients that leave leave no socket behind', needs: [], run: leavesNothing },
];
