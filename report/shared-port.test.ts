import { describe, expect, it } from 'vitest';
import type { Measurement, RunFile } from '../results/schema.ts';
import { fixtureRun } from './run.fixture.ts';
import { sharedPortVerdicts } from './shared-port.ts';
import { summarise } from './summary.ts';

/** A run whose sockets had messages beside the requests. */
function runWithMessages(change: (m: Measurement) => void = () => {}): RunFile {
  const run = fixtureRun();
  for (const m of run.measurements.filter(({ parameters }) => parameters.variant === 'http-with-sockets')) {
    m.counts = { publications: 100, offered: 2_000, delivered: 2_000, lost: 0, duplicated: 0, reordered: 0 };
    m.unknownUpgrades = 1;
    change(m);
  }
  return run;
}

const proofs = (run: RunFile): string[] =>
  sharedPortVerdicts(summarise(run).scenarios.find(({ kind }) => kind === 'shared-port')!).filter((line) =>
    line.includes('protocol'),
  );

describe('the proof that each socket kept its own protocol', () => {
  it('says what was counted, over all repetitions', () => {
    expect(proofs(runWithMessages())).toMatchInlineSnapshot(`
      [
        "websocket: each socket kept its own protocol: 6,000 messages came over 20 sockets, each once and in order, and 9,000 plain requests on the same port had the right answer; an Upgrade to a protocol that nobody knows was answered as plain HTTP.",
      ]
    `);
  });

  it('says nothing of an Upgrade in a file that counted none', () => {
    const [line] = proofs(runWithMessages((m) => delete m.unknownUpgrades));
    expect(line).toMatch(/had the right answer\.$/);
  });

  it.each<[string, (m: Measurement) => void]>([
    ['a message was lost', (m) => ((m.counts.lost = 1), (m.counts.delivered -= 1))],
    ['one came twice', (m) => (m.counts.duplicated = 1)],
    ['one came too early', (m) => (m.counts.reordered = 1)],
    ['fewer came than were owed', (m) => (m.counts.delivered -= 1)],
    ['no message came', (m) => (m.counts = { ...m.counts, offered: 0, delivered: 0 })],
    ['no request was answered', (m) => delete m.requestLatencyNs],
    ['the measurement is not valid', (m) => (m.validity.valid = false)],
  ])('is not given where %s', (_what, change) => {
    expect(proofs(runWithMessages(change))).toEqual([]);
  });
});
