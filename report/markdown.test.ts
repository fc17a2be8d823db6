import { expect, test } from 'vitest';
import { hostileRun } from './hostile.fixture.ts';
import { escapeMarkdown, renderMarkdown } from './markdown.ts';
import { fixtureRun } from './run.fixture.ts';

test('a run reads like this on GitHub', () => {
  expect(renderMarkdown(fixtureRun())).toMatchInlineSnapshot(`
    "# pushbench: run 2026-01-15T10-00-00Z-f1x

    In broadcast **websocket** delivers fastest: p99 delivery latency **1.51 ms** (1.51–1.59 ms), next sse with 2.03 ms. **websocket** also costs the fewest bytes: **132 B** per delivery, both directions together; long-polling takes 6.10× as many.

    - Measured with 20 clients, 10 publications/s, 128 B payload, poll interval 1 s, 10 s window.
    - Intervals rest on 3 repetitions and cover the true median with a probability of 75 % or more. Six or more repetitions reach 95 %.

    ## broadcast

    How fast, and at what cost, does one message reach every client? 20 clients, 10 publications/s, 128 B payload, poll interval 1 s, 10 s window.

    | transport | p50 | p99 | max | bytes/dlv | header/dlv | CPU/dlv | valid |
    | :-- | --: | --: | --: | --: | --: | --: | :-- |
    | short-polling | 482 ms <sub>478–493 ms</sub> | 938 ms <sub>937–942 ms</sub> | 950 ms | 241 B <sub>240–241 B</sub> | 81.8 B <sub>80.8–82.1 B</sub> | 208 µs <sub>205–216 µs</sub> | 3/3 |
    | long-polling | 2.05 ms <sub>2.03–2.15 ms</sub> | 4.77 ms <sub>4.67–5.12 ms</sub> | 5.85 ms <sub>5.77–6.32 ms</sub> | 806 B | 649 B | 158 µs <sub>157–161 µs</sub> | 3/3 |
    | forever-iframe | 1.15 ms <sub>1.15–1.17 ms</sub> | 2.28 ms <sub>2.25–2.29 ms</sub> | 2.72 ms <sub>2.71–2.77 ms</sub> | 185 B | 3 B | 30.9 µs <sub>30.2–31.4 µs</sub> | 3/3 |
    | sse | 1.06 ms <sub>1.01–1.08 ms</sub> | 2.03 ms <sub>1.99–2.09 ms</sub> | 2.31 ms <sub>2.30–2.50 ms</sub> | 153 B | 2 B | 28.8 µs <sub>27.1–29.3 µs</sub> | 3/3 |
    | websocket | **908 µs** <sub>898–935 µs</sub> | **1.51 ms** <sub>1.51–1.59 ms</sub> | 1.80 ms <sub>1.74–1.84 ms</sub> | **132 B** | 0 B | **21.5 µs** <sub>21.3–22.3 µs</sub> | 3/3 |

    ## echo

    How long does a message take from a client to the server and back? 20 clients, 10 publications/s, 128 B payload, poll interval 1 s, 10 s window.

    | transport | p50 | p99 | max | bytes/dlv | header/dlv | CPU/dlv | valid |
    | :-- | --: | --: | --: | --: | --: | --: | :-- |
    | short-polling | 814 ms <sub>787–835 ms</sub> | 1.60 s | 1.61 s | 945 B <sub>944–948 B</sub> | 658 B <sub>657–661 B</sub> | 209 µs <sub>203–216 µs</sub> | 3/3 |
    | long-polling | 3.57 ms <sub>3.56–3.61 ms</sub> | 8.41 ms <sub>8.15–8.52 ms</sub> | 10.3 ms <sub>9.93–10.3 ms</sub> | 1.47 KiB | 1.20 KiB | 160 µs <sub>159–165 µs</sub> | 3/3 |
    | forever-iframe | 1.97 ms <sub>1.96–2.01 ms</sub> | 3.80 ms <sub>3.77–3.84 ms</sub> | 4.57 ms <sub>4.44–4.65 ms</sub> | 888 B | 578 B | 31.2 µs <sub>30.0–31.7 µs</sub> | 3/3 |
    | sse | 1.81 ms <sub>1.75–1.85 ms</sub> | 3.60 ms <sub>3.35–3.64 ms</sub> | 4.14 ms <sub>4.12–4.30 ms</sub> | 856 B | 577 B | 27.5 µs <sub>27.3–27.9 µs</sub> | 3/3 |
    | websocket | **1.56 ms** <sub>1.54–1.57 ms</sub> | **2.62 ms** <sub>2.56–2.69 ms</sub> | 2.95 ms <sub>2.82–2.98 ms</sub> | **268 B** | 0 B | **22.7 µs** <sub>22.5–22.7 µs</sub> | 3/3 |

    ## idle

    What does a client cost while nothing is published? 20 clients, poll interval 1 s, hold 25 s, heartbeat 15 s, 10 s window.

    | transport | bytes/client·h | requests/client·h | server memory | server CPU | valid |
    | :-- | --: | --: | --: | --: | :-- |
    | short-polling | 2.35 MiB | 3,600 | \\~ 76.8 MiB <sub>75.5–77.0 MiB</sub> | \\~ 0.41 % <sub>0.41–0.42 %</sub> | 3/3 |
    | long-polling | 94.8 KiB | 144 | \\~ 75.7 MiB <sub>75.5–76.9 MiB</sub> | \\~ 0.44 % <sub>0.43–0.45 %</sub> | 3/3 |
    | forever-iframe | 2.06 KiB | 0 | \\~ 75.8 MiB <sub>74.6–77.8 MiB</sub> | \\~ 0.43 % <sub>0.42–0.44 %</sub> | 3/3 |
    | sse | 2.06 KiB | 0 | \\~ 75.3 MiB <sub>74.6–77.7 MiB</sub> | \\~ 0.42 % <sub>0.41–0.43 %</sub> | 3/3 |
    | websocket | **1.83 KiB** | 0 | \\~ 77.1 MiB <sub>76.7–78.0 MiB</sub> | \\~ 0.41 % <sub>0.40–0.44 %</sub> | 3/3 |

    ## connect

    How long until a new client can receive? 10 new clients/s, 10 s window.

    | transport | ready p50 | ready p99 | CPU/connect | handshake up | down | valid |
    | :-- | --: | --: | --: | --: | --: | :-- |
    | short-polling · keep-alive | **1.11 ms** <sub>1.08–1.11 ms</sub> | \\~ 3.07 ms <sub>3.01–3.13 ms</sub> | \\~ 35.7 µs <sub>34.0–36.2 µs</sub> | 547 B | 408 B | 3/3 |
    | short-polling · close | 1.72 ms <sub>1.69–1.75 ms</sub> | 3.28 ms <sub>3.27–3.35 ms</sub> | \\~ 33.5 µs <sub>33.5–36.4 µs</sub> | 547 B | 408 B | 3/3 |
    | long-polling | 1.31 ms <sub>1.31–1.34 ms</sub> | \\~ 3.08 ms <sub>3.02–3.19 ms</sub> | \\~ 33.5 µs <sub>33.4–34.7 µs</sub> | 547 B | 390 B | 3/3 |
    | forever-iframe | 1.89 ms <sub>1.88–1.95 ms</sub> | 3.42 ms <sub>3.39–3.52 ms</sub> | \\~ 34.6 µs <sub>34.2–37.2 µs</sub> | 547 B | 615 B | 3/3 |
    | sse | 1.57 ms <sub>1.55–1.60 ms</sub> | \\~ 3.13 ms <sub>3.07–3.20 ms</sub> | 36.8 µs <sub>35.3–37.1 µs</sub> | 547 B | 336 B | 3/3 |
    | websocket | 2.18 ms <sub>2.17–2.23 ms</sub> | 3.55 ms <sub>3.53–3.66 ms</sub> | \\~ 33.9 µs <sub>33.7–34.1 µs</sub> | 499 B | 165 B | 3/3 |

    ## shared-port

    Are plain HTTP requests slower while sockets live on the same port? 20 clients, 10 requests/s, 10 s window.

    | transport | request p50 | request p99 | max | valid |
    | :-- | --: | --: | --: | :-- |
    | websocket · http-alone | 548 µs <sub>545–550 µs</sub> | 921 µs <sub>919–927 µs</sub> | 1.04 ms <sub>1.02–1.05 ms</sub> | 3/3 |
    | websocket · http-with-sockets | 711 µs <sub>698–713 µs</sub> | 1.21 ms <sub>1.17–1.24 ms</sub> | 1.39 ms <sub>1.37–1.40 ms</sub> | 3/3 |

    websocket: plain requests are slower while sockets are open: request p99 921 µs alone, 1.21 ms with sockets (1.31×).

    ## Below the socket: broadcast

    What the network carries for each delivery: every packet has 52 bytes of IP and TCP headers, acknowledgements too. For small messages that is most of the wire.

    | transport | bytes at the socket | packets | IP bytes | basis |
    | :-- | --: | --: | --: | :-- |
    | short-polling | 241 B | 2 | 345 B | measured in a private network namespace |
    | long-polling | 806 B | 2 | 910 B | measured in a private network namespace |
    | forever-iframe | 185 B | 2 | 289 B | measured in a private network namespace |
    | sse | 153 B | 2 | 257 B | modelled from writes and reads |
    | websocket | 132 B | 2 | 236 B | measured in a private network namespace |

    ## Below the socket: echo

    What the network carries for each delivery: every packet has 52 bytes of IP and TCP headers, acknowledgements too. For small messages that is most of the wire.

    | transport | bytes at the socket | packets | IP bytes | basis |
    | :-- | --: | --: | --: | :-- |
    | short-polling | 945 B | 2 | 346 B | measured in a private network namespace |
    | long-polling | 1.47 KiB | 2 | 910 B | measured in a private network namespace |
    | forever-iframe | 888 B | 2 | 289 B | measured in a private network namespace |
    | sse | 856 B | 2 | 257 B | modelled from writes and reads |
    | websocket | 268 B | 2 | 236 B | measured in a private network namespace |

    ## Every byte

    Carrier h1, request headers chrome, response headers minimal. Messages of 128 B; bytes up / down, the same in every repetition.

    | transport | connect | message down | message up and back | empty poll or heartbeat |
    | --- | ---: | ---: | ---: | ---: |
    | short-polling | 505 / 210 | 517 / 341 | 517 / 341 | 517 / 137 |
    | websocket | 549 / 174 | 0 / 132 | 0 / 132 | 6 / 2 |

    ## Codecs

    What encoding a message costs the server and decoding it costs a client, timed apart from sockets by the code that serves and reads in a run. CPU time in isolation: one process a transport, one message at a time, hot code, plain text. Medians and ranges of 6 rounds in random order, 300 ms in all for each figure; garbage collection is in them. Encoded bytes are without HTTP heads, chunk coding and TLS, and neither writing to a socket nor reading from one is in the times: for small messages that costs a server far more. A stream encodes a message once and writes it to all its clients; an answer to a poll is put together anew for each.

    | transport | payload | encoded | encode, payload | decode, payload |
    | :-- | --: | --: | --: | --: |
    | short-polling | 20 B | 51 B | 1.21 µs <sub>1.08–1.45 µs</sub>, 15.8 MiB/s | 725 ns <sub>653–870 ns</sub>, 26.3 MiB/s |
    | sse | 20 B | 37 B | 355 ns <sub>320–426 ns</sub>, 53.7 MiB/s | 625 ns <sub>563–750 ns</sub>, 30.5 MiB/s |
    | websocket | 20 B | 22 B | 305 ns <sub>275–366 ns</sub>, 62.5 MiB/s | 405 ns <sub>365–486 ns</sub>, 47.1 MiB/s |
    | short-polling | 128 B | 159 B | 1.23 µs <sub>1.11–1.48 µs</sub>, 99.1 MiB/s | 752 ns <sub>677–902 ns</sub>, 162 MiB/s |
    | sse | 128 B | 145 B | 382 ns <sub>344–458 ns</sub>, 320 MiB/s | 652 ns <sub>587–782 ns</sub>, 187 MiB/s |
    | websocket | 128 B | 130 B | 332 ns <sub>299–398 ns</sub>, 368 MiB/s | 432 ns <sub>389–518 ns</sub>, 283 MiB/s |
    | short-polling | 4096 B | 4127 B | 2.22 µs <sub>2.00–2.67 µs</sub>, 1.72 GiB/s | 1.74 µs <sub>1.57–2.09 µs</sub>, 2.19 GiB/s |
    | sse | 4096 B | 4113 B | 1.37 µs <sub>1.24–1.65 µs</sub>, 2.78 GiB/s | 1.64 µs <sub>1.48–1.97 µs</sub>, 2.32 GiB/s |
    | websocket | 4096 B | 4098 B | 1.32 µs <sub>1.19–1.59 µs</sub>, 2.88 GiB/s | 1.42 µs <sub>1.28–1.71 µs</sub>, 2.68 GiB/s |

    ## Validity

    69 of 69 measurements are valid. **Bold** is lowest with its interval apart from all others; \\~ marks a tie, or what is too close to tell.

    No noise floor in broadcast, echo, idle, connect, shared-port: no transport was measured twice there (an A/A pair), so intervals alone tell differences.

    No limit was measured in this run, so no figure is seen against the least that it could be.

    ## How it was measured

    - Delivery latency counts from the moment at which a message was meant to be published, so a stalled server cannot hide. In echo it is the full round trip.
    - Each figure is the median over the valid repetitions (here 3 repetitions of each measurement), with its order-statistic interval. The repetition is the unit, never the message.
    - Intervals rest on 3 repetitions and cover the true median with a probability of 75 % or more. Six or more repetitions reach 95 %.
    - Where intervals overlap, or lie closer than an A/A pair of the same run does, nobody is named better: such figures are marked \\~ (tie).
    - A percentile is printed only where at least ten samples lie beyond it. Percentiles are read from merged histograms and never averaged.
    - Bytes per delivery divide all bytes in the window, both directions and empty polls included, by the deliveries in it.
    - The measured windows lasted 10 s, after a warm-up of 1 s.

    ## What the numbers cannot say

    - Loopback has no network delay, loss or bandwidth limit: add your own round trips. A long poll needs up to three for a message, a stream half of one.
    - Clients are simulated: they send the headers of their profile (chrome), but they neither render nor share a browser’s limit of six connections to a host.
    - Bytes are those which the sockets carried, TLS included where there is TLS. Headers of TCP and IP and acknowledgements come on top (see Below the socket) and weigh most on small messages.
    - Short polling waits for its poll interval, configured as 1 s: its latency and its idle cost are that choice more than a property of the transport.
    - Idle cost per hour is extrapolated from a window of 10 s: what happens less often than that is missing or overstated.
    - Some servers had sent few messages before their window: processor time is then of code that is not compiled yet, several times what it is in the long run. On one machine a delivery over WebSocket took 71 µs after 400 of them (--profile quick) and 21 µs after 4,000 (--profile full). A longer --warmup shows the long run.
    - Server and generators share one machine, so absolute rates are this machine’s; differences between transports travel better than the figures.

    ## Environment

    - fingerprint: c0ffee1234567890
    - cpuModel: Synthetic CPU @ 3.0 GHz
    - cores: 2
    - node: v20.20.2
    - platform: linux x64
    - started: 2026-01-15T10:00:00.000Z
    - command: pushbench run --profile standard --clients 20
    - seed: 7
    "
  `);
});

