/**
 * What the section of break-even points shows around a load: maps of the cheapest transport, and the same in words. Pure,
 * without Node: the page's script draws it anew for each load that its planner is set to.
 */
import { mapOf, type Axis } from '../results/model/break-even.ts';
import { type Situation } from '../results/model/option.ts';
import { isBeyond } from '../results/model/beyond.ts';
import type { Model, TransportModel } from '../results/model/model.ts';
import {
  CLIENTS,
  costKinds,
  PAYLOADS,
  RATES,
  rateText,
  sentenceOf,
  STALENESS,
  STALENESSES_MS,
  type CostKind,
} from './break-even.ts';
import { format, formatMs, plural } from './format.ts';
import { escapeHtml } from './html-text.ts';
import { loadFor, type Settings } from './planner.ts';
import { breakEvenMap } from './svg/break-even-map.ts';
import { mapAxis } from './svg/map-axes.ts';

/** Where the dot is. */
const HERE = 'this load';

/** What is drawn of, and the look of each transport: see `looksOf` in report/transports.ts. */
export interface Drawable {
  readonly model: Pick<Model, 'transports' | 'usual'>;
  readonly looks: ReadonlyMap<string, number>;
}

/** @param settings of the planner: a value may become as old as its polls are apart */
export function mapsAround(drawable: Drawable, settings: Settings): string {
  const { model } = drawable;
  const situation: Situation = { load: loadFor(model.usual, settings), stalenessMs: settings.interval };
  const kinds = costKinds(model.transports);
  const [bytes, cores, latency] = kinds as [CostKind, CostKind, CostKind];
  const maps = [
    ...[bytes, cores].map((kind) => picture(drawable, kind, situation, STALENESS)),
    ...[cores, latency].map((kind) => picture(drawable, kind, situation, CLIENTS)),
  ];
  const words = kinds.map((kind) => wordsOf(model.transports, kind, situation));
  const around = escapeHtml(`Around ${aroundText(situation, [])}; one message goes to all clients.`);
  return `<p class="load">${around}</p><div class="maps">${maps.join('')}</div>${words.join('')}`;
}

/** All of the situation but what the axes vary. */
function aroundText({ load, stalenessMs }: Situation, axes: readonly Axis[]): string {
  const said: Readonly<Record<Axis['name'] | 'header' | 'path', string>> = {
    clients: plural(load.clients, 'client'),
    rate: `${rateText(load.ratePerSecond)} to each`,
    payload: `${format(load.payloadBytes, 'bytes')} of payload`,
    header: load.headerBytes === 0 ? '' : `${format(load.headerBytes, 'bytes')} of cookie or token`,
    path: `${formatMs(load.rttMs)} there and back`,
    staleness: `${ageText(stalenessMs)} of staleness accepted`,
  };
  const varied = new Set<string>(axes.map(({ name }) => name));
  return Object.entries(said)
    .flatMap(([name, text]) => (varied.has(name) || text === '' ? [] : [text]))
    .join(', ');
}

const ageText = (ms: number): string => formatMs(Number(ms.toPrecision(2)));

/** Over the rate for each staleness that people think in, then over the clients and the size as it is. */
function wordsOf(models: readonly TransportModel[], kind: CostKind, situation: Situation): string {
  const sentence = (axis: Axis, stalenessMs = situation.stalenessMs): string =>
    sentenceOf(models, { ...situation, stalenessMs }, axis, kind);
  const { clients, ratePerSecond } = situation.load;
  const [all, rate] = [plural(clients, 'client'), `${rateText(ratePerSecond)} to each`];
  const lines: (readonly [over: string, sentences: readonly string[]])[] = [
    [`Over the rate, with ${all}`, STALENESSES_MS.map((ms) => sentence(RATES, ms))],
    [`Over the number of clients, with ${rate}`, [sentence(CLIENTS)]],
    [`Over the size of a message, with ${all} and ${rate}`, [sentence(PAYLOADS)]],
  ];
  const items = lines.flatMap(([over, sentences]) =>
    sentences.map((text) => `<li>${escapeHtml(`${over}. ${text}`)}</li>`),
  );
  return `<h3>${escapeHtml(`In words: ${kind.title}`)}</h3><ul class="caveats">${items.join('')}</ul>`;
}

/** Over the rate and another axis; a word where nobody can be told from another anywhere, and nothing where nobody is known to be in time. */
function picture({ model, looks }: Drawable, kind: CostKind, situation: Situation, y: Axis): string {
  const cells = mapOf(model.transports, situation, {
    ...{ x: RATES, y, cost: kind.cost },
    isBeyond: (of, option) => isBeyond(of, option, kind.grounds),
  });
  if (cells.every(({ winners }) => winners.length === 0)) return '';
  const { load, stalenessMs } = situation;
  const title = `Which transport ${kind.does}`;
  if (cells.every(({ winners }) => winners.length === model.transports.length)) {
    return `<p class="missing">${escapeHtml(`${title}, over ${RATES.name} and ${y.name}: the model cannot tell, anywhere.`)}</p>`;
  }
  const around = aroundText(situation, [RATES, y]);
  const marks = [{ x: load.ratePerSecond, y: y.name === 'clients' ? load.clients : stalenessMs, label: HERE }];
  const svg = breakEvenMap(
    {
      ...{ title, cells, looks, marks, x: mapAxis(RATES), y: mapAxis(y) },
      description: `${title}, over ${RATES.name} and ${y.name}; ${around}. The sentences below say where the answer changes.`,
      nobody: 'not known, or too late',
    },
    { inline: true, id: `map-${kind.id}-${y.name}` },
  );
  return `<figure class="map">${svg}<figcaption>${escapeHtml(around)}</figcaption></figure>`;
}
