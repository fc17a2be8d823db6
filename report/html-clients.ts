/** The section of server CPU and memory against clients. */
import {
  CLIENT_CHARTS,
  clientCharts,
  clientsNote,
  clientsSentence,
  serverPoints,
  type ServerPoint,
} from './clients-figures.ts';
import { format } from './format.ts';
import { besideChart, BOTH_LOG, chartFigure } from './html-figure.ts';
import { escapeHtml, key, number, table, text, type TableRow } from './html-text.ts';
import type { ReportView } from './summary.ts';
import { looksOf } from './transports.ts';

export const CLIENTS_LINK = { id: 'clients', title: 'Server against clients' } as const;
const TABLE = 'Server CPU and memory by number of clients';

export function clientsSection(view: ReportView): string {
  const points = serverPoints(view);
  const body =
    points.length === 0
      ? '<p class="missing">Not measured in this run. <code>pushbench run --scenarios broadcast,idle,memory</code> measures it.</p>'
      : clientsBody(points, view);
  return `<section id="${CLIENTS_LINK.id}"><h2>Server CPU and memory against clients</h2><p class="lead">How much of the server each further client takes, waiting and served.</p>${body}</section>`;
}

function clientsBody(points: readonly ServerPoint[], view: ReportView): string {
  const drawn = clientCharts(view);
  const figures = [
    { name: CLIENT_CHARTS.memory, shows: 'Server memory over the number of clients' },
    { name: CLIENT_CHARTS.cpu, shows: 'Server CPU over the number of clients' },
  ].filter(({ name }) => name in drawn);
  const isDrawn = figures.length > 0;
  const numbers = clientsTable(points, view);
  const stepped = view.run.measurements.some(({ memory }) => memory !== undefined);
  const further = stepped
    ? '<p class="note"><code>pushbench capacity --dimension clients</code> measures how CPU and latency grow until a target breaks.</p>'
    : '<p class="missing">Growing numbers of clients: not measured in this run. <code>pushbench run --scenarios memory</code> measures memory over them, <code>pushbench capacity --dimension clients</code> CPU and latency until a target breaks.</p>';
  return [
    ...figures.map((figure) =>
      chartFigure({ ...figure, note: clientsNote(drawn[figure.name]?.['']), onLog: BOTH_LOG }),
    ),
    `<p class="verdict">${escapeHtml(clientsSentence(points, isDrawn))}</p>`,
    isDrawn ? besideChart(TABLE, numbers) : numbers,
    further,
  ].join('');
}

function clientsTable(points: readonly ServerPoint[], view: ReportView): string {
  const looks = looksOf(view.transports, view.floors);
  const rows = points.map((point): TableRow => {
    const { transport, label, scenario, clients, ratePerSecond, cpuShare, rssBytes, trusted } = point;
    const mark = trusted ? '' : ' <span class="mark invalid">invalid</span>';
    return {
      transport,
      greyed: !trusted,
      cells: [
        { html: `${key(looks.get(transport) ?? 0)} ${escapeHtml(label)}${mark}`, kind: 'row-head' },
        text(scenario),
        number(format(clients, 'count')),
        number(ratePerSecond === null ? 'waiting' : format(ratePerSecond, 'perSecond')),
        number(format(cpuShare, 'share')),
        number(format(cpuShare === null ? null : (cpuShare * 1e9) / clients, 'ns')),
        number(format(rssBytes, 'bytes')),
      ],
    };
  });
  const titles = ['clients', 'messages to each', 'server CPU', 'CPU per client and second', 'server memory'];
  return table(TABLE, ['transport', 'scenario', ...titles.map((title) => ({ number: title }))], rows);
}
