import { describe, expect, it } from 'vitest';
import { fixtureRun } from '../../report/run.fixture.ts';
import type { Measurement, RunFile } from '../schema.ts';
import { chosenOf } from './chosen.ts';
import {
  coresOf,
  latencyOf,
  LINK,
  LOADS,
  measured,
  runOf,
  SECONDS_TO_A_PING,
  sentUp,
  socketOf,
} from './fit.fixture.ts';
import { fitModel } from './fit.ts';
import type { Asks } from './load.ts';
import { predict } from './predict.ts';

describe('a model fitted to a run', () => {
  it('finds what each part costs, and predicts every load that was held out', () => {
    const { cores } = socketOf(runOf(LOADS));
    const of = Object.fromEntries(cores!.parts.map((part, i) => [part, cores!.coefficients[i]!]));
    expect(of['deliveries']! * 1e6).toBeCloseTo(15, 3);
    expect(of['wakeups']! * 1e6).toBeCloseTo(200, 1);
    expect(of['beats']! * 1e6).toBeCloseTo(10 * SECONDS_TO_A_PING, 3);
    expect(cores!.heldOut!.points).toHaveLength(LOADS.length);
    expect(cores!.heldOut!.most).toBeLessThan(1e-6);
    // Without noise each load says the same of every part.
    cores!.intervals!.forEach(({ low, high }, i) => {
      expect(low).toBeLessThanOrEqual(cores!.coefficients[i]!);
      expect(high - low).toBeLessThan(1e-3 * cores!.coefficients[i]! + 1e-9);
    });
    expect(cores!.intervals).toHaveLength(cores!.parts.length);
  });

  describe('of several streams', () => {
    const of = (model: ReturnType<typeof fitModel>, transport: string) => {
      const { cores } = model.transports.find((one) => one.transport === transport)!;
      return { cores, parts: Object.fromEntries(cores!.parts.map((part, i) => [part, cores!.coefficients[i]!])) };
    };
    /** With exact counts of another stream, whose signs of life nobody answers. */
    const streamsOf = (run: RunFile, transport: string, measurements: readonly Measurement[]) => {
      const socket = run.exact!.transports.find((one) => one.transport === 'websocket')!;
      const { up } = socket.perMessage[0]!.exchange;
      const idle = { ...socket.idle!, up };
      const exact = { ...run.exact!, transports: [socket, { ...socket, transport, idle }] };
      return fitModel([{ ...run, exact, measurements: [...measurements] }]);
    };
    /** Of sse, whose comments come in silence alone, a delivery takes 5 µs less. */
    const quicker = (m: Measurement): Measurement => {
      const { clients, ratePerSecond } = m.parameters;
      const less = (5e-6 * ratePerSecond + 10e-6) * clients;
      return { ...m, transport: 'sse', server: { ...m.server, cpuNs: m.server.cpuNs! - less * 2e9 } };
    };

    it('has a cost of a delivery for each, and of waking up, which the host does for all, the same', () => {
      const run = runOf([...LOADS, { clients: 500, rate: 0 }]);
      const silent = (m: Measurement): boolean => m.parameters.ratePerSecond === 0;
      const streams = run.measurements.map((m) => (silent(m) ? { ...m, transport: 'sse' } : quicker(m)));
      const model = streamsOf(run, 'sse', [...run.measurements, ...streams]);
      const [sse, socket] = [of(model, 'sse'), of(model, 'websocket')];
      expect(sse.cores!.together).toEqual(['websocket', 'sse']);
      expect(sse.parts['deliveries']! / socket.parts['deliveries']!).toBeCloseTo(10 / 15, 1);
      expect(sse.parts['wakeups']).toBe(socket.parts['wakeups']);
      // Each keeps its own error.
      expect(sse.cores!.heldOut!.points).toHaveLength(LOADS.length);
      expect(sse.cores!.heldOut!.points).not.toEqual(socket.cores!.heldOut!.points);
    });

    it('has no cost of a sign of life where none was silent, and then no cost in common with one that was', () => {
      const run = runOf(LOADS);
      const model = streamsOf(run, 'sse', [...run.measurements, ...run.measurements.map(quicker)]);
      expect(of(model, 'sse').cores!.parts).not.toContain('beats');
      expect(of(model, 'sse').cores!.together).toEqual(['sse']);
      expect(of(model, 'websocket').cores!.parts).toContain('beats');
    });

    it('tells what a page takes that begins anew from the windows in which some did', () => {
      const loads = [...LOADS, { clients: 300, rate: 20 }, { clients: 150, rate: 50 }, { clients: 50, rate: 200 }];
      const more = [...loads, { clients: 80, rate: 80 }, { clients: 700, rate: 3 }];
      const run = runOf(more);
      const iframes = run.measurements.map((m, at): Measurement => {
        const requests = at % 3 === 0 ? 0 : 100 * at;
        return {
          ...m,
          transport: 'forever-iframe',
          requests,
          server: { ...m.server, cpuNs: m.server.cpuNs! + requests * 3e5 - m.parameters.clients * 10e-6 * 2e9 },
        };
      });
      const { parts } = of(streamsOf(run, 'forever-iframe', iframes), 'forever-iframe');
      expect((parts['pages']! * 1e6) / 300).toBeCloseTo(1, 2);
    });
  });

  it('predicts another load from it', () => {
    const run = runOf(LOADS);
    const { usual } = fitModel([run]);
    const load = { ...usual, clients: 5_000, fanOut: 5_000, ratePerSecond: 1 };
    expect(predict(socketOf(run), load).cores!.value).toBeCloseTo(coresOf(5_000, 1, usual.heartbeatMs), 6);
  });

  it('does not take a stream that was never sent anything for one that takes no processor time', () => {
    const silent = { clients: 500, rate: 0, warmupMs: 200 };
    const cold = LOADS.map((load) => ({ ...load, warmupMs: 100 }));
    const { cores } = socketOf(runOf([...cold, silent]));
    expect(cores!.warm).toBe(false);
    expect(cores!.coefficients[cores!.parts.indexOf('deliveries')]).toBeGreaterThan(0);
    expect(socketOf(runOf([...LOADS, silent])).cores).toMatchObject({ warm: true, loads: LOADS.length + 1 });
  });

  it('takes the cost of servers that had just started only where there is no other, and says so', () => {
    const cold = LOADS.map((load) => ({ ...load, warmupMs: 100 }));
    expect(socketOf(runOf(cold)).cores!.warm).toBe(false);
    expect(fitModel([runOf(cold)]).notes.join()).toMatch(/websocket had just started .* scenario cost/);
    const both = socketOf(runOf([...cold.slice(0, 2), ...LOADS]));
    expect(both.cores).toMatchObject({ warm: true, loads: LOADS.length });
    expect(fitModel([runOf(LOADS)]).notes).toEqual([]);
  });

  it('counts what a rush asked for before the window, and of polls only where they can hurry', () => {
    const [m] = runOf([{ clients: 100, rate: 5, warmupMs: 1_000 }]).measurements;
    const isWarm = (asks: Asks, more: Partial<Measurement['parameters']> = {}, link?: Measurement['link']): boolean => {
      const one = { ...m!, parameters: { ...m!.parameters, pollIntervalMs: 200, ...more }, ...(link && { link }) };
      // Beside one that is warm, so that those which are not are left out.
      const other = { ...one, counts: { ...one.counts, offered: 1e7, publications: 10 } };
      other.parameters = { ...one.parameters, clients: 1_000_000 };
      const { costed } = chosenOf({ asks, bytes: null }, [one, other]);
      return costed.some((seen) => seen.m === one);
    };
    // 500 a second, of which 2,000 are enough.
    for (const asks of ['once', 'each-interval', 'and-waits'] as const) {
      expect(isWarm(asks)).toBe(false);
      expect(isWarm(asks, { rush: 8 })).toBe(true);
    }
    expect(isWarm('once', { rush: 8 }, LINK)).toBe(true);
    expect(isWarm('each-interval', { rush: 8 }, LINK)).toBe(false);
    expect(isWarm('and-waits', { rush: 8 }, LINK)).toBe(false);
    expect(isWarm('each-interval', { rush: 8, connection: 'close' })).toBe(false);
    expect(isWarm('each-interval', { rush: 8, pollPacing: 'fixed-delay' })).toBe(false);
    expect(isWarm('and-waits', { rush: 8, connection: 'close' })).toBe(true);
  });

  it('takes loads on cores that were kept awake alone, where they are enough, and says so', () => {
    const asleep = runOf(LOADS).measurements.map((m) => ({
      ...m,
      server: { ...m.server, cpuNs: m.server.cpuNs! * 1.4 },
    }));
    const awake = runOf(LOADS).measurements.map((m) => ({
      ...m,
      parameters: { ...m.parameters, variant: `awake ${m.parameters.variant}` },
      awakeCores: 2,
    }));
    const run = runOf(LOADS);
    const both = { ...run, measurements: [...asleep, ...awake] };
    expect(socketOf(both).cores).toMatchObject({ loads: LOADS.length, awake: true });
    expect(socketOf(both).cores!.coefficients).toEqual(socketOf(run).cores!.coefficients);
    expect(fitModel([both]).notes.join()).toMatch(/kept from falling asleep/);
    // Bytes and packets do not sleep.
    expect(socketOf(both).packets!.loads).toBe(2 * LOADS.length);
    // Two of them say less than all together.
    const few = { ...run, measurements: [...asleep, ...awake.slice(0, 2)] };
    expect(socketOf(few).cores).toMatchObject({ loads: LOADS.length + 2 });
    const none = { ...run, measurements: run.measurements.map((m) => ({ ...m, awakeCores: 0 })) };
    expect(fitModel([none]).notes.join()).toMatch(/could not be kept/);
    expect(socketOf(none).cores).toMatchObject({ awake: false });
  });

  it('leaves out what is invalid, the second of an A/A pair, and whatever else was asked of the server', () => {
    const run = runOf(LOADS);
    const wrong = { ...run.measurements[0]!, server: { ...run.measurements[0]!.server, cpuNs: 9e9 } };
    const disturbed: Measurement[] = [
      { ...wrong, validity: { valid: false, warnings: [] } },
      { ...wrong, twin: true },
      { ...wrong, bytes: { ...wrong.bytes, up: { ...wrong.bytes.up, payload: 5 } } },
      { ...wrong, parameters: { ...wrong.parameters, burst: 10 } },
      { ...wrong, counts: { ...wrong.counts, offered: 0 } },
    ];
    expect(socketOf({ ...run, measurements: [...run.measurements, ...disturbed] }).cores).toEqual(socketOf(run).cores);
  });

  it('tells what a message upstream costs from clients that send, of two rates or more', () => {
    const run = runOf(LOADS);
    const sending = (rate: number): Measurement => sentUp(measured(run.measurements[0]!, { clients: 100, rate }), rate);
    const both = { ...run, measurements: [...run.measurements, sending(8), sending(20)] };
    const model = socketOf(both);
    const { cores, range } = model;
    expect(cores!.parts.at(-1)).toBe('upstream');
    expect(cores!.coefficients.at(-1)! * 1e6).toBeCloseTo(30, 3);
    expect(range.upstreamPerSecond).toBeCloseTo(2_000, 6);
    expect(cores!.heldOut!.points).toHaveLength(LOADS.length + 2);
    const { usual } = fitModel([run]);
    const load = { ...usual, clients: 1_000, fanOut: 1_000, ratePerSecond: 1 };
    const chat = predict(model, { ...load, upstreamPerSecond: 1 });
    expect(chat.cores!.value - predict(model, load).cores!.value).toBeCloseTo(0.03, 6);
    expect(chat.beyond).not.toContain('upstream');
    expect(predict(model, { ...load, upstreamPerSecond: 3 }).beyond).toContain('upstream');
    // A load that sends is no load of deliveries alone: its latency is that of a way up and back.
    expect(model.serviceMs).toEqual(socketOf(run).serviceMs);
    expect(model.packets).toEqual(socketOf(run).packets);
  });

  it('tells a client that waits from the process that it is connected to where thousands of them were measured', () => {
    const run = runOf([...LOADS, { clients: 500, rate: 0 }, { clients: 6_000, rate: 0 }]);
    const idle = run.measurements.map((m) => ({ ...m, server: { ...m.server, cpuNs: m.server.cpuNs! + 3e-3 * 2e9 } }));
    const steps = { steps: [], perClient: null } as unknown as NonNullable<Measurement['memory']>;
    const last = idle.length - 1;
    const measurements = idle.map((m, at) => (at === last ? { ...m, scenario: 'memory', memory: steps } : m));
    const { cores, range } = socketOf({ ...run, measurements });
    const of = Object.fromEntries(cores!.parts.map((part, i) => [part, cores!.coefficients[i]!]));
    expect(of['beats']! * 1e6).toBeCloseTo(10 * SECONDS_TO_A_PING, 3);
    expect(of['process']! * 1e3).toBeCloseTo(3, 3);
    // Nothing was delivered to so many.
    expect(range.clients).toBe(1_000);
    // Of hundreds alone nobody could say which of the two it was.
    expect(socketOf({ ...run, measurements: idle.slice(0, last) }).cores!.parts).not.toContain('process');
  });

  it('takes no part of a sending load for a cost of deliveries where one rate alone was measured', () => {
    const run = runOf(LOADS);
    const one = sentUp(measured(run.measurements[0]!, { clients: 100, rate: 20 }), 20);
    const model = socketOf({ ...run, measurements: [...run.measurements, one] });
    expect(model.cores).toEqual(socketOf(run).cores);
    expect(model.range.upstreamPerSecond).toBe(0);
    expect(predict(model, { ...fitModel([run]).usual, upstreamPerSecond: 5 }).beyond).not.toContain('upstream');
  });

  it('holds latencies over a link against their law apart, and fits no other cost to a relay that shares the cores', () => {
    const run = runOf(LOADS);
    const late = run.measurements.map((m, at) => latencyOf(m, 2 + (at % 2)));
    const far = LOADS.slice(0, 2).map((load): Measurement => {
      const m = latencyOf(measured(run.measurements[0]!, load), 20 + 3);
      return { ...m, link: LINK, server: { ...m.server, cpuNs: m.server.cpuNs! * 3 } };
    });
    const near = socketOf({ ...run, measurements: late });
    const { cores, packets, serviceMs } = socketOf({ ...run, measurements: [...late, ...far] });
    expect(cores).toEqual(near.cores);
    expect(packets).toEqual(near.packets);
    expect(near.serviceMs!.distant).toBeUndefined();
    expect(serviceMs!.heldOut!.points).toHaveLength(LOADS.length + 2);
    expect(serviceMs!.distant!.points.map(({ name }) => name)).toEqual([
      expect.stringContaining('20 ms away'),
      expect.stringContaining('20 ms away'),
    ]);
    // As many milliseconds off are a smaller share of a latency that is most of it distance.
    expect(serviceMs!.distant!.most).toBeLessThan(0.1);
    expect(serviceMs!.distant!.most).toBeLessThan(serviceMs!.heldOut!.most);
  });

  it('never mixes machines, and says which run it left out', () => {
    const [first, second] = [runOf(LOADS), runOf(LOADS.slice(0, 3))];
    second.run = { ...second.run, id: 'elsewhere' };
    second.environment = { ...second.environment, fingerprint: 'another' };
    const model = fitModel([first, second]);
    expect(model.notes.join()).toContain('elsewhere');
    expect(model.transports[0]).toEqual(fitModel([first]).transports[0]);
  });

  it('has no transport whose bytes were never counted: nobody knows by which law it delivers', () => {
    const { exact, ...run } = runOf(LOADS);
    expect(exact).toBeDefined();
    expect(fitModel([run]).transports).toEqual([]);
  });

  it('knows bytes alone where nothing was measured, and no cost', () => {
    const run = { ...fixtureRun(), measurements: [] };
    const socket = socketOf(run);
    expect(socket).toMatchObject({ cores: null, serviceMs: null, memory: null, packets: null });
    const { down, cores, meanMs } = predict(socket, fitModel([run]).usual);
    expect(down!.value).toBeGreaterThan(0);
    expect([cores, meanMs]).toEqual([null, null]);
  });

  it('has nothing to say of a limit, which is no choice', () => {
    const names = fitModel([fixtureRun({ floor: true })]).transports.map(({ transport }) => transport);
    expect(names).not.toContain('tcp');
    expect(names).toContain('websocket');
  });
});
