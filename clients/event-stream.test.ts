import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamParser } from './event-stream.ts';

interface Read {
  readonly events: readonly (readonly [type: string, data: string, lastEventId: string])[];
  readonly silent: readonly string[];
  readonly retries: readonly number[];
  readonly lastEventId: string;
}

/** Parses a stream cut at the given places, checking at each that no byte is unaccounted for. */
function parse(text: string, cuts: readonly number[] = []): Read {
  const events: [string, string, string][] = [];
  const silent: string[] = [];
  const retries: number[] = [];
  let lastEventId = '';
  let named = 0;
  const parser = new EventStreamParser({
    event(event) {
      events.push([event.type, event.data, event.lastEventId]);
      lastEventId = event.lastEventId;
      named += event.bytes;
    },
    silent(kind, bytes, id) {
      silent.push(kind);
      lastEventId = id;
      named += bytes;
    },
    retry: (ms) => void retries.push(ms),
  });
  const bytes = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const stop of [...places, bytes.length]) {
    parser.feed(bytes, start, stop);
    expect(named + parser.pending).toBe(stop);
    start = stop;
  }
  return { events, silent, retries, lastEventId };
}

const everywhere = (text: string): number[] => Array.from({ length: Buffer.byteLength(text) }, (_, i) => i);
const message = (data: string, id = ''): [string, string, string] => ['message', data, id];

