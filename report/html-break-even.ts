/** The section of break-even points: maps of the cheapest transport, and the same in words. */
import { mapOf, type Axis, type Situation } from '../results/model/break-even.ts';
import { isBeyond } from '../results/model/beyond.ts';
import type { Model } from '../results/model/model.ts';
import {
  CLIENTS,
  COST_KINDS,
  PAYLOADS,
  RATES,
  rateText,
  sentenceOf,
  STALENESS,
  STALENESSES_MS,
  type CostKind,
} from './break-even.ts';
import { formatMs, plural } from './format.ts';
import { MODEL_COMMAND, modelGap } from './html-model-gap.ts';
import { escapeHtml } from './html-text.ts';
import { breakEvenMap } from './svg/break-even-map.ts';
import { mapAxis } from './svg/map-axes.ts';

export const BREAK_EVEN_LINK = { id: 'break-even', title: 'Break-even' } as const;

const LEAD =
  'Where the answer flips. Short polling polls as rarely as the accepted staleness allows; the others are as fast as they are. ' +
  'Striped: the costs of several lie within what the model was off by at loads that it had not seen. Hatched: more than was ever measured.';

/** Where people sit: a path of 40 ms there and back. */
const RTT_MS = 40;
const USUAL_CLIENTS = 10_000;
/** Of the map over clients, where staleness is not on an axis. */
const MAP_STALENESS_MS = 10_000;

export function breakEvenSection(model: Model | null, looks: ReadonlyMap<string, number>): string {
  const body =
    model === null || model.transports.length < 2
      ? `<p class="missing">Two transports are needed, and their byte counts. <code>${MODEL_COMMAND}</code> measures them.</p>`
      : breakEven(model, looks);
  return `<section id="${BREAK_EVEN_LINK.id}"><h2>${BREAK_EVEN_LINK.title}</h2><p class="lead">${LEAD}</p>${body}</section>`;
}

function breakEven(model: Model, looks: ReadonlyMap<string, number>): string {
  const { usual } = model;
  const load = { ...usual, clients: USUAL_CLIENTS, fanOut: USUAL_CLIENTS, rttMs: RTT_MS };
  const at = (stalenessMs: number): Situation => ({ load, stalenessMs });
  const around = `${usual.payloadBytes} B of payload, ${RTT_MS} ms there and back`;
  const [bytes, cores, latency] = COST_KINDS as [CostKind, CostKind, CostKind];
  const usually = at(MAP_STALENESS_MS);
  const maps = [bytes, cores].map((kind) =>
    picture(model, looks, {
      ...{ kind, situation: usually, x: RATES, y: STALENESS },
      around: `${around}, ${clientsText(USUAL_CLIENTS)}`,
    }),
  );
  const accepted = `${around}, ${formatMs(MAP_STALENESS_MS)} of staleness accepted`;
  const byClients = [cores, latency].map((kind) =>
    picture(model, looks, { kind, situation: usually, x: RATES, y: CLIENTS, around: accepted }),
  );
  const words = COST_KINDS.map((kind) => wordsOf(model, kind, at));
  return `${modelGap(model)}<p class="load">${escapeHtml(`${around}; one message goes to all clients`)}</p>${[...maps, ...byClients, ...words].join('')}`;
}

const clientsText = (clients: number): string => plural(clients, 'client');

/** Over the rate for each staleness that people think in, then over the clients and the size for the one of the maps. */
function wordsOf({ transports, usual }: Model, kind: CostKind, at: (stalenessMs: number) => Situation): string {
  const sentence = (stalenessMs: number, axis: Axis): string => sentenceOf(transports, at(stalenessMs), axis, kind);
  const rate = `${rateText(usual.ratePerSecond)} to each`;
  const lines: (readonly [over: string, sentences: readonly string[]])[] = [
    [`Over the rate, with ${clientsText(USUAL_CLIENTS)}`, STALENESSES_MS.map((ms) => sentence(ms, RATES))],
    [`Over the number of clients, with ${rate}`, [sentence(MAP_STALENESS_MS, CLIENTS)]],
    [
      `Over the size of a message, with ${clientsText(USUAL_CLIENTS)} and ${rate}`,
      [sentence(MAP_STALENESS_MS, PAYLOADS)],
    ],
  ];
  const items = lines.flatMap(([over, sentences]) =>
    sentences.map((text) => `<li>${escapeHtml(`${over}. ${text}`)}</li>`),
  );
  return `<h3>${escapeHtml(`In words: ${kind.title}`)}</h3><ul class="caveats">${items.join('')}</ul>`;
}

interface Drawn {
  readonly kind: CostKind;
  readonly situation: Situation;
  readonly x: Axis;
  readonly y: Axis;
  readonly around: string;
}

function picture(
  { transports }: Model,
  looks: ReadonlyMap<string, number>,
  { kind, situation, x, y, around }: Drawn,
): string {
  const cells = mapOf(transports, situation, {
    ...{ x, y, cost: kind.cost },
    isBeyond: (model, option) => isBeyond(model, option, kind.grounds),
  });
  if (cells.every(({ winners }) => winners.length === 0)) return '';
  const title = `Which transport ${kind.does}`;
  const svg = breakEvenMap(
    {
      ...{ title, cells, looks, marks: [], x: mapAxis(x), y: mapAxis(y) },
      description: `${title}, over ${x.name} and ${y.name}; ${around}. The sentences below say where the answer changes.`,
      nobody: 'not known, or too late',
    },
    { inline: true, id: `map-${kind.id}-${y.name}` },
  );
  return `<figure class="map">${svg}<figcaption>${escapeHtml(around)}</figcaption></figure>`;
}
