import { describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { hostileRun } from './hostile.fixture.ts';
import { fixtureRun } from './run.fixture.ts';
import { renderTerminal } from './terminal.ts';

function withInvalid(): RunFile {
  const run = fixtureRun();
  const idle = run.measurements.filter((m) => m.scenario === 'idle' && m.transport === 'sse');
  for (const m of idle) {
    m.validity = {
      valid: false,
      warnings: [
        {
          code: 'generator-cpu',
          invalidates: true,
          message: 'The generator used 97 % of a core.',
          advice: 'Use fewer clients.',
        },
      ],
    };
  }
  for (const m of run.measurements.filter((each) => each.scenario === 'shared-port')) {
    const message = `Other work used ${21 + m.repetition} % of the machine during the window.`;
    const advice = 'Close other programs, or raise --repetitions.';
    m.validity.warnings = [{ code: 'machine-busy', invalidates: false, message, advice }];
  }
  return run;
}
const plainText = (run: RunFile, width = 80) => renderTerminal(run, { color: false, width });

test('a run with an invalid row and with notes reads like this in 80 columns', () => {
  expect(plainText(withInvalid())).toMatchInlineSnapshot(`
    "pushbench 0.1.0 · run 2026-01-15T10-00-00Z-f1x · 2026-01-15T10:00:00.000Z

    In broadcast websocket delivers fastest: p99 delivery latency 1.51 ms (1.51–1.59
    ms), next sse with 2.03 ms.
    websocket also costs the fewest bytes: 132 B per delivery, both directions
    together; long-polling takes 6.10× as many.
    Measured with 20 clients, 10 publications/s, 128 B payload, poll interval 1 s,
    10 s window.
    Intervals rest on 3 repetitions and cover the true median with a probability of
    75 % or more. Six or more repetitions reach 95 %.

    broadcast: How fast, and at what cost, does one message reach every client?
    transport            p50        p99  bytes/dlv  header/dlv    CPU/dlv  valid
    short-polling     482 ms     938 ms      241 B      81.8 B     208 µs  3/3
    long-polling     2.05 ms    4.77 ms      806 B       649 B     158 µs  3/3
    forever-iframe   1.15 ms    2.28 ms      185 B         3 B    30.9 µs  3/3
    sse              1.06 ms    2.03 ms      153 B         2 B    28.8 µs  3/3
    websocket       908 µs *  1.51 ms *    132 B *         0 B  21.5 µs *  3/3

    echo: How long does a message take from a client to the server and back?
    transport             p50        p99  bytes/dlv  header/dlv    CPU/dlv  valid
    short-polling      814 ms     1.60 s      945 B       658 B     209 µs  3/3
    long-polling      3.57 ms    8.41 ms   1.47 KiB    1.20 KiB     160 µs  3/3
    forever-iframe    1.97 ms    3.80 ms      888 B       578 B    31.2 µs  3/3
    sse               1.81 ms    3.60 ms      856 B       577 B    27.5 µs  3/3
    websocket       1.56 ms *  2.62 ms *    268 B *         0 B  22.7 µs *  3/3

    idle: What does a client cost while nothing is published?
    transport       bytes/client·h  requests/client·h  server memory  valid
    short-polling         2.35 MiB              3,600     76.8 MiB ~  3/3
    long-polling          94.8 KiB                144     75.7 MiB ~  3/3
    forever-iframe        2.06 KiB                  0     75.8 MiB ~  3/3
    sse                   2.06 KiB                  0       75.3 MiB  0/3 1)
    websocket           1.83 KiB *                  0     77.1 MiB ~  3/3
    1) invalid, repetition 1, 2, 3: The generator used 97 % of a core.
       [generator-cpu]

    connect: How long until a new client can receive?
    transport        ready p50  ready p99  CPU/connect  handshake up  valid
    short-polling ·  1.11 ms *  3.07 ms ~    35.7 µs ~         547 B  3/3
      keep-alive
    short-polling ·    1.72 ms    3.28 ms    33.5 µs ~         547 B  3/3
      close
    long-polling       1.31 ms  3.08 ms ~    33.5 µs ~         547 B  3/3
    forever-iframe     1.89 ms    3.42 ms    34.6 µs ~         547 B  3/3
    sse                1.57 ms  3.13 ms ~      36.8 µs         547 B  3/3
    websocket          2.18 ms    3.55 ms    33.9 µs ~         499 B  3/3

    shared-port: Are plain HTTP requests slower while sockets live on the same port?
    transport                      request p50  request p99      max  valid
    websocket · http-alone              548 µs       921 µs  1.04 ms  3/3 1)
    websocket · http-with-sockets       711 µs      1.21 ms  1.39 ms  3/3 1)
    websocket: plain requests are slower while sockets are open: request p99 921 µs
    alone, 1.21 ms with sockets (1.31×).
    1) note, for example: Other work used 21 % of the machine during the window.
       [machine-busy]

    66 of 69 measurements are valid. A note costs no validity: its figures count,
    with a reservation.
    No noise floor in broadcast, echo, idle, connect, shared-port: no transport was
    measured twice there (an A/A pair), so intervals alone tell differences.
    No limit was measured in this run, so no figure is seen against the least that
    it could be.
    → [generator-cpu] Use fewer clients.
    → [machine-busy] Close other programs, or raise --repetitions.
    * lowest, intervals apart · ~ tie, or too close to tell · figures are medians
    over valid repetitions
    "
  `);
});

test('a long label goes on lines of its own before a column leaves for it', () => {
  const text = plainText(fixtureRun(), 60);
  const table = text
    .slice(text.indexOf('transport', text.indexOf('connect:')))
    .split('\n')
    .slice(0, 5);
  expect(table).toMatchInlineSnapshot(`
    [
      "transport        ready p50  ready p99  CPU/connect  valid",
      "short-polling ·  1.11 ms *  3.07 ms ~    35.7 µs ~  3/3",
      "  keep-alive",
      "short-polling ·    1.72 ms    3.28 ms    33.5 µs ~  3/3",
      "  close",
    ]
  `);

  const wider = plainText(fixtureRun(), 80);
  expect(wider).toMatch(/^websocket · http-with-sockets +7/m);
});

test('a wide terminal also shows intervals and the columns of lower priority', () => {
  const text = plainText(fixtureRun(), 120);
  expect(text).toMatch(/transport +p50 +p99 +interval +max +bytes\/dlv/);
});

describe.each([20, 24, 40, 60, 80, 120, 200])('in %i columns', (width) => {
  test.each([
    ['a whole run', fixtureRun()],
    ['a hostile run', hostileRun()],
  ])('%s keeps every line within the width', (_, run) => {
    for (const line of plainText(run, width).split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(width, 24));
  });
});

test('without colour there is no escape sequence, not even one from a hostile name', () => {
  expect(plainText(hostileRun())).not.toContain('\u001B');
});

test('with colour the text is the same', () => {
  const coloured = renderTerminal(withInvalid(), { color: true, width: 80 });
  expect(coloured).toContain('\u001B[');

  expect(coloured.replace(/\u001B\[\d+m/g, '')).toBe(plainText(withInvalid()));
});

test('a partial run without measurements says what is missing', () => {
  const run = fixtureRun();
  run.partial = true;
  run.measurements = [];
  run.run.failures = [{ transport: 'sse', scenario: 'echo', repetition: 0, message: 'The server did not start.' }];
  expect(plainText(run)).toMatchInlineSnapshot(`
    "pushbench 0.1.0 · run 2026-01-15T10-00-00Z-f1x · 2026-01-15T10:00:00.000Z

    ! This run is partial and decides nothing. 1 measurement failed.
    ! 0 measurements of 69 planned are in this file.
    ! Nothing was measured, so every figure is missing.
    ! failed: sse in echo, repetition 1: The server did not start.

    This file holds no measurement, so it names no fastest transport.
    For the same reason it names no cheapest one.
    "
  `);
});
