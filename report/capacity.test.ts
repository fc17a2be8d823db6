import { describe, expect, it } from 'vitest';
import { capacityError } from '../results/capacity-store.ts';
import type { Capacity } from '../results/capacity.ts';
import type { PageAssets } from './assets.ts';
import { capacities, capacityFile } from './capacity.fixture.ts';
import { curveOf, intervalOf, latencyColumn, sentencesOf } from './capacity-figures.ts';
import { renderCapacityHtml } from './capacity-html.ts';
import { renderCapacityMarkdown } from './capacity-markdown.ts';
import { renderCapacity } from './capacity-text.ts';

const [settled, unsure, none] = capacities as [(typeof capacities)[0], (typeof capacities)[0], (typeof capacities)[0]];
const ASSETS: PageAssets = { script: '/* script */', style: '/* style */' };
const text = renderCapacity(capacityFile(), { color: false, width: 100 });

describe('the words for a capacity', () => {
  it('are tried on a document that fits its schema', () => expect(capacityError(capacityFile())).toBeNull());

  it('give the interval where the server was the limit', () => expect(intervalOf(settled)).toBe('4,200–4,600'));

  it('say "at least" where something else was', () => {
    expect(intervalOf(unsure)).toBe('at least 900');
    expect(sentencesOf(unsure)[0]).toMatch(
      /at least 900\. Limited by the generator: .*Only one probe failed at 1,000\..*time was over/,
    );
  });

  it('say "none" where nothing meets the target, and that it is a law', () => {
    expect(intervalOf(none)).toBe('none (100 failed)');
    expect(sentencesOf(none)[0]).toContain('By its law, not by load.');
  });

  it('claim nothing where time was over before anything was confirmed', () => {
    expect(intervalOf({ ...settled, met: null, failed: null, ended: 'budget' })).toBe('not found in time');
  });

  it('say that time was the limit, once and with advice, wherever it is read', () => {
    const message = 'The time was over before any load missed the target.';
    const limitedBy = { code: 'budget' as const, lowerBound: true, message, advice: 'Raise --budget.' };
    const early: Capacity = {
      ...settled,
      failed: null,
      failedConfirmed: false,
      lowerBound: true,
      limitedBy,
      ended: 'budget',
    };
    expect(sentencesOf(early)).toEqual([
      `sse, clients at 20/s: at least 4,200. Limited by the time given: ${message} Raise --budget.`,
    ]);
    const file = capacityFile({ capacities: [early] });
    expect(capacityError(file)).toBeNull();
    expect(renderCapacity(file, { color: false, width: 100 })).toMatch(/at least 4,200 +the time given$/m);
    expect(renderCapacityMarkdown(file)).toContain('| the time given |');
    expect(renderCapacityHtml(file, ASSETS)).toContain('<td class="t">the time given</td>');
  });

  it('share CPU out over the processes that used it, as the limit does', () => {
    const [probe] = settled.probes;
    const { measurement } = probe!;
    const parameters = { ...measurement!.parameters, workers: 2, serverWorkers: 4 };
    const curve = curveOf({ probes: [{ ...probe!, measurement: { ...measurement!, parameters } }] }, 'p99');
    // 1 s and 0.5 s of CPU in a window of 2 s.
    expect(curve).toMatchObject([{ serverShare: 0.5 / 4, generatorShare: 0.25 / 2 }]);
  });

  it('mark an end that one probe alone stands for', () => {
    expect(intervalOf({ ...settled, failedConfirmed: false })).toBe('4,200–4,600?');
  });

  it.each([
    ['p99<100ms', 'p99'],
    ['p999<1s, p50<1ms', 'p999'],
    ['server-cpu<80%, mean<1s', 'mean'],
    ['server-cpu<80%', 'p99'],
    ['lost=0', 'p99'],
  ])('show for %s the curve of %s', (slo, column) => expect(latencyColumn(slo)).toBe(column));
});

