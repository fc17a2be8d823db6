import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { loadPageAssets } from './assets.ts';
import { format } from './format.ts';
import { hostileRun } from './hostile.fixture.ts';
import { escapeHtml, jsonForScript } from './html-text.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

const assets = { script: 'void 0;', style: 'body{}' };
const render = (run: RunFile) => renderHtml(run, assets);
const count = (text: string, pattern: RegExp) => (text.match(pattern) ?? []).length;

test('the policy allows exactly the script and the style of the page, by hash', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('base64');
  expect(render(fixtureRun())).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${hash('void 0;')}'; ` +
      `style-src 'sha256-${hash('body{}')}'; img-src data:; base-uri 'none'; form-action 'none'">`,
  );
});

test('an asset that would end its own element is refused', () => {
  expect(() => renderHtml(fixtureRun(), { script: '"</script>"', style: '' })).toThrow('would end its element');
});

test('hostile names in every field add no element, no attribute and no comment', () => {
  const [clean, hostile] = [render({ ...fixtureRun({ repetitions: 2 }), partial: true }), render(hostileRun())];
  expect(count(hostile, /<script/g)).toBe(2);
  expect(count(hostile, /<img|<!--|<style[^>]|<\/style><b/g)).toBe(count(clean, /<img|<!--|<style[^>]/g));
  // Inside a tag, a quoted value is followed by white space, another attribute or the end: nothing broke out of quotes.
  for (const tag of hostile.replace(/<style>.*?<\/style>|<script.*?<\/script>/gs, '').match(/<[a-z][^>]*>/g) ?? []) {
    expect(tag).toMatch(/^<[a-z][a-z0-9]*(\s+[a-z-]+(="[^"<>]*")?)*\s*\/?>$/i);
  }
});

test('embedded JSON holds no character that could end its element, and parses to the same value', () => {
  const value = { name: '</script><!--\u2028\u2029' };
  expect(jsonForScript(value)).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(jsonForScript(value))).toEqual(value);
  expect(escapeHtml('<a href="x">&\'')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;');
});

test('every figure of the scoreboard and of the percentiles stands in a table', () => {
  const run = fixtureRun();
  const html = render(run);
  for (const row of summarise(run).scenarios[0]!.rows) {
    for (const name of [
      'latencyP50',
      'latencyP99',
      'bytesPerDelivery',
      'headerPerDelivery',
      'bandwidthDown',
    ] as const) {
      const unit = name.startsWith('latency') ? 'ns' : name === 'bandwidthDown' ? 'bytesPerSecond' : 'bytes';
      expect(html).toContain(format(row.figures[name].estimate!.value, unit));
    }
    for (const [, ns] of row.percentiles.points) expect(html).toContain(`<td>${format(ns, 'ns')}</td>`);
  }
  expect(count(html, /<table\b/g)).toBe(count(html, /<caption>/g));
  expect(count(html, /<canvas role="img" aria-label="[^"]{20,}"/g)).toBe(17);
});

test('the sections stand in the order in which a reader needs them', () => {
  const ids = [...render(fixtureRun()).matchAll(/<section id="([\w-]+)"/g)].map((match) => match[1]);
  expect(ids).toEqual([
    ...['answer', 'scoreboard', 'latency', 'bytes', 'headers', 'below', 'overhead', 'rates', 'bandwidth'],
    ...['idle', 'connect', 'shared-port', 'server', 'clients', 'planner', 'break-even'],
    ...['bytes-exact', 'codecs', 'timeline', 'laws'],
    ...['validity', 'method', 'environment', 'compare', 'raw-data'],
  ]);
});

test('each scenario asks the question that the file has for it, once', () => {
  const run = fixtureRun();
  run.run.questions['broadcast'] = 'Is it <fast>?';
  expect(count(render(run), /Is it &lt;fast&gt;\?/g)).toBe(1);
});

test('the sentence about log axes says whether the resolution of the clock was measured or assumed', () => {
  const run = fixtureRun();
  expect(render(run)).toContain('What is below the clock’s measured resolution of 41 ns is drawn at it');
  delete run.environment.provenance['clockResolutionNs'];
  expect(render(run)).toContain('below the clock’s assumed resolution of 1 µs (this file holds no measured one)');
});

test('a valid row has its notes as footnotes, and an invalid one its reasons alone', () => {
  const run = fixtureRun({ repetitions: 1 });
  const idle = run.measurements.filter((m) => m.scenario === 'idle');
  const busy = { code: 'machine-busy', invalidates: false, message: 'Busy.', advice: 'Wait.' } as const;
  const lost = { code: 'deliveries-lost', invalidates: true, message: 'One was lost.', advice: 'Less.' } as const;
  idle[0]!.validity = { valid: false, warnings: [busy, lost] };
  idle[1]!.validity = { valid: true, warnings: [busy] };
  const html = render(run);
  const section = /<section id="idle">.*?<\/section>/s.exec(html)![0];
  expect(section).toContain('<td class="t">0 of 1 <sup>1)</sup></td>');
  expect(section).toContain('<td class="t">1 of 1 <sup>2)</sup></td>');
  expect(section).toContain(
    '<p class="note">1) invalid, repetition 1: One was lost. [deliveries-lost]<br>2) note: Busy. [machine-busy]</p>',
  );
  expect(html).toContain('A note costs no validity');
  expect(html).toContain('<td class="t">deliveries-lost</td>');
});

describe('what is missing is said', () => {
  test('for a partial run with failures and notes', () => {
    const run = fixtureRun();
    run.partial = true;
    run.measurements = run.measurements.slice(0, 3);
    run.run.failures = [{ transport: 'sse', scenario: 'idle', repetition: 1, message: 'It hung.' }];
    run.run.notes = ['No pinning: two cores only.'];
    const html = render(run);
    for (const text of [
      'This run is partial',
      '3 measurements of 69 planned are in this file',
      'sse in idle, repetition 2: It hung.',
      'No pinning',
      'Not measured in this run',
    ]) {
      expect(html).toContain(text);
    }
  });

  test('for a run without measurements, and for one where nothing is valid', () => {
    const run = fixtureRun();
    expect(render({ ...run, measurements: [] })).toContain('Nothing was measured');
    for (const m of run.measurements)
      m.validity = {
        valid: false,
        warnings: [{ code: 'generator-cpu', invalidates: true, message: 'Busy.', advice: 'Wait.' }],
      };
    const html = render(run);
    expect(html).toContain('No measurement is valid');
    expect(html).not.toMatch(/mark best">best<\/span> *<small|<strong>[\d.]+ ms/);
    expect(html).toContain('Wait.');
  });
});

test('the raw data link holds the run, whole', () => {
  const run = fixtureRun();
  const packed = /href="data:application\/gzip;base64,([^"]+)"/.exec(render(run))?.[1] ?? '';
  expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())).toEqual(run);
  expect(render(run)).toContain(`<code>pushbench report ${run.run.id}.json.gz</code>`);
});

test('a run of 500 measurements makes a page under 1 MB, and says where its raw data is', () => {
  const run = fixtureRun({ repetitions: 22 });
  const html = renderHtml(run, loadPageAssets(new URL('../dist/report/page/', import.meta.url)));
  expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
  expect(html).toContain('too large to travel inside the page, which has every measurement as a row');
  const packed = /id="raw-csv"[^>]*base64,([^"]+)"/.exec(html)?.[1] ?? '';
  const rows = gunzipSync(Buffer.from(packed, 'base64')).toString().trim().split('\n');
  expect(rows).toHaveLength(1 + run.measurements.length);
});

test('assets that were not built are reported with the command that builds them', () => {
  expect(() => loadPageAssets(new URL('./nowhere/', import.meta.url))).toThrow('node build.js');
});
