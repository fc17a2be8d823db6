/** What a record says where the workload asks for another carrier than its results were measured over. */
import { describe, expect, it } from 'vitest';
import type { Exact } from '../../results/exact.ts';
import type { RunFile } from '../../results/schema.ts';
import type { DecisionInput } from './input.ts';
import { costRun, decisionInput } from './decision.fixture.ts';
import { decide, type Decision } from './decision.ts';
import { renderRecord } from './record.ts';

const PUSHED = ['sse', 'websocket'];

/** As over h1, with 1,000 B more of each message. */
function countsOver(carrier: string, transports: readonly string[] = PUSHED): Exact {
  const exact = structuredClone(costRun({ transports }).exact!);
  const sides = exact.transports.flatMap(({ perMessage }) => perMessage.map(({ exchange }) => exchange.down));
  for (const down of sides) {
    down.tls += 1_000;
    down.total += 1_000;
  }
  return { ...exact, carrier };
}

const run = (): RunFile => costRun({ transports: PUSHED });
const over = (carrier: string, counted?: Exact): DecisionInput => ({
  ...decisionInput({ carrier, upstreamPerSecond: 0 }, run()),
  ...(counted === undefined ? {} : { counted }),
});
const bytesOf = ({ options }: Decision): (number | null)[] =>
  options.map(({ bytesPerMessage }) => bytesPerMessage?.value ?? null);
const recordOf = (decision: Decision): string => renderRecord(decision, 'assets').markdown;

describe('a workload over another carrier than its results', () => {
  it('has the bytes that were counted over its own, and all else of the results', () => {
    const [plain, tls] = [decide(over('h1')), decide(over('tls', countsOver('tls')))];
    const [before, after] = [plain, tls].map(bytesOf) as [number[], number[]];
    expect(after).toEqual(before.map((bytes) => expect.closeTo(bytes + 1_000) as number));
    for (const of of ['cores', 'meanMs', 'memoryBytes'] as const) {
      expect(tls.options.map(({ prediction }) => prediction[of])).toEqual(
        plain.options.map(({ prediction }) => prediction[of]),
      );
    }
  });

  it('says so in its first lines, in each row, beside scores and break-even points, and under More Information', () => {
    const record = recordOf(decide(over('tls', countsOver('tls'))));
    expect(record.split('\n').find((line) => line.startsWith('In short: '))).toContain(
      'bytes are counted anew over HTTP/1.1 over TLS; processor time, memory, packets and latencies were measured over HTTP/1.1 without TLS.',
    );
    expect(record).toContain('\n| bytes per message, on the sockets, both ways, over HTTP/1.1 over TLS | ');
    expect(record).toContain('\n| p99, over HTTP/1.1 without TLS | ');
    expect(record).toMatch(
      /\n\| egress a month: .*; bytes over HTTP\/1\.1 over TLS, all else over HTTP\/1\.1 without TLS \| /,
    );
    expect(
      record.match(/Bytes are over HTTP\/1\.1 over TLS; all else was measured over HTTP\/1\.1 without TLS\./g),
    ).toHaveLength(2);
    expect(record).toMatch(
      /\| bytes \| .* \|  \|  \| counted exactly over HTTP\/1\.1 over TLS, anew for this record, /,
    );
    expect(record).toContain('what TLS adds is in the bytes alone, and not in processor time.');
  });

  it('has none of another carrier where nobody counted over its own', () => {
    for (const counted of [undefined, countsOver('h2')]) {
      const decision = decide(over('tls', counted));
      expect(bytesOf(decision)).toEqual([null, null]);
      const record = recordOf(decision);
      expect(record).toContain('bytes, and costs that rest on them, are not measured over HTTP/1.1 over TLS; ');
      expect(record).toMatch(/\n\| bytes per message, .* \| not measured \| not measured \|\n/);
      expect(record).not.toContain('counted exactly');
      expect(record).toContain('what TLS adds is in no figure, and not in processor time.');
    }
  });

  it('names the transports whose bytes nobody counted over it', () => {
    const record = recordOf(decide(over('tls', countsOver('tls', ['sse']))));
    expect(record).toContain(
      'bytes of websocket, and costs that rest on them, are not measured over HTTP/1.1 over TLS.',
    );
    expect(record).toMatch(/\n\| bytes per message, .* \| [\d.,]+ \w+ [^|]*\| not measured \|\n/);
  });

  it('says that a cookie is charged in full, where the carrier would send it once', () => {
    const said = 'Each request is charged its 46 B of cookie or token in full.';
    expect(recordOf(decide(over('h2', countsOver('h2'))))).toContain(said);
    expect(recordOf(decide(over('tls', countsOver('tls'))))).not.toContain(said);
  });

  it('says nothing of carriers where there is one', () => {
    expect(recordOf(decide(over('h1')))).not.toMatch(/another carrier|over HTTP\/1\.1 without TLS \|/);
  });
});
