import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { mergedQuantiles } from './histogram.ts';
import { LayersSchema, RunFileSchema, SCHEMA_VERSION, type Layers } from './schema.ts';
import { readRun } from './store.ts';

const PUBLISHED = join(import.meta.dirname, 'schema.json');
const TEXT = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...RunFileSchema }, null, 2)}\n`;
const fixture = (version: number): string => join(import.meta.dirname, 'fixtures', `run-${version}.json`);
const VERSIONS = Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1);

/** SHA-256 of each fixture's document, in any formatting. An entry is added with a version and never changed. */
const FROZEN: Readonly<Record<number, string>> = {
  1: '63d07cc7f0337e9e14eef0ceabcb0ffd7447a9fc38ac5c64eebfc1fb9179e805',
};

describe('results/schema.json', () => {
  it('is the schema that the code validates with', async () => {
    await expect(
      TEXT,
      'results/schema.json is not what results/schema.ts says. If the change is meant, write it anew with: npx vitest run results/schema.test.ts -u',
    ).toMatchFileSnapshot(PUBLISHED);
  });

  it('accepts and refuses by itself what the code does: nothing of the schema lives only in TypeScript', () => {
    const published = Compile(JSON.parse(TEXT) as object);
    const run = readRun(fixture(SCHEMA_VERSION));
    expect(published.Check(run)).toBe(true);
    expect(published.Check({ ...run, schemaVersion: SCHEMA_VERSION + 1 })).toBe(false);
    expect(published.Check({ ...run, surprise: true })).toBe(false);
    expect(published.Check({ ...run, measurements: [{}] })).toBe(false);
  });

  it('carries its version in its name', () => {
    expect((JSON.parse(TEXT) as { $id: string }).$id).toBe(`https://pushbench.dev/schema/run-${SCHEMA_VERSION}.json`);
  });
});

describe('a file of an older version', () => {
  it.each(VERSIONS)('%i has a fixture, which is kept for ever', (version) => {
    expect(existsSync(fixture(version))).toBe(true);
    const document = JSON.stringify(JSON.parse(readFileSync(fixture(version), 'utf8')));
    expect(
      createHash('sha256').update(document).digest('hex'),
      `results/fixtures/run-${version}.json is frozen: it stands for the files that users have. Change the code, not the file.`,
    ).toBe(FROZEN[version]);
  });

  it.each(VERSIONS)('%i can be read', (version) => {
    const run = readRun(fixture(version));
    expect(run.schemaVersion).toBe(SCHEMA_VERSION);
    expect(run.measurements).toHaveLength(2);
    expect(run.run.failures).toHaveLength(2);
  });
});

describe('the fixture of version 1', () => {
  const { measurements } = readRun(fixture(1));

  it('holds histograms that still decode to the percentiles beside them', () => {
    const latencies = measurements.flatMap((one) => [
      one.deliveryLatencyNs,
      one.transitTimeNs,
      one.readinessNs,
      ...(one.requestLatencyNs === undefined ? [] : [one.requestLatencyNs]),
    ]);
    expect(latencies.some(({ count }) => count >= 10_000)).toBe(true);
    for (const latency of latencies) {
      const { count, points } = mergedQuantiles([latency], [0.5, 0.9, 0.99, 0.999]);
      expect(count).toBe(latency.count);
      const { p50, p90, p99, p999 } = latency;
      expect(points.map(([, ns]) => ns)).toEqual([p50, p90, p99, p999].filter((ns) => ns !== null));
    }
  });

  it('holds layers that sum to what the sockets counted', () => {
    const layers = Object.keys(LayersSchema.properties).filter((name) => name !== 'total') as (keyof Layers)[];
    for (const { bytes } of measurements) {
      for (const direction of [bytes.up, bytes.down]) {
        expect(layers.reduce((sum, layer) => sum + (direction[layer] ?? 0), 0)).toBe(direction.total);
      }
    }
  });
});
