import { expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { answerOf, textOf } from './answer.ts';
import { fixtureRun } from './run.fixture.ts';
import { sharedPortVerdicts } from './shared-port.ts';
import { summarise } from './summary.ts';

const answer = (run: RunFile) => {
  const { sentences, caveats } = answerOf(summarise(run));
  return { text: sentences.map(textOf), caveats };
};
const broadcasts = (run: RunFile, transport: string) =>
  run.measurements.filter((m) => m.scenario === 'broadcast' && m.transport === transport);

test('names the fastest and the cheapest where intervals are apart', () => {
  expect(answer(fixtureRun())).toMatchInlineSnapshot(`
    {
      "caveats": [
        "Measured with 20 clients, 10 publications/s, 128 B payload, poll interval 1 s, 10 s window.",
        "Intervals rest on 3 repetitions and cover the true median with a probability of 75 % or more. Six or more repetitions reach 95 %.",
      ],
      "text": [
        "In broadcast websocket delivers fastest: p99 delivery latency 1.51 ms (1.51–1.59 ms), next sse with 2.03 ms.",
        "websocket also costs the fewest bytes: 132 B per delivery, both directions together; long-polling takes 6.10× as many.",
      ],
    }
  `);
});

test('says tie where intervals overlap', () => {
  const run = fixtureRun();
  broadcasts(run, 'sse').forEach((m, index) => {
    const twin = broadcasts(run, 'websocket')[index]!;
    m.deliveryLatencyNs = twin.deliveryLatencyNs;
    m.bytes = twin.bytes;
  });
  expect(answer(run).text).toMatchInlineSnapshot(`
    [
      "In broadcast sse ~ websocket tie for the fastest p99 delivery latency: 1.51 ms against 1.51 ms, and the intervals overlap.",
      "sse ~ websocket tie for the fewest bytes per delivery: 132 B against 132 B, both directions together.",
    ]
  `);
});

test('does not rank a single repetition', () => {
  expect(answer(fixtureRun({ repetitions: 1 }))).toMatchInlineSnapshot(`
    {
      "caveats": [
        "Measured with 20 clients, 10 publications/s, 128 B payload, poll interval 1 s, 10 s window.",
        "Figures of broadcast, echo, idle, connect, shared-port rest on one repetition: they have no interval and are not ranked.",
      ],
      "text": [
        "In broadcast websocket read lowest, with a p99 delivery latency of 1.59 ms, but a single repetition has no interval: this is no ranking yet.",
        "websocket read the fewest bytes, 132 B per delivery, with the same reservation.",
      ],
    }
  `);
});

test('leaves an invalid transport out of the answer, and says so', () => {
  const run = fixtureRun();
  for (const m of broadcasts(run, 'websocket')) m.validity.valid = false;
  const { text, caveats } = answer(run);
  expect(text[0]).toMatch(/^In broadcast sse delivers fastest/);
  expect(caveats).toContain('Left out, because no repetition is valid: websocket.');
});

test('falls back to the highest percentile that every transport supports', () => {
  const run = fixtureRun();
  for (const m of broadcasts(run, 'sse')) m.deliveryLatencyNs.p99 = null;
  const { text, caveats } = answer(run);
  expect(text[0]).toContain('p90 delivery latency');
  expect(caveats).toContain('Too few samples for p99 of every transport; p90 is compared instead.');
});

test('answers about echo, and says so, where no broadcast was measured', () => {
  const run = fixtureRun();
  run.measurements = run.measurements.filter((m) => m.scenario !== 'broadcast');
  const { text, caveats } = answer(run);
  expect(text[0]).toMatch(/^In echo websocket delivers fastest: p99 round trip/);
  expect(caveats[0]).toBe('No valid broadcast was measured; the answer is about echo.');
});

test('names nobody when nothing is valid, or nothing was measured', () => {
  const run = fixtureRun();
  for (const m of run.measurements) m.validity.valid = false;
  expect(answer(run).text).toMatchInlineSnapshot(`
    [
      "In broadcast no valid measurement supports a percentile of the delivery latency, so none is called fastest.",
      "No valid measurement counted the bytes of a delivery, so none is called cheapest.",
    ]
  `);
  expect(answer({ ...run, measurements: [] }).text).toMatchInlineSnapshot(`
    [
      "This file holds no measurement, so it names no fastest transport.",
      "For the same reason it names no cheapest one.",
    ]
  `);
});

test('judges the shared port by intervals', () => {
  const verdict = (run: RunFile) => sharedPortVerdicts(summarise(run).scenarios.find((s) => s.kind === 'shared-port')!);
  const run = fixtureRun();
  expect(verdict(run)).toMatchInlineSnapshot(`
    [
      "websocket: plain requests are slower while sockets are open: request p99 921 µs alone, 1.21 ms with sockets (1.31×).",
    ]
  `);
  const alone = run.measurements.find((m) => m.parameters.variant === 'http-alone')!.requestLatencyNs!;
  for (const m of run.measurements) if (m.requestLatencyNs !== undefined) m.requestLatencyNs = alone;
  expect(verdict(run)).toMatchInlineSnapshot(`
    [
      "websocket: no difference that the intervals can tell apart: request p99 919 µs alone, 919 µs with sockets.",
    ]
  `);
});
