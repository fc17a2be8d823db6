/** A run as one offline HTML page: readable with neither script nor style, and richer with both. */
import { createHash } from 'node:crypto';
import { fitModel } from '../results/model/fit.ts';
import type { Model } from '../results/model/model.ts';
import type { RunFile } from '../results/schema.ts';
import { answerOf, mainScenario, type Sentence } from './answer.ts';
import type { PageAssets } from './assets.ts';
import { pageDataOf } from './chart-data.ts';
import type { PageData } from './chart-types.ts';
import { plain } from './format.ts';
import { BREAK_EVEN_LINK, breakEvenSection } from './html-break-even.ts';
import { CODECS_LINK, codecsSection } from './html-codecs.ts';
import { environmentSection, methodSection, rawSection, validitySection } from './html-evidence.ts';
import { disturbedLinks, disturbedSections } from './html-disturbed.ts';
import { EXACT_LINK, exactSection } from './html-exact.ts';
import { LAWS_LINK, lawsSection } from './html-laws.ts';
import { PLANNER_LINK, plannerSection } from './html-planner.ts';
import { scoreboard } from './html-scoreboard.ts';
import { figureSections, SECTION_LINKS } from './html-sections.ts';
import { SWEEPS_LINK, sweepSection } from './html-sweeps.ts';
import { attribute, escapeHtml, jsonForScript, key } from './html-text.ts';
import { failureText, missingOf } from './method.ts';
import { summarise, type ReportView } from './summary.ts';
import { looksOf, titleOf } from './transports.ts';

/** How a run is shown while it is measured. */
export interface LiveFrame {
  /** HTML before everything else. */
  readonly strip: string;
  /** Whether what is missing may still come. */
  readonly underWay: boolean;
}

/** @returns the whole document; it loads nothing, and its policy would not let it. */
export function renderHtml(run: RunFile, assets: PageAssets, live?: LiveFrame): string {
  const view = summarise(run);
  const fitted = fitModel([run]);
  const place = ({ transport }: { transport: string }): number => view.transports.indexOf(transport);
  const model = { ...fitted, transports: [...fitted.transports].sort((a, b) => place(a) - place(b)) };
  const looks = looksOf(view.transports, view.floors);
  const body = `${live?.strip ?? ''}${header(view)}
<main>
${banner(view, live?.underWay === true)}
${answerSection(view)}
<section id="scoreboard"><h2>Scoreboard</h2>${scoreboard(view)}</section>
${controls(view)}
${figureSections(view)}
${sweepSection(view)}
${disturbedSections(view)}
${exactSection(view)}
${codecsSection(view)}
${lawsSection(view)}
${breakEvenSection(model, looks)}
${plannerSection(model, looks)}
${validitySection(view)}
${methodSection(view)}
${environmentSection(view)}
${rawSection(run)}
</main>`;
  return pageHtml(`pushbench: run ${run.run.id}`, body, { ...pageDataOf(view), model: slim(model) }, assets);
}

/** Without the points that were held out, which the page has in a table. */
function slim(model: Model): Model {
  return JSON.parse(
    JSON.stringify(model, (name, value: unknown) => (name === 'points' && Array.isArray(value) ? [] : value)),
  ) as Model;
}

/** The frame of every page: one document that loads nothing, and whose policy would not let it. */
export function pageHtml(title: string, body: string, data: PageData, assets: PageAssets): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${embeddable(assets.style, 'style')}</style>
</head>
<body>
${body}
<script type="application/json" id="data">${jsonForScript(data)}</script>
<script>${embeddable(assets.script, 'script')}</script>${assets.live === undefined ? '' : `\n<script>${embeddable(assets.live, 'script')}</script>`}
</body>
</html>
`;
}

/** Hashes of exactly what stands between the tags: neither an injected script nor an injected style would run. */
export function policy({ script, style, live }: PageAssets): string {
  const hash = (content: string) => `'sha256-${createHash('sha256').update(content, 'utf8').digest('base64')}'`;
  const follows = live === undefined ? '' : ` ${hash(live)}; connect-src 'self'`;
  return (
    `default-src 'none'; script-src ${hash(script)}${follows}; style-src ${hash(style)}; ` +
    `img-src data:; base-uri 'none'; form-action 'none'`
  );
}

/** Refuses an asset that would end its own element: to escape it would change its hash and its meaning. */
export function embeddable(content: string, element: 'script' | 'style'): string {
  if (new RegExp(`</${element}|<!--`, 'i').test(content)) {
    throw new Error(`The page's ${element} holds text that would end its element; change the source in report/page.`);
  }
  return content;
}

