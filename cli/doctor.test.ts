import { describe, expect, it } from 'vitest';
import { findingsOf, findingsText, type Readings } from './doctor.ts';

const GOOD: Readings = {
  ...{ node: '24.1.0', cores: 8, cpuModel: 'Example 3000', memoryGiB: 16, descriptors: 1_048_576 },
  ...{ ports: { first: 32_768, count: 28_232 }, meter: true, noNamespace: null, clockNs: 40 },
};

const bad = (readings: Partial<Readings>): string[] =>
  findingsOf({ ...GOOD, ...readings })
    .filter(({ good }) => !good)
    .map(({ name }) => name);

const of = (name: string, readings: Partial<Readings>) =>
  findingsOf({ ...GOOD, ...readings }).find((finding) => finding.name === name)!;

describe('what limits a run', () => {
  it('is nothing on a good machine, nor where the system does not say', () => {
    expect(bad({})).toEqual([]);
    expect(bad({ descriptors: null, ports: null })).toEqual([]);
  });

  it.each<[string, Partial<Readings>]>([
    ['Node.js', { node: '20.18.3' }],
    ['cores', { cores: 1 }],
    ['open files', { descriptors: 19_999 }],
    ['ports', { ports: { first: 40_001, count: 19_999 } }],
    ['memory', { memoryGiB: 1 }],
    ['process meter', { meter: false }],
    ['packets', { noNamespace: 'no unshare' }],
    ['clock', { clockNs: 1_001 }],
  ])('is noted: %s', (name, readings) => {
    expect(bad(readings)).toEqual([name]);
  });

  it('says of few open files how many clients that is, and how to have more', () => {
    const { value, meaning, lift } = of('open files', { descriptors: 1_024 });
    expect(value).toBe('1,024');
    expect(meaning).toContain('at most 924 clients for each process of --workers and --server-workers');
    expect(lift).toContain('ulimit -n 65536');
    expect(of('open files', { descriptors: 50 }).meaning).toContain('at most 0 clients');
  });

  it('says of few ports which they are, how many clients that is, and how to have more', () => {
    const { value, meaning, lift } = of('ports', { ports: { first: 60_000, count: 1_000 } });
    expect(value).toBe('60000 to 60999 (1,000)');
    expect(meaning).toContain('at most 1,000 clients for each of --workers');
    expect(lift).toContain("sysctl -w net.ipv4.ip_local_port_range='1024 65535'");
  });

  it('advises nothing about limits that it cannot see', () => {
    for (const finding of [of('open files', { descriptors: null }), of('ports', { ports: null })]) {
      expect(finding.value).toBe('unknown');
      expect(finding).not.toHaveProperty('lift');
    }
  });

  it('is text with one finding below the other, the advice below its limit', () => {
    const lines = findingsText(findingsOf({ ...GOOD, descriptors: 1_024 })).split('\n');
    const at = lines.indexOf('note open files     1,024');
    expect(lines[at + 1]).toMatch(/^ {20}a socket is a file/);
    expect(lines[at + 2]).toMatch(/^ {20}more: ulimit -n/);
    expect(lines[at + 3]).toBe('ok   ports          32768 to 60999 (28,232)');
  });
});
