import { expect, it } from 'vitest';
import { LatencyRecorder } from '../results/histogram.ts';
import type { Measurement, RunFile } from '../results/schema.ts';
import { lawsSection } from './html-laws.ts';
import { lawReport } from './laws.ts';
import { fixtureRun } from './run.fixture.ts';
import { renderMarkdown } from './markdown.ts';
import { summarise } from './summary.ts';
import { renderTerminal } from './terminal.ts';

function law(m: Measurement, transport: string, variant: string, meanMs: number, repetition: number): Measurement {
  const latency = new LatencyRecorder();
  latency.record(meanMs * 1e6);
  return {
    ...m,
    transport,
    scenario: 'laws',
    repetition,
    parameters: { ...m.parameters, variant, clients: 50, pollIntervalMs: 100 },
    deliveryLatencyNs: latency.summary(),
    validity: { valid: true, warnings: [] },
  };
}

function lawsRun(variant = 'stream/125B', meansMs: readonly number[] = [20.1, 20.2, 20.3]): RunFile {
  const run = fixtureRun();
  delete run.exact;
  const [m] = run.measurements;
  const measurements = meansMs.flatMap((meanMs, repetition) => [
    law(m!, 'tcp', 'stream/125B', 20, repetition),
    law(m!, 'sse', variant, meanMs, repetition),
  ]);
  return { ...run, run: { ...run.run, floors: ['tcp'] }, measurements };
}

it('says how many figures are within their bounds, and by which delay', () => {
  expect(lawReport(lawsRun())!.lead).toBe(
    '1 of 1 figures are within their bounds, 0 outside. One way takes 20 ms, by the mean latency of the floor in this run.',
  );
});

it('says what a TLS handshake computes, where the floor has told', () => {
  const run = lawsRun();
  const cold = (carrier: string, readyMs: number): Measurement => {
    const m = law(run.measurements[0]!, 'tcp', `cold/20per-second-${carrier}`, readyMs, 0);
    const nothing = new LatencyRecorder().summary();
    const parameters = { ...m.parameters, carrier };
    return { ...m, readinessNs: m.deliveryLatencyNs, deliveryLatencyNs: nothing, parameters };
  };
  const measurements = [...run.measurements, cold('h1', 80), cold('tls', 122)];
  expect(lawReport({ ...run, measurements })!.lead).toMatch(
    / One way takes 20 ms, by .* The computing of a TLS handshake takes 2 ms, by the floor's\.$/,
  );
});

it('has a row with prediction, measured value, divergence and verdict, in terminal, page and Markdown', () => {
  const run = lawsRun('stream/125B', [22, 22.1, 22.2]);
  expect(lawReport(run)!.lines).toEqual([
    {
      transport: 'sse',
      law: 'stream',
      point: '125B',
      quantity: 'mean',
      predicted: '20 ms',
      measured: '22.1 ms',
      divergence: '+10.5 ±1.2 %',
      verdict: 'outside',
      outside: true,
    },
  ]);
  expect(renderTerminal(run, { color: false, width: 80 })).toMatch(
    /125B +mean +20 ms +22.1 ms +\+10.5 ±1.2 % +outside/,
  );
  expect(lawsSection(summarise(run))).toContain('<strong>outside</strong>');
  expect(renderMarkdown(run)).toContain('| sse | stream 125B | mean | 20 ms | 22.1 ms | +10.5 ±1.2 % | outside |');
});

it('keeps lines within a narrow terminal', () => {
  const text = renderTerminal(lawsRun(), { color: false, width: 40 });
  expect(text.split('\n').every((line) => line.length <= 40)).toBe(true);
});

it('leaves what a hostile file calls a point as text', () => {
  const html = lawsSection(summarise(lawsRun('stream/<img src=x onerror=alert(1)>')));
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x');
});

it('says that a run did not measure them, and how to', () => {
  expect(lawReport(fixtureRun())).toBeNull();
  expect(lawsSection(summarise(fixtureRun()))).toContain('Not measured in this run');
});
