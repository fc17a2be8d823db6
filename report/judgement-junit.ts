/**
 * A judgement as JUnit XML, which every CI server reads: a test case for each metric that was judged.
 *
 * The shape is that of Jenkins (xunit-plugin, junit-10.xsd): a failure is a `failure`, what could not be told is `skipped`
 * with its reason and never a pass, and a warning passes with its reason in `system-out`.
 */
import type { Judged, Judgement } from '../results/gate/judgement.ts';
import { NOTHING } from './format.ts';
import {
  changeText,
  cut,
  headline,
  intervalText,
  metricOf,
  nameOf,
  sidesText,
  valueText,
} from './judgement-figures.ts';

/** Cases of one file: a CI server shows them all at once. */
const MOST_CASES = 10_000;

export function judgementJunit(judgement: Judgement): string {
  const { judged, command, wallTimeMs, startedAt } = judgement;
  const shown = [...judged.slice(0, MOST_CASES), ...overall(judgement)];
  const totals = { tests: shown.length, failures: count(shown, 'fail'), errors: 0 };
  const time = seconds(wallTimeMs);
  const name = `pushbench ${command}`;
  const skipped = count(shown, 'inconclusive');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open('testsuites', { name, ...totals, time }),
    ` ${open('testsuite', { name, ...totals, skipped, time, timestamp: cut(startedAt, 40).replace(/(\.\d+)?Z$/, '') })}`,
    ...properties(judgement),
    ...shown.map(testcase),
    `  <system-out>${escapeXml([headline(judgement), ...judgement.notes.map((note) => cut(note))].join('\n'))}</system-out>`,
    ' </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** A case of its own for an outcome that no metric alone has, such as of two machines: a CI server would show it as passed. */
function overall(judgement: Judgement): Judged[] {
  const { outcome, judged, notes, command } = judgement;
  if (outcome === 'pass' || judged.some((each) => each.outcome === outcome)) return [];
  return [
    {
      ...{ transport: command, scenario: null, metric: 'outcome', kind: 'noisy', unit: '', outcome },
      ...{ base: null, head: null, change: null, floor: null, reason: [headline(judgement), ...notes].join(' ') },
    },
  ];
}

const count = (judged: readonly Judged[], outcome: Judged['outcome']): number =>
  judged.filter((each) => each.outcome === outcome).length;

/** Written out: Jenkins takes no exponent. */
const seconds = (ms: number): string => (Number.isFinite(ms) && ms < 1e12 ? ms / 1e3 : 0).toFixed(3);

function properties(judgement: Judgement): string[] {
  const entries = { outcome: judgement.outcome, compared: sidesText(judgement) };
  return [
    '  <properties>',
    ...Object.entries(entries).map(([name, value]) => `   ${open('property', { name, value }, '/')}`),
    '  </properties>',
  ];
}

function testcase(judged: Judged): string {
  const { transport, scenario, outcome } = judged;
  // CI servers fold cases by the dots of their class.
  const folder = ['pushbench', transport, ...(scenario === null ? [] : [scenario])];
  const classname = folder.map((part) => nameOf(part).replaceAll('.', '_')).join('.');
  const start = open('testcase', { classname, name: metricOf(judged), time: '0' });
  const message = cut(judged.reason);
  const figures = figuresOf(judged);
  switch (outcome) {
    case 'fail':
      return `  ${start}${open('failure', { message, type: 'regression' })}${figures}</failure></testcase>`;
    case 'inconclusive':
      return `  ${start}${open('skipped', { message }, '/')}</testcase>`;
    case 'warn':
      return `  ${start}<system-out>${escapeXml(message)}\n${figures}</system-out></testcase>`;
    case 'pass':
      return `  ${start}</testcase>`;
  }
}

function figuresOf(judged: Judged): string {
  const budget = judged.kind === 'budget';
  const lines = [
    [budget ? 'limit' : 'base', valueText(judged.base, judged)],
    [budget ? 'measured' : 'head', valueText(judged.head, judged)],
    ['change', changeText(judged)],
    ['95 % interval', intervalText(judged)],
  ].filter(([, text]) => text !== NOTHING);
  return escapeXml(lines.map(([name, text]) => `${name}: ${text}`).join('\n'));
}

function open(name: string, attributes: Readonly<Record<string, string | number>>, end: '' | '/' = ''): string {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  return `<${name}${text.join('')}${end}>`;
}

/** Text that XML 1.0 can hold anywhere: what it forbids even escaped (control characters, half pairs) becomes a replacement. */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
