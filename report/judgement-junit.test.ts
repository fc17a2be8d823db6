import { describe, expect, it } from 'vitest';
import { fatter, hostile, mixed, overBudget, unsure } from './judgement.fixture.ts';
import { judgementJunit } from './judgement-junit.ts';
import { elementsOf, violations } from './junit-shape.fixture.ts';

describe('a judgement as JUnit XML', () => {
  it('reads like this', () =>
    expect(judgementJunit(mixed())).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="pushbench ab" tests="5" failures="1" errors="0" time="61.250">
       <testsuite name="pushbench ab" tests="5" failures="1" errors="0" skipped="1" time="61.250" timestamp="2026-01-15T10:00:00">
        <properties>
         <property name="outcome" value="fail"/>
         <property name="compared" value="../base → . on machine 0123456789ab"/>
        </properties>
        <testcase classname="pushbench.sse.broadcast" name="latency p50" time="0"></testcase>
        <testcase classname="pushbench.sse.broadcast" name="latency p99" time="0"><system-out>The interval is above 0 and reaches below the floor.
      base: 2.10 ms
      head: 2.30 ms
      change: +9.5 %
      95 % interval: +0.4…+19 %</system-out></testcase>
        <testcase classname="pushbench.sse.broadcast" name="server CPU per delivery" time="0"><failure message="The whole interval lies above the floor of 5 %." type="regression">base: 28 µs
      head: 35 µs
      change: +25 %
      95 % interval: +21…+29 %</failure></testcase>
        <testcase classname="pushbench.sse.broadcast" name="latency p99.9" time="0"><skipped message="Too few samples support a p99.9."/></testcase>
        <testcase classname="pushbench.sse" name="bytes per message" time="0"></testcase>
        <system-out>Fail: 1 of 5 metrics got worse; 1 could not be told.
      20 pairs of processes, in blocks of ABBA and BAAB.</system-out>
       </testsuite>
      </testsuites>
      "
    `));

  it.each([
    ['fatter', fatter()],
    ['mixed', mixed()],
    ['over budget', overBudget()],
    ['hostile', hostile()],
    ['empty', { ...mixed(), judged: [], notes: [] }],
    ['endless', { ...mixed(), wallTimeMs: 1e300 }],
  ])('has the published shape: %s', (_, judgement) => expect(violations(judgementJunit(judgement))).toEqual([]));

  it('counts what it holds', () => {
    const elements = elementsOf(judgementJunit(mixed()));
    const suite = elements.find(({ name }) => name === 'testsuite')!.attributes;
    const count = (name: string): string => String(elements.filter((each) => each.name === name).length);
    expect([suite['tests'], suite['failures'], suite['skipped']]).toEqual([
      count('testcase'),
      count('failure'),
      count('skipped'),
    ]);
    expect(suite['tests']).toBe('5');
  });

  it('is not green where no metric says why: what could not be told as a whole is a skipped case', () => {
    const skipped = elementsOf(judgementJunit(unsure())).find(({ name }) => name === 'skipped')!;
    expect(skipped.attributes['message']).toContain('The two arms of the same build differ by 12 %');
  });

  it('gives back the text that went in', () => {
    const judgement = fatter();
    judgement.judged[1]!.reason = `<23 B & "more">`;
    const failure = elementsOf(judgementJunit(judgement)).find(({ name }) => name === 'failure')!;
    expect(failure.attributes['message']).toBe(`<23 B & "more">`);
  });
});

describe('the checker of the shape', () => {
  const whole = judgementJunit(mixed());
  it.each([
    ['a tag that is not closed', whole.replace('</failure>', ''), /closes/],
    ['an element that nobody knows', whole.replaceAll('failure', 'broken'), /broken/],
    ['an element out of its place', whole.replace('<failure', '<testcase name="x"/><failure'), /testcase in testcase/],
    ['an attribute that nobody knows', whole.replace('classname=', 'class='), /class/],
    ['a required attribute missing', whole.replace(/ errors="0"/g, ''), /errors/],
    ['a time with an exponent', whole.replace(/time="61.250"/, 'time="6e1"'), /time/],
    ['a bare ampersand', whole.replace('Too few', 'Too & few'), /&/],
    ['a control character', whole.replace('Too few', 'Too \u0001few'), /control/],
  ])('finds %s', (_, xml, what) => expect(violations(xml).join()).toMatch(what));
});