describe('a stream of the WHATWG standard', () => {
  it.each<[string, string, [string, string, string][]]>([
    ['two lines of data', 'data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
    [
      'a comment and ids',
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
      [message('first event', '1'), message('second event'), message(' third event')],
    ],
    ['data without a colon', 'data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
    ['one space that is dropped', 'data:test\n\ndata: test\n\n', [message('test'), message('test')]],
    ['a byte order mark', '\ufeffdata: x\n\n', [message('x')]],
    ['only one byte order mark', '\ufeff\ufeffdata: x\n\ndata: y\n\n', [message('y')]],
    ['a byte order mark later', 'data: x\n\n\ufeffdata: y\n\ndata: \ufeff\n\n', [message('x'), message('\ufeff')]],
    ['CR', 'data: a\rdata: b\r\rdata: c\r\r', [message('a\nb'), message('c')]],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n', [message('a\nb'), message('c')]],
    ['all line ends at once', 'data: a\rdata: b\r\ndata: c\n\r\ndata: d\n\r', [message('a\nb\nc'), message('d')]],
    ['an id with NUL', 'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n', [message('a', '1'), message('b', '1')]],
    ['an id that is emptied', 'id: 1\ndata: a\n\nid\ndata: b\n\n', [message('a', '1'), message('b')]],
    [
      'a type of its own, for one event',
      'event: add\ndata: 7\n\ndata: 8\n\nevent:\ndata: 9\n\n',
      [['add', '7', ''], message('8'), message('9')],
    ],
    ['fields in another case', 'DATA: a\nData: b\ndata: c\n\n', [message('c')]],
    ['fields that are unknown', 'foo: a\nda ta: b\n data: c\ndata: d\n\n', [message('d')]],
    ['a colon in the value', 'data: a:b: c\n\n', [message('a:b: c')]],
    ['an event without data', 'event: add\nid: 5\n\ndata: x\n\n', [message('x', '5')]],
    ['an event that is not terminated', 'data: a\n\ndata: b\n', [message('a')]],
    ['a line that is not terminated', 'data: a\n\ndata: b', [message('a')]],
    ['more than ASCII', 'data: é漢😀\u2028\u0085\n\n', [message('é漢😀\u2028\u0085')]],
    ['NUL in data', 'data: a\0b\n\n', [message('a\0b')]],
  ])('is read as it says, wherever it is cut: %s', (_what, text, events) => {
    expect(parse(text).events).toEqual(events);
    expect(parse(text, everywhere(text)).events).toEqual(events);
    for (const cut of everywhere(text)) expect(parse(text, [cut]).events).toEqual(events);
  });

  it('sets retry by ASCII digits only', () => {
    expect(
      parse('retry: 1000\nretry: 1.5\nretry: -1\nretry: 1s\nretry:\nretry\nretry: ١\nretry:007\n\n').retries,
    ).toEqual([1000, 7]);
  });

  it('sets the id by an event without data, and tells a comment alone from fields', () => {
    expect(parse('id: 12\n\n')).toMatchObject({ events: [], silent: ['fields'], lastEventId: '12' });
    expect(parse(':\n\n: x\n\nretry: 1\n\n').silent).toEqual(['comment', 'comment', 'fields']);
  });

  it('forgets an unfinished event when it is reset, and says how many bytes that were', () => {
    const data: string[] = [];
    const parser = new EventStreamParser({ event: (event) => data.push(event.data), silent() {}, retry() {} });
    const feed = (text: string): void => parser.feed(Buffer.from(text), 0, Buffer.byteLength(text));
    feed('data: a\n\ndata: b\nevent: x\rda');
    expect(parser.reset()).toBe(19);
    feed('\ufeffdata: c\n\n');
    expect(data).toEqual(['a', 'c']);
  });

  it('takes nothing more from a piece within which it is reset', () => {
    const data: string[] = [];
    const parser = new EventStreamParser({
      event(event) {
        data.push(event.data);
        if (event.data === 'a') parser.reset();
      },
      silent() {},
      retry() {},
    });
    for (const text of ['data: a\n\ndata: b\n\ndata: c\n', 'id: 1\n\ndata: d\n\n']) {
      parser.feed(Buffer.from(text), 0, text.length);
    }
    expect(data).toEqual(['a', 'd']);
  });

  it('refuses bytes that are not UTF-8, whose text would not be what was sent', () => {
    const parser = new EventStreamParser({ event() {}, silent() {}, retry() {} });
    const bytes = Buffer.from('data: a\xff\n\n', 'latin1');
    expect(() => parser.feed(bytes, 0, bytes.length)).toThrow('not UTF-8: "data: aÿ');
    const legal = Buffer.from('data: \ufffd\n\n');
    expect(() =>
      new EventStreamParser({ event() {}, silent() {}, retry() {} }).feed(legal, 0, legal.length),
    ).not.toThrow();
  });
});

describe('any stream', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const line = fc.oneof(
    fc.constantFrom(
      'data',
      'data:',
      'data: ',
      ':',
      ': comment',
      'event: x',
      'event',
      'id: 7',
      'id',
      'id: \0',
      'retry: 5',
      'retry: x',
      '',
    ),
    fc
      .tuple(
        fc.constantFrom('data', 'event', 'id', 'other', 'Data'),
        fc.string({ unit: fc.constantFrom('a', ':', ' ', 'é', '😀', '\ufeff', '\u2028') }),
      )
      .map(([name, value]) => `${name}: ${value}`),
    fc.string({ unit: fc.constantFrom('d', ':', ' ', 'é', '\0') }),
  );
  const stream = fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }).map((lines) => lines.flat().join(''));
  const cuts = fc.array(fc.nat(500), { maxLength: 20 });

  it('is read alike however it is cut', () => {
    fc.assert(
      fc.property(stream, cuts, (text, places) => {
        expect(parse(text, places)).toEqual(parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is read as an independent parser reads it', () => {
    fc.assert(
      fc.property(stream, cuts, (text, places) => {
        // The peer gives an id with the event that sets it, this parser the last one, as an EventSource does.
        const expected: [string, string][] = [];
        const retries: number[] = [];
        const peer = createParser({
          onEvent: ({ event, data }) => expected.push([event === undefined || event === '' ? 'message' : event, data]),
          onRetry: (ms) => retries.push(ms),
        });
        // A lone CR at the end may be half of a CRLF, for which the peer waits.
        const whole = `${text}\n`;
        peer.feed(whole);
        const read = parse(whole, places);
        expect(read.events.map(([type, data]) => [type, data])).toEqual(expected);
        expect(read.retries).toEqual(retries);
      }),
      { numRuns: 500 },
    );
  });
});
