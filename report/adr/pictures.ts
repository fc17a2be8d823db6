/** The pictures of a record: break-even maps, and what the options cost and send side by side. */
import { isGuessed } from '../../results/model/band.ts';
import { isBeyond } from '../../results/model/beyond.ts';
import type { AxisName } from '../../results/model/break-even.ts';
import { breakEvenMap } from '../svg/break-even-map.ts';
import { intervalBars, type Bar } from '../svg/interval-bars.ts';
import { mapAxis } from '../svg/map-axes.ts';
import { looksOf } from '../transports.ts';
import type { Decision } from './decision.ts';
import type { Claim } from './claims.ts';
import { costClaim } from './figures.ts';
import type { AreaMap } from './neighbourhood.ts';
import type { Considered } from './options.ts';
import { groundsOf } from './topics.ts';
import { banded, messagesText, spanText, usersText } from './words.ts';

export interface Picture {
  /** Its file: letters, digits and `-`, so that it is a link everywhere. */
  readonly name: string;
  /** For whoever does not see it. */
  readonly alt: string;
  readonly svg: string;
  readonly of: 'break-even' | 'options';
}

export function picturesOf(decision: Decision): Picture[] {
  return [
    ...decision.maps.map((map) => mapPicture(map, decision)),
    barPicture(decision, 'cost', decision.costing.title, (one) => costClaim(one, decision)),
    barPicture(decision, 'bytes-per-message', 'bytes per message that a user receives', ({ bytesPerMessage }) => ({
      band: bytesPerMessage,
      quantity: 'bytes',
      topics: ['bytes'],
    })),
  ];
}

const looks = ({ options }: Decision): Map<string, number> =>
  looksOf(
    options.map(({ transport }) => transport),
    new Set(),
  );

const NAMES: Readonly<Record<AxisName, string>> = {
  rate: 'message rate',
  staleness: 'accepted age',
  clients: 'clients',
  payload: 'payload',
};

function mapPicture({ x, y, cells }: AreaMap, decision: Decision): Picture {
  const { situation, input, costing } = decision;
  const name = `break-even-${x.name}-${y.name}`;
  const title = `The cheapest over ${NAMES[x.name]} and ${NAMES[y.name]}`;
  const shares = sharesOf(cells);
  const other = x.name === 'rate' ? usersText(situation.load.clients) : `${spanText(situation.stalenessMs)} accepted`;
  const description = `${title}, by ${costing.title}, with ${other}. Of the map, ${shares}.${beyondText(cells)} The dot is the workload: ${messagesText(situation.load.ratePerSecond)} to each of ${usersText(situation.load.clients)}, ${spanText(situation.stalenessMs)} accepted.`;
  const at = (axis: AxisName): number =>
    ({
      rate: situation.load.ratePerSecond,
      staleness: situation.stalenessMs,
      clients: situation.load.clients,
      payload: situation.load.payloadBytes,
    })[axis];
  const svg = breakEvenMap(
    {
      ...{ title, description, cells, looks: looks(decision), x: mapAxis(x), y: mapAxis(y) },
      marks: [{ x: at(x.name), y: at(y.name), label: input.workload.name }],
      nobody: 'nothing keeps it',
    },
    { inline: false, id: name },
  );
  return { name, alt: description, svg, of: 'break-even' };
}

function beyondText(cells: AreaMap['cells']): string {
  const share = cells.filter(({ beyond }) => beyond).length / cells.length;
  if (share === 0) return '';
  return share === 1
    ? ' All of it is extrapolated.'
    : ` ${Math.max(1, Math.round(100 * share))} % of it is extrapolated.`;
}

/** Who is the cheapest on how much of the map. */
function sharesOf(cells: AreaMap['cells']): string {
  const counts = new Map<string, number>();
  for (const { winners } of cells) {
    const key =
      winners.length === 0 ? 'nobody' : winners.length > 1 ? 'several that cannot be told apart' : winners[0]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, count]) => `${shareText(count / cells.length)} % ${key}`)
    .join(', ');
}

/** Neither all nor nothing where it is not quite. */
function shareText(share: number): string {
  const percent = Math.round(100 * share);
  if (percent === 0) return 'less than 1';
  return percent === 100 && share < 1 ? 'more than 99' : String(percent);
}

function barPicture(decision: Decision, name: string, what: string, of: (option: Considered) => Claim): Picture {
  const all = looks(decision);
  const bars = decision.options.map((option): Bar => {
    const { band, quantity, topics } = of(option);
    const mark = isBeyond(option.model, option.option, groundsOf(topics)) ? ', extrapolated' : '';
    const out = option.knockOuts.length > 0 ? ', knocked out' : '';
    return {
      ...{ label: option.transport, look: all.get(option.transport) ?? 7 },
      value: band?.value ?? null,
      ...(band === null || isGuessed(band) ? { low: null, high: null } : { low: band.low, high: band.high }),
      text: banded(band, quantity) + mark + out,
    };
  });
  const title = what.charAt(0).toUpperCase() + what.slice(1);
  const description = `${title}: ${bars.map(({ label, text }) => `${label} ${text}`).join('; ')}.`;
  return {
    name,
    alt: description,
    svg: intervalBars({ title, description, bars }, { inline: false, id: name }),
    of: 'options',
  };
}
