import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUDGET_METRICS } from './budget-metrics.ts';
import { BudgetError, parseBudgets } from './budget.ts';

const read = (text: string) => {
  const [{ transport, scenario, metric, op, limit }] = parseBudgets(text) as [ReturnType<typeof parseBudgets>[0]];
  return [transport, scenario, metric.slug, op, limit];
};

describe('a budget', () => {
  it.each([
    ['sse: p99 < 50ms', ['sse', null, 'latency-p99', '<', 50e6]],
    ['websocket header bytes per message <= 8', ['websocket', null, 'header-bytes-per-message', '<=', 8]],
    ['* rss per client < 10KB', [null, null, 'memory-per-client', '<', 10_000]],
    ['long-polling/broadcast server-cpu < 100us', ['long-polling', 'broadcast', 'server-cpu', '<', 100e3]],
    ['p99<1.5s', [null, null, 'latency-p99', '<', 1.5e9]],
    ['latency p99.9 <= 1s', [null, null, 'latency-p999', '<=', 1e9]],
    ['server cpu per delivery < 90µs', [null, null, 'server-cpu', '<', 90e3]],
    ['*/echo : Max < 1 s', [null, 'echo', 'latency-max', '<', 1e9]],
    ['sse requests-per-message <= 0.5', ['sse', null, 'requests-per-message', '<=', 0.5]],
    ['sse server memory < 64MiB # as on the small machines', ['sse', null, 'server-memory', '<', 64 * 2 ** 20]],
  ])('reads "%s"', (text, expected) => expect(read(text)).toEqual(expected));

  it('may be named by every metric that there is', () => {
    for (const { slug, title, unit } of BUDGET_METRICS) {
      const value = unit === 'ns' ? '1ms' : '1';
      expect(read(`${slug} < ${value}`)[2]).toBe(slug);
      expect(read(`sse ${title} < ${value}`).slice(0, 3)).toEqual(['sse', null, slug]);
    }
  });

  it.each([
    ['p99', 'there is no METRIC < VALUE'],
    ['p99 < 1ms < 2ms', 'there is no METRIC < VALUE'],
    ['p99 > 1ms', '> is no limit'],
    ['p99 = 1ms', '= is no limit'],
    ['p98 < 1ms', 'there is no such metric'],
    ['sse: p98 < 1ms', 'there is no such metric'],
    ['p99 < 50', '"50" is no duration with its unit'],
    ['p99 < 5KB', '"5KB" is no duration with its unit'],
    ['handshake bytes < 5ms', '"5ms" is no size'],
    ['requests per message < 5B', '"5B" is no number'],
    ['sse/: p99 < 5ms', '"sse/" is no TRANSPORT/SCENARIO'],
    ['a/b/c: p99 < 5ms', '"a/b/c" is no TRANSPORT/SCENARIO'],
    ['sse/echo: idle bytes < 5B', 'idle-bytes belongs to no scenario'],
  ])('that reads "%s" is refused with its line and the grammar: %s', (text, what) => {
    expect(() => parseBudgets(`# first\n\n${text}\n`)).toThrow(BudgetError);
    expect(() => parseBudgets(`# first\n\n${text}\n`)).toThrow(`line 3: ${what}`);
    expect(() => parseBudgets(text)).toThrow('TRANSPORT[/SCENARIO]');
  });
});

describe('a file of budgets', () => {
  it('may have comments, empty lines and any line ends', () => {
    const text = '# all\r\np99 < 1ms # one\r\n\r\n  \rp50 < 1ms\n#p90 < 1ms';
    expect(parseBudgets(text).map(({ line, text: said }) => [line, said])).toEqual([
      [2, 'p99 < 1ms'],
      [5, 'p50 < 1ms'],
    ]);
  });

  it.each(['', '\n\n', '# p99 < 1ms'])('without a budget is refused: %j', (text) =>
    expect(() => parseBudgets(text)).toThrow('holds no budget'),
  );

  it('is read or refused in one piece, whatever it holds', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom('p99 < 1ms', 'sse: p50<=2s', '* < 1', ':', '#', '/: p99 < 1s'));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          for (const { limit } of parseBudgets(lines.join('\n'))) expect(Number.isFinite(limit)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(BudgetError);
        }
      }),
    );
  });

  it.each([
    ['a line that is endless', `p99 ${' '.repeat(200_000)}x`, 'line 1: there are'],
    ['more budgets than anybody writes', 'p99 < 1ms\n'.repeat(2_000), 'at most 1000'],
  ])('with %s is refused at once', (_, text, what) => expect(() => parseBudgets(text)).toThrow(what));
});