function header(view: ReportView): string {
  const { run } = view;
  const { tool, id, startedAt } = run.run;
  const links = [
    { id: 'scoreboard', title: 'Scoreboard' },
    ...SECTION_LINKS,
    ...(sweepSection(view) === '' ? [] : [SWEEPS_LINK]),
    ...disturbedLinks(view),
    EXACT_LINK,
    CODECS_LINK,
    LAWS_LINK,
    BREAK_EVEN_LINK,
    PLANNER_LINK,
    { id: 'validity', title: 'Validity' },
    { id: 'method', title: 'Method' },
    { id: 'environment', title: 'Environment' },
    { id: 'raw-data', title: 'Raw data' },
  ].map((link) => `<a href="#${link.id}">${escapeHtml(link.title)}</a>`);
  return (
    `<header><p class="brand">${escapeHtml(tool.name)} <span>${escapeHtml(tool.version)}</span></p>` +
    `<p class="run">Run ${escapeHtml(id)}, started <time datetime="${escapeHtml(startedAt)}">${escapeHtml(readableTime(startedAt))}</time></p>` +
    `<nav aria-label="Sections">${links.join(' ')}</nav></header>`
  );
}

/** `2026-01-15 10:00 UTC`; whatever else the file says, as it says it. */
function readableTime(startedAt: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?Z$/.exec(startedAt);
  return match === null ? startedAt : `${match[1]} ${match[2]} UTC`;
}

/** What is missing, what failed and what the tool noted, before any figure. */
function banner(view: ReportView, underWay: boolean): string {
  const { failures, notes } = view.run.run;
  const items = [
    ...missingOf(view, underWay).map(escapeHtml),
    ...failures.map((failure) => `<b>Failed:</b> ${escapeHtml(failureText(failure))}`),
    ...notes.map((note) => `<b>Note:</b> ${escapeHtml(note)}`),
  ];
  if (items.length === 0) return '';
  return `<aside class="banner" aria-label="What to know first"><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul></aside>`;
}

function answerSection(view: ReportView): string {
  const { sentences, caveats } = answerOf(view);
  const html = (sentence: Sentence) =>
    sentence
      .map((part) => (typeof part === 'string' ? escapeHtml(part) : `<strong>${escapeHtml(part.strong)}</strong>`))
      .join('');
  const notes =
    caveats.length === 0 ? '' : `<ul class="caveats">${caveats.map((c) => `<li>${escapeHtml(c)}</li>`).join('')}</ul>`;
  return `<section id="answer"><h1>The answer in two sentences</h1><p class="answer">${sentences.map(html).join(' ')}</p>${notes}</section>`;
}

/** The filter: shown by the script only, since nothing could answer it without. */
function controls(view: ReportView): string {
  const delivering = view.scenarios.filter((scenario) => scenario.kind === 'delivery');
  if (view.transports.length === 0) return '';
  const looks = looksOf(view.transports, view.floors);
  const selected = mainScenario(view)?.name;
  const radios = delivering.map(
    ({ name }) =>
      `<label><input type="radio" name="scenario" value="${attribute(name)}" autocomplete="off"${name === selected ? ' checked' : ''}>${escapeHtml(plain(name))}</label>`,
  );
  const boxes = view.transports.map(
    (name) =>
      `<label><input type="checkbox" name="transport" value="${attribute(name)}" autocomplete="off" checked>${key(looks.get(name) ?? 0)} ${escapeHtml(titleOf(name, view.floors))}</label>`,
  );
  const scenarios = radios.length < 2 ? '' : `<fieldset><legend>Scenario</legend>${radios.join('')}</fieldset>`;
  return `<div id="controls" hidden>${scenarios}<fieldset><legend>Transports</legend>${boxes.join('')}</fieldset></div>`;
}
