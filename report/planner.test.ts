import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOAD, MODEL, modelOf } from '../results/model/model.fixture.ts';
import type { FIGURES } from './planner.ts';
import {
  beyondText,
  KNOBS,
  loadFor,
  plannedRows,
  readPlan,
  settingsOf,
  stepAt,
  STEPS,
  valueAt,
  withPlan,
} from './planner.ts';

const settings = settingsOf(LOAD);
const rows = (changed: Partial<typeof settings>) => plannedRows(MODEL.transports, LOAD, { ...settings, ...changed });
const figure = (transport: string, id: (typeof FIGURES)[number], changed: Partial<typeof settings> = {}) =>
  rows(changed).find((row) => row.transport === transport)!.figures[id];

describe('a knob', () => {
  it('reaches from its least to its most, and every step comes back as itself', () => {
    for (const knob of KNOBS) {
      expect(valueAt(knob, 0)).toBeCloseTo(knob.least, 5);
      expect(valueAt(knob, STEPS) / knob.most).toBeCloseTo(1, 2);
    }
    fc.assert(
      fc.property(fc.constantFrom(...KNOBS), fc.integer({ min: 0, max: STEPS }), (knob, step) => {
        const value = valueAt(knob, step);
        // Whole numbers and three digits make neighbouring steps of some knobs equal.
        expect(valueAt(knob, stepAt(knob, value))).toBeCloseTo(value, 5);
      }),
    );
  });

  it('stays within its ends, whatever an address says', () => {
    for (const knob of KNOBS) {
      expect(stepAt(knob, -1e9)).toBe(0);
      expect(stepAt(knob, 1e12)).toBe(STEPS);
    }
  });
});

describe('the planner', () => {
  it('begins with the payload that was measured, and all clients get the same message', () => {
    const load = loadFor(LOAD, settings);
    expect(load.payloadBytes / LOAD.payloadBytes).toBeCloseTo(1, 1);
    expect(load).toMatchObject({ clients: load.fanOut, rttMs: 40, holdMs: LOAD.holdMs });
  });

  it('shows what a poll interval costs to those who poll, and to nobody else', () => {
    const requests = (interval: number) => figure('short-polling', 'requests', { interval }).value!;
    expect(requests(1_000) / requests(10_000)).toBeCloseTo(10, 6);
    expect(figure('sse', 'down', { interval: 1_000 })).toEqual(figure('sse', 'down', { interval: 10_000 }));
  });

  it('says how far a figure may be off, and of a byte count nothing', () => {
    expect(figure('sse', 'cores').band).toBe('± 10.0 %');
    expect(figure('sse', 'up').band).toBe('');
  });

  it('names processes where there are several', () => {
    expect(figure('sse', 'processes', { clients: 10 })).toEqual({ text: '', band: '', value: 1 });
    expect(figure('sse', 'processes', { clients: 1_000_000, rate: 100 }).text).toMatch(/^in [\d,]+ processes$/);
  });

  it('says of what was not measured that it was not, and of an error that nobody knows it', () => {
    const bare = { ...modelOf('sse'), memory: null, cores: { ...modelOf('sse').cores!, heldOut: null } };
    const [row] = plannedRows([bare], LOAD, settings);
    expect(row!.figures.memory).toEqual({ text: 'not measured', band: '', value: null });
    expect(row!.figures.cores.band).toBe('± not known');
  });

  it('names what is beyond all measurements', () => {
    expect(beyondText(rows({ clients: 1_000_000 })[0]!.beyond)).toContain('extrapolated: clients');
    expect(beyondText([])).toBe('');
  });
});

describe('the address of a plan', () => {
  it('holds every knob and keeps what else it held', () => {
    const hash = withPlan('#scenario=echo&without=sse', settings);
    expect(hash).toContain('scenario=echo');
    const read = Object.fromEntries(readPlan(hash));
    for (const { id } of KNOBS) expect(read[id]! / settings[id] || 1).toBeCloseTo(1, 3);
  });

  it('is not believed: what is no number is left out', () => {
    expect(readPlan('#plan=clients:abc,rate:,payload:12,<b>:1')).toEqual([
      ['payload', 12],
      ['<b>', 1],
    ]);
    expect(readPlan('#scoreboard')).toEqual([]);
  });
});
