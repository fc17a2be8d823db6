/** A run as one offline HTML page: readable with neither script nor style, and richer with both. */
import { bytesChecks } from '../results/model/bytes-check.ts';
import { fitModel } from '../results/model/fit.ts';
import type { Model } from '../results/model/model.ts';
import type { RunFile } from '../results/schema.ts';
import { mainScenario } from './answer.ts';
import type { PageAssets } from './assets.ts';
import { pageDataOf } from './chart-data.ts';
import type { PageData } from './chart-types.ts';
import { drawnOf } from './drawn.ts';
import { BREAK_EVEN_LINK, breakEvenSection } from './html-break-even.ts';
import { CLIENTS_LINK, clientsSection } from './html-clients.ts';
import { CODECS_LINK, codecsSection } from './html-codecs.ts';
import { compareSection } from './html-compare.ts';
import { controls } from './html-controls.ts';
import { disturbedLinks, disturbedSections } from './html-disturbed.ts';
import { environmentSection, methodSection, rawSection, validitySection } from './html-evidence.ts';
import { EXACT_LINK, exactSection } from './html-exact.ts';
import { pageHtml } from './html-frame.ts';
import { LAWS_LINK, lawsSection } from './html-laws.ts';
import { OVERHEAD_LINK, overheadSection } from './html-overhead.ts';
import { PLANNER_LINK, plannerSection } from './html-planner.ts';
import { answerSection } from './html-answer.ts';
import { RATES_LINK, ratesSection } from './html-rates.ts';
import { scoreboard } from './html-scoreboard.ts';
import { figureSections, linksOf, type SectionId } from './html-sections.ts';
import { SWEEPS_LINK, sweepSection } from './html-sweeps.ts';
import { escapeHtml } from './html-text.ts';
import { TIMELINE_LINK, timelineSection } from './html-timeline.ts';
import { failureText, missingOf } from './method.ts';
import { summarise, type ReportView } from './summary.ts';
import { looksOf } from './transports.ts';

/** How a run is shown while it is measured. */
export interface LiveFrame {
  /** HTML before everything else. */
  readonly strip: string;
  /** Whether what is missing may still come. */
  readonly underWay: boolean;
}

/** A section of the page: nothing where it has nothing to say, and then no link leads to it. */
interface Section {
  links: readonly { id: string; title: string }[];
  html: string;
}

/** @returns the whole document; it loads nothing, and its policy would not let it. */
export function renderHtml(run: RunFile, assets: PageAssets, live?: LiveFrame): string {
  const view = drawnOf(summarise(run));
  const model = modelOf(view);
  const looks = looksOf(view.transports, view.floors);
  const data: PageData = { ...pageDataOf(view), model: slim(model), looks: [...looks] };
  const sections = sectionsOf(view, data, model, looks).filter(({ html }) => html !== '');
  const links = [...sections.flatMap((section) => section.links), RAW_LINK];
  const page = (raw: string): string => {
    const parts = [
      banner(view, live?.underWay === true),
      answerSection(view, model),
      ...sections.map(({ html }) => html),
      raw,
    ];
    const body = `${live?.strip ?? ''}${header(view, links)}\n<main id="main">\n${parts.join('\n')}\n</main>`;
    return pageHtml(`pushbench: run ${run.run.id}`, body, data, assets);
  };
  // The raw data take the room that everything else leaves.
  return page(rawSection(run, LARGEST_PAGE - Buffer.byteLength(page(''))));
}

/** In the usual order of transports. */
function modelOf(view: ReportView): Model {
  const fitted = fitModel([view.run]);
  const place = ({ transport }: { transport: string }): number => view.transports.indexOf(transport);
  return { ...fitted, transports: [...fitted.transports].sort((a, b) => place(a) - place(b)) };
}

/** Without the points that were held out, which the page has in a table. */
function slim(model: Model): Model {
  return JSON.parse(
    JSON.stringify(model, (name, value: unknown) => (name === 'points' && Array.isArray(value) ? [] : value)),
  ) as Model;
}

/** Bytes: what a mail server or a CI viewer takes without a word. */
const LARGEST_PAGE = 980_000;

/** Top to bottom as a reader needs them: the answer, what it rests on, what it costs, how far it can be trusted. */
function sectionsOf(view: ReportView, data: PageData, model: Model, looks: ReadonlyMap<string, number>): Section[] {
  const figures = (...ids: SectionId[]): Section => ({ links: linksOf(ids), html: figureSections(view, data, ids) });
  const one = (link: { id: string; title: string }, html: string): Section => ({ links: [link], html });
  return [
    one(SCOREBOARD_LINK, `<section id="scoreboard"><h2>Scoreboard</h2>${scoreboard(view)}</section>`),
    { links: [], html: controlsOf(view) },
    figures('latency', 'bytes', 'headers', 'below'),
    one(OVERHEAD_LINK, overheadSection(view)),
    one(RATES_LINK, ratesSection(view)),
    figures('bandwidth', 'idle', 'connect', 'shared-port', 'server'),
    one(CLIENTS_LINK, clientsSection(view)),
    one(PLANNER_LINK, plannerSection(model, looks, bytesChecks([view.run], model))),
    one(BREAK_EVEN_LINK, breakEvenSection(model, looks)),
    one(SWEEPS_LINK, sweepSection(view)),
    { links: disturbedLinks(view), html: disturbedSections(view) },
    one(EXACT_LINK, exactSection(view)),
    one(CODECS_LINK, codecsSection(view)),
    one(TIMELINE_LINK, timelineSection(view)),
    one(LAWS_LINK, lawsSection(view)),
    one({ id: 'validity', title: 'Validity' }, validitySection(view)),
    one({ id: 'method', title: 'Method' }, methodSection(view)),
    one({ id: 'environment', title: 'Environment' }, environmentSection(view)),
    { links: [], html: compareSection() },
  ];
}

const SCOREBOARD_LINK = { id: 'scoreboard', title: 'Scoreboard' } as const;
const RAW_LINK = { id: 'raw-data', title: 'Raw data' } as const;

function header(view: ReportView, links: Section['links']): string {
  const { run } = view;
  const { tool, id, startedAt } = run.run;
  const anchors = links.map((link) => `<a href="#${link.id}">${escapeHtml(link.title)}</a>`);
  return (
    `<header><p class="brand">${escapeHtml(tool.name)} <span>${escapeHtml(tool.version)}</span></p>` +
    `<p class="run">Run ${escapeHtml(id)}, started <time datetime="${escapeHtml(startedAt)}">${escapeHtml(readableTime(startedAt))}</time></p>` +
    `<nav aria-label="Sections">${anchors.join(' ')} <a href="#compare" id="compare-link" hidden>Compare</a></nav></header>`
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
  return `<div class="banner" role="note" aria-label="What to know first"><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul></div>`;
}

function controlsOf(view: ReportView): string {
  const { scenarios, transports, floors } = view;
  return controls({
    legend: 'Scenario',
    scenarios: scenarios.filter(({ kind }) => kind === 'delivery').map(({ name }) => name),
    selected: mainScenario(view)?.name,
    ...{ transports, floors, looks: looksOf(transports, floors) },
  });
}
