/** The section of break-even points: maps of the cheapest transport, and the same in words. */
import { mapOf, type Axis, type Situation } from '../results/model/break-even.ts';
import type { Model } from '../results/model/model.ts';
import { CLIENTS, COST_KINDS, RATES, sentenceOf, STALENESS, STALENESSES_MS, type CostKind } from './break-even.ts';
import { formatMs } from './format.ts';
import { modelGap } from './html-model-gap.ts';
import { escapeHtml } from './html-text.ts';
import { breakEvenMap } from './svg/break-even-map.ts';
import { mapAxis } from './svg/map-axes.ts';

export const BREAK_EVEN_LINK = { id: 'break-even', title: 'Break-even' } as const;

const LEAD =
  'Where the answer flips. Short polling polls as rarely as the accepted staleness allows; the others are as fast as they are. ' +
  'Striped: the costs of several lie within what the model was off by at loads that it had not seen.';

/** Where people sit: a path of 40 ms there and back. */
const RTT_MS = 40;
const USUAL_CLIENTS = 10_000;
/** Of the map over clients, where staleness is not on an axis. */
const MAP_STALENESS_MS = 10_000;

export function breakEvenSection(model: Model | null, looks: ReadonlyMap<string, number>): string {
  const body =
    model === null || model.transports.length < 2
      ? '<p class="missing">Two transports are needed, and their byte counts. <code>pushbench run --scenarios cost,idle,memory,broadcast</code> measures them.</p>'
      : breakEven(model, looks);
  return `<section id="${BREAK_EVEN_LINK.id}"><h2>${BREAK_EVEN_LINK.title}</h2><p class="lead">${LEAD}</p>${body}</section>`;
}

function breakEven(model: Model, looks: ReadonlyMap<string, number>): string {
  const { usual } = model;
  const load = { ...usual, clients: USUAL_CLIENTS, fanOut: USUAL_CLIENTS, rttMs: RTT_MS };
  const at = (stalenessMs: number): Situation => ({ load, stalenessMs });
  const around = `${usual.payloadBytes} B of payload, ${RTT_MS} ms there and back`;
  const maps = COST_KINDS.map((kind) =>
    picture(model, looks, { kind, situation: at(MAP_STALENESS_MS), x: RATES, y: STALENESS, around }),
  );
  const byClients = picture(model, looks, {
    ...{ kind: COST_KINDS[1]!, situation: at(MAP_STALENESS_MS), x: RATES, y: CLIENTS },
    around: `${around}, ${formatMs(MAP_STALENESS_MS)} of staleness accepted`,
  });
  const words = COST_KINDS.map((kind) => {
    const lines = STALENESSES_MS.map(
      (ms) => `<li>${escapeHtml(sentenceOf(model.transports, at(ms), RATES, kind))}</li>`,
    );
    return `<h3>${escapeHtml(`In words: ${kind.title}`)}</h3><ul class="caveats">${lines.join('')}</ul>`;
  });
  return `${modelGap(model)}<p class="load">${escapeHtml(`${around}; one message goes to all clients`)}</p>${[...maps, byClients, ...words].join('')}`;
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
  const cells = mapOf(transports, situation, { x, y, cost: kind.cost });
  if (cells.every(({ winners }) => winners.length === 0)) return '';
  const title = `Which transport ${kind.does}`;
  const svg = breakEvenMap(
    {
      ...{ title, cells, looks, marks: [], x: mapAxis(x), y: mapAxis(y) },
      description: `${title}, over ${x.name} and ${y.name}; ${around}. The sentences below hold where the answer changes.`,
      nobody: 'not known, or too late',
    },
    { inline: true, id: `map-${kind.id}-${y.name}` },
  );
  return `<figure class="map">${svg}<figcaption>${escapeHtml(around)}</figcaption></figure>`;
}