describe('a capacity in the terminal', () => {
  it('has a table, the reasons, a curve each by load, and saturation', () => {
    expect(text).toMatchInlineSnapshot(`
      "pushbench 0.1.0 · 2026-01-01T00-00-00-abcd · 2026-01-01T00:00:00.000Z

      Target: p99<100ms, and nothing lost.

      transport      how many                                capacity  limited by
      sse            clients at 20/s                      4,200–4,600  server CPU
      sse            publications/s at 100 clients       at least 900  the generator
      short-polling  clients at 20/s                none (100 failed)  its law, not load

      · sse, clients at 20/s: 4,200 meet the target, 4,600 do not. Limited by server CPU: The server used
        99 % of a core.
      · sse, publications/s at 100 clients: at least 900. Limited by the generator: The generator used 97
        % of a core. Only one probe failed at 1,000. The time was over before the interval was narrow; a
        longer --budget narrows it. More generators.
      · short-polling, clients at 20/s: no load was found that meets the target. Limited by its law, not
        load: By its law, not by load. Poll more.

      sse: clients at 20/s
      clients      p99  server CPU  generator CPU  target
          100  1.50 ms        50 %           25 %  met
        4,200    60 ms        50 %           25 %  met
        4,600   240 ms        99 %           25 %  failed: server CPU
        4,600   250 ms        99 %           25 %  failed: server CPU

      sse: publications/s at 100 clients
      publications/s     p99  server CPU  generator CPU  target
                 900   20 ms        50 %           25 %  met
               1,000  300 ms        99 %           25 %  invalid: the generator

      short-polling: clients at 20/s
      clients     p99  server CPU  generator CPU  target
          100  495 ms        99 %           25 %  failed: its law, not load
          100       —           —              —  invalid: memory

      · short-polling, saturation: 20,000 polls/s that find nothing (autocannon, 64 connections), p50 3
        ms, p99 8 ms in their queue; server 99 % of a core, autocannon 50 %: the server was the limit.
      "
    `);
  });

  it('keeps its sentences within the width', () => {
    const narrow = renderCapacity(capacityFile({ capacities: [] }), { color: false, width: 60 });
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('says first that it is partial, and what is noted', () => {
    const file = capacityFile({ partial: true });
    file.run.notes = ['a \u001b[31mnote'];
    const partial = renderCapacity(file, { color: false, width: 100 });
    expect(partial).toContain('! Interrupted');
    expect(partial).toContain('! a �[31mnote');
  });
});

describe('a capacity in Markdown', () => {
  it('says the same', () => {
    expect(renderCapacityMarkdown(capacityFile())).toMatchInlineSnapshot(`
      "## Capacity within \`p99<100ms\`, nothing lost

      | transport | how many | capacity | limited by |
      |---|---|---:|---|
      | sse | clients at 20/s | 4,200–4,600 | server CPU |
      | sse | publications/s at 100 clients | at least 900 | the generator |
      | short-polling | clients at 20/s | none (100 failed) | its law, not load |

      - sse, clients at 20/s: 4,200 meet the target, 4,600 do not. Limited by server CPU: The server used 99 % of a core.
      - sse, publications/s at 100 clients: at least 900. Limited by the generator: The generator used 97 % of a core. Only one probe failed at 1,000. The time was over before the interval was narrow; a longer --budget narrows it. More generators.
      - short-polling, clients at 20/s: no load was found that meets the target. Limited by its law, not load: By its law, not by load. Poll more.

      ### sse: clients at 20/s

      | clients | p99 | server CPU | generator CPU | target |
      |---:|---:|---:|---:|---|
      | 100 | 1.50 ms | 50 % | 25 % | met |
      | 4,200 | 60 ms | 50 % | 25 % | met |
      | 4,600 | 240 ms | 99 % | 25 % | failed: server CPU |
      | 4,600 | 250 ms | 99 % | 25 % | failed: server CPU |

      ### sse: publications/s at 100 clients

      | publications/s | p99 | server CPU | generator CPU | target |
      |---:|---:|---:|---:|---|
      | 900 | 20 ms | 50 % | 25 % | met |
      | 1,000 | 300 ms | 99 % | 25 % | invalid: the generator |

      ### short-polling: clients at 20/s

      | clients | p99 | server CPU | generator CPU | target |
      |---:|---:|---:|---:|---|
      | 100 | 495 ms | 99 % | 25 % | failed: its law, not load |
      | 100 | — | — | — | invalid: memory |

      - short-polling, saturation: 20,000 polls/s that find nothing (autocannon, 64 connections), p50 3 ms, p99 8 ms in their queue; server 99 % of a core, autocannon 50 %: the server was the limit.

      pushbench 0.1.0, \`2026-01-01T00-00-00-abcd\`
      "
    `);
  });
});
