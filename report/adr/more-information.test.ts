/** What a reader is told of the results themselves. */
import { describe, expect, it } from 'vitest';
import type { Measurement, WarningCode } from '../../results/schema.ts';
import { decide } from './decision.ts';
import { costRun, decisionInput } from './decision.fixture.ts';
import { reasonsOf } from './measured.ts';
import { moreInformation } from './more-information.ts';

const [blank] = costRun().measurements as [Measurement];

function invalid(...codes: WarningCode[]): Measurement {
  const warnings = codes.map((code) => ({ code, message: '', advice: '', invalidates: code !== 'few-samples' }));
  return { ...blank, validity: { ...blank.validity, valid: false, warnings } };
}

describe('invalid measurements', () => {
  it('are counted by their reasons, and those that have several are said to', () => {
    const found = [invalid('generator-cpu', 'link-late', 'few-samples'), invalid('link-late'), invalid('link-late')];
    expect(reasonsOf(found)).toBe('link-late 3, generator-cpu 1; one of them for more than one reason');
    expect(reasonsOf(found.slice(1))).toBe('link-late 2');
  });
});

describe('a capacity that nobody measured', () => {
  const said = (fanOut: number): string =>
    moreInformation(decide(decisionInput({ users: 1_000, fanOut })), (file) => file);

  it('has its command where it can be measured, and the reason where it cannot', () => {
    expect(said(1_000)).toMatch(
      /pushbench capacity --transports \S+ --dimension clients --slo 'p99\S*500ms' --rate 0\.1 --arrivals poisson --payload 200 --link custom:delay=30ms/,
    );
    expect(said(20)).toContain('pushbench capacity sends each message to all clients, and here one reaches 20 of 1000');
  });
});