test('an invalid repetition and a note are footnotes of their rows, told apart in words', () => {
  const run = fixtureRun({ repetitions: 1 });
  const [first, second] = run.measurements.filter((m) => m.scenario === 'idle');
  const busy = { code: 'machine-busy', invalidates: false, message: 'Busy.', advice: 'Wait.' } as const;
  const lost = { code: 'deliveries-lost', invalidates: true, message: 'One was lost.', advice: 'Less.' } as const;
  first!.validity = { valid: false, warnings: [busy, lost] };
  second!.validity.warnings = [busy];
  const text = renderMarkdown(run);
  expect(text).toMatch(/^\| ~~short-polling~~ \(invalid\) .* 0\/1 <sup>1\)<\/sup> \|$/m);
  expect(text).toMatch(/^\| long-polling .* 1\/1 <sup>2\)<\/sup> \|$/m);
  expect(text).toContain(
    '\n\n1) invalid, repetition 1: One was lost. \\[deliveries-lost\\]\n2) note: Busy. \\[machine-busy\\]\n',
  );
  expect(text).toContain('| note | idle | long-polling | 1 | Busy. Wait. |');
});

test('every row of a table has the cells of its head, whatever the names hold', () => {
  const cells = (line: string) => line.replace(/\\[\\|]/g, '').split('|').length;
  const lines = renderMarkdown(hostileRun()).split('\n');
  let head = 0;
  let rows = 0;
  for (const line of lines) {
    if (!line.startsWith('|')) head = 0;
    else if (head === 0) head = cells(line);
    else {
      rows++;
      expect(cells(line), line).toBe(head);
    }
  }
  expect(rows).toBeGreaterThan(20);
});

test('a hostile name brings in neither HTML nor heading, mention, reference, link nor code', () => {
  const text = renderMarkdown(hostileRun());
  expect(text).not.toMatch(/<(?!\/?su[bp]>)/);
  expect(text).not.toMatch(/^# h/m);
  expect(text).not.toContain('@octocat');
  expect(text).not.toContain('#12');
  expect(text).not.toContain('https:');
  expect(text).not.toMatch(/[^\\][`[](?!!WARNING)/);
});

test('escaped text keeps its words', () => {
  expect(escapeMarkdown('a|b <c> *d* `e`')).toBe('a\\|b &lt;c&gt; \\*d\\* \\`e\\`');
});

test('a run without measurements, and one where nothing is valid, still render and say so', () => {
  const run = fixtureRun({ repetitions: 2 });
  expect(renderMarkdown({ ...run, measurements: [] })).toContain('Nothing was measured');
  for (const m of run.measurements) m.validity.valid = false;
  expect(renderMarkdown(run)).toContain('No measurement is valid');
  expect(renderMarkdown(run)).not.toContain('**websocket**');
});
