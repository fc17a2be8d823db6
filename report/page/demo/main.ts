/** The demo page's script: one session after the other, each with a column and a receiver for every transport. */
import type { FromServer, Knobs } from '../../../results/demo.ts';
import { ServerClock, stepOf } from '../../demo/clock.ts';
import { agreement } from '../../demo/tally.ts';
import { format } from '../../format.ts';
import { looksOf } from '../../transports.ts';
import { Column } from './column.ts';
import { KnobForm } from './knobs.ts';
import { openLive } from './live.ts';
import { RECEIVERS } from './receivers/index.ts';
import { RETRY_MS } from './receivers/receiver.ts';
import { animate, Published, WINDOW_MS } from './strip.ts';

type Hello = Extract<FromServer, { type: 'hello' }>;

const part = <T extends Element = HTMLElement>(selector: string): T => document.querySelector<T>(selector)!;
const template = part<HTMLTemplateElement>('#column');
const now = (): number => performance.now();
const stepMs = stepOf(now);

/** What goes on between a hello of the server and the loss of its connection. */
interface Session {
  readonly columns: readonly Column[];
  readonly clock: ServerClock;
  readonly published: Published;
  readonly ends: AbortController;
  /** Offset of the newest publication, as the server says. */
  last: number;
}

let session: Session | undefined;
let knobs: Knobs | undefined;
let hangUp = (): void => {};
const form = new KnobForm(part<HTMLFormElement>('#knobs'), { restart: () => connect(), refused: say });

function say(sentence: string): void {
  part('#state').textContent = sentence;
}

function begin({ view, cursor, transports }: Hello): void {
  const [clock, published, ends] = [new ServerClock(stepMs), new Published(), new AbortController()];
  const served = RECEIVERS.filter(({ name }) => transports.includes(name));
  const looks = looksOf(
    served.map(({ name }) => name),
    new Set(),
  );
  const columns = served.map((receiver) => {
    const look = looks.get(receiver.name) ?? 0;
    return new Column(receiver, { template, published, clock, cursor, look });
  });
  part('#columns').replaceChildren(...columns.map(({ element }) => element));
  session = { columns, clock, published, ends, last: cursor };
  for (const [place, column] of columns.entries()) {
    const pollIntervalMs = (): number => knobs?.pollIntervalMs ?? RETRY_MS;
    served[place]!.receive({ view, cursor, pollIntervalMs, place: column.element, signal: ends.signal }, column);
  }
  form.enable(true);
  say('');
}

function end(why: string): void {
  hangUp();
  session?.ends.abort();
  session = undefined;
  say(why);
}

function said(message: FromServer): void {
  switch (message.type) {
    case 'hello':
      begin(message);
      return turned(message.knobs);
    case 'knobs':
      return turned(message.knobs);
    case 'clock':
      session?.clock.add({ ...message, answeredMs: now() });
      return;
    case 'counters':
      return counted(message);
  }
}

function turned(turnedTo: Knobs): void {
  knobs = turnedTo;
  form.show(turnedTo);
}

function counted({ last, transports }: Extract<FromServer, { type: 'counters' }>): void {
  if (session === undefined) return;
  session.last = last;
  for (const column of session.columns) {
    const counters = transports[column.name];
    if (counters !== undefined) column.count(counters);
  }
  const fullBytes = Math.max(...session.columns.map(({ totalBytes }) => totalBytes));
  for (const column of session.columns) column.scale(fullBytes);
}

/** What is said in words follows twice a second: faster than that nobody reads. */
function tell(): void {
  if (session === undefined) return;
  const { columns, clock, last } = session;
  part('#agreement').textContent = agreement(columns, last);
  if (clock.known) part('#clock').textContent = `to within ${format(clock.uncertaintyMs * 1e6, 'ns')} now`;
}

/** A connection of its own for each session: the counters begin anew with it. @param why what is said until it stands */
function connect(why = 'Connecting…'): void {
  end(why);
  hangUp = openLive({
    said,
    lost() {
      const gone = 'The server is gone. Looking for it again each second.';
      end(gone);
      form.enable(false);
      setTimeout(() => {
        if (session === undefined && !elsewhere) connect(gone);
      }, RETRY_MS);
    },
  });
}

/**
 * One tab at a time: over HTTP/1.1 a browser has six connections to a server for all its tabs, and each tab holds three all
 * the time. The newest tab has them; the others offer to take them back.
 */
let elsewhere = false;
const tabs = new BroadcastChannel('pushbench demo');
tabs.onmessage = () => {
  if (elsewhere) return;
  elsewhere = true;
  end('The demo is open in another tab of this browser, which has connections for one. ');
  form.enable(false);
  const back = document.createElement('button');
  back.textContent = 'Show it here';
  back.addEventListener('click', takeOver);
  part('#state').append(back);
};

function takeOver(): void {
  elsewhere = false;
  tabs.postMessage('here');
  connect();
}

function start(): void {
  setInterval(tell, 500);
  animate((nowMs) => {
    session?.published.forget(nowMs - WINDOW_MS);
    for (const { strip } of session?.columns ?? []) strip.draw(nowMs);
  });
  takeOver();
}

// Not before the page is loaded: with a frame in it that never ends it never would be.
if (document.readyState === 'complete') start();
else window.addEventListener('load', start);
