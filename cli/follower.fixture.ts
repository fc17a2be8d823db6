/** Follows a live view without a browser: the events that it was sent, and whether its connection is still there. */
import { get, type IncomingMessage } from 'node:http';
import { until } from './cli.fixture.ts';

export interface Follower {
  readonly events: readonly { readonly name: string; readonly data: unknown }[];
  readonly ended: Promise<void>;
  named(name: string): unknown[];
  close(): void;
}

export async function follow(url: string, query = ''): Promise<Follower> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}events${query}`, resolve).on('error', reject);
  });
  const events: { name: string; data: unknown }[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const block of whole) {
      const [, name = '', data = 'null'] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      events.push({ name, data: JSON.parse(data) as unknown });
    }
  });
  const ended = new Promise<void>((resolve) => response.on('close', () => resolve()).on('error', () => {}));
  const named = (wanted: string): unknown[] => events.filter(({ name }) => name === wanted).map(({ data }) => data);
  await until(() => events.length > 0, 'the first event');
  return { events, ended, named, close: () => response.destroy() };
}
