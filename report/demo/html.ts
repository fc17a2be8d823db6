/** The page of `pushbench serve --demo`: one document; what it shows comes from the server that it is opened from. */
import { DEMO_LAYERS, type DemoLayer, type NumericKnob } from '../../results/demo.ts';
import type { PageAssets } from '../assets.ts';
import { documentHtml } from '../html-frame.ts';
import { escapeHtml } from '../html-text.ts';
import { STOPS } from './stops.ts';

/** What stands in each layer, for someone who sees the words for the first time. */
export const LAYER_MEANINGS: Readonly<Record<DemoLayer, string>> = {
  payload: 'the messages themselves',
  framing: 'what wraps a message: frame headers, event fields, script tags, JSON, chunk sizes',
  header: 'HTTP heads of polls that brought a message',
  control: 'what carries no message: empty polls, heartbeats, acknowledgements',
  handshake: 'what it takes until the page can receive: the first request and its answer',
  partial: 'not named yet: a poll that still waits, and may turn out to be empty',
};

const KNOBS: Readonly<Record<NumericKnob, string>> = {
  ratePerSecond: 'Messages a second',
  payloadBytes: 'Size of a message',
  pollIntervalMs: 'Short polling asks each',
};

const PRESETS: readonly { readonly label: string; readonly knobs: Partial<Record<NumericKnob, number>> }[] = [
  { label: 'Quiet', knobs: { ratePerSecond: 0.2, payloadBytes: 128, pollIntervalMs: 1_000 } },
  { label: 'Busy', knobs: { ratePerSecond: 20, payloadBytes: 128, pollIntervalMs: 1_000 } },
  { label: 'Lazy polls', knobs: { ratePerSecond: 1, payloadBytes: 128, pollIntervalMs: 10_000 } },
];

/** @returns the whole document. It talks to its own origin and to nobody else, and frames only that. */
export function renderDemo(assets: PageAssets): string {
  return documentHtml({
    title: 'pushbench demo: five ways to get a message',
    assets,
    alsoAllowed: "connect-src 'self'; frame-src 'self'",
    body: `<header><p class="brand">pushbench <span>demo</span></p></header>
<main id="main">
<h1>One stream of messages, five ways to get it</h1>
<p class="answer">Pause the stream and see who goes on spending; raise the rate and see whose bytes grow with it.</p>
<p class="lead">The server of this page publishes each message once. Every column receives it over another transport, in this browser, now. In the strips a coloured line runs from where a message was published (top) to where it arrived here (bottom): upright is at once, slanted is late. A grey line is a request. All bars have one scale.</p>
<p id="state" role="status">Connecting…</p>
<noscript><p class="banner">This page is what a browser does with messages as they come: it needs JavaScript.</p></noscript>
${knobsForm()}
<p id="agreement"></p>
${keys()}
<div id="columns"></div>
${legend()}
${method()}
</main>
${columnTemplate()}`,
  });
}

function knobsForm(): string {
  const sliders = (Object.keys(KNOBS) as NumericKnob[]).map(
    (knob) =>
      `<div class="knob"><label for="${knob}">${KNOBS[knob]}</label><output for="${knob}">—</output>` +
      `<input type="range" id="${knob}" min="0" max="${STOPS[knob].length - 1}" step="1" value="0" autocomplete="off" disabled></div>`,
  );
  const presets = PRESETS.map(
    ({ label, knobs }) =>
      `<button type="button" data-knobs="${escapeHtml(JSON.stringify(knobs))}" disabled>${escapeHtml(label)}</button>`,
  );
  return `<form id="knobs" aria-label="Knobs">
${sliders.join('\n')}
<div class="buttons"><button type="button" id="pause" disabled>Pause the stream</button>${presets.join('')}<button type="button" id="restart" disabled>Start over</button></div>
</form>`;
}

const figure = (name: string, label: string): string => `<div><dt>${label}</dt><dd data-figure="${name}">—</dd></div>`;

/** One transport's column; the page's script fills it. */
function columnTemplate(): string {
  const segments = DEMO_LAYERS.map((layer) => `<span class="segment ${layer}"></span>`).join('');
  const rows = DEMO_LAYERS.map(
    (layer) => `<tr data-layer="${layer}"><th scope="row">${layer}</th><td class="n">—</td><td class="n">—</td></tr>`,
  );
  return `<template id="column"><section class="column">
<h2><span class="swatch"></span></h2>
<p class="how"></p>
<canvas class="strip" role="img"></canvas>
<div class="bar" role="img" aria-label="No bytes yet">${segments}</div>
<dl>
${figure('total', 'Bytes so far')}
${figure('each', 'Bytes a message')}
${figure('requests', 'Requests')}
${figure('received', 'Messages')}
${figure('latency', 'Latency now')}
${figure('median', 'Median latency')}
</dl>
<h3>Last messages</h3>
<ol class="messages"></ol>
<details><summary>Bytes by layer, and what the page does</summary>
<table><caption>Bytes so far</caption><thead><tr><th scope="col">layer</th><th scope="col" class="n">up</th><th scope="col" class="n">down</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p><code></code></p>
</details>
</section></template>`;
}

/** The bars' colours where the bars are; what they mean stands below. */
function keys(): string {
  const items = DEMO_LAYERS.map((layer) => `<li><span class="segment ${layer}"></span>${layer}</li>`);
  return `<ul class="keys" aria-label="Colours of the bars">${items.join('')}<li><a href="#legend">what is that?</a></li></ul>`;
}

function legend(): string {
  const items = DEMO_LAYERS.map(
    (layer) =>
      `<div><dt><span class="segment ${layer}"></span>${layer}</dt><dd>${escapeHtml(LAYER_MEANINGS[layer])}</dd></div>`,
  );
  return `<section id="legend"><h2>What the bars are made of</h2><dl>${items.join('')}</dl></section>`;
}

function method(): string {
  return `<section id="method"><h2>How each number is known</h2><ul>
<li><b>Bytes and requests</b>: counted by the server on its own sockets, both directions, for this page alone. Each byte has its layer by the code that names bytes in measured runs; the layers add up to what the sockets counted, but for what waits in the server until this page reads it.</li>
<li><b>Latency</b>: from when a message was due on the server to when this page’s script was called with it. The two clocks are matched by question and answer, <span id="clock">not yet</span>; what is shorter than that reads “&lt;”. Messages that arrive while this tab is hidden have none: browsers slow hidden tabs.</li>
<li><b>Not in these numbers</b>: TCP/IP packets, which the server cannot see from here (<code>pushbench run</code> measures or models them); TLS, which is not in use; and this page’s own traffic, its counters and knobs.</li>
<li>This is a demonstration with one client on each transport. <code>pushbench run</code> measures: with many clients, repetitions and intervals.</li>
</ul></section>`;
}
