/** Sections of scenarios that disturb what they measure, or look at something of their own; only those that were measured. */
import { loadOf } from './answer.ts';
import { metricTable } from './html-sections.ts';
import { escapeHtml } from './html-text.ts';
import type { MetricName } from './metrics.ts';
import type { ScenarioKind } from './scenario-kinds.ts';
import type { ReportView, Row } from './summary.ts';
import { looksOf } from './transports.ts';
import { verdictsOf } from './verdicts.ts';

interface Disturbed {
  id: string;
  title: string;
  lead: string;
  kind: ScenarioKind;
  caption: string;
  figures: readonly (readonly [title: string, metric: MetricName, ranked?: true])[];
}

const DISTURBED: readonly Disturbed[] = [
  {
    id: 'stall',
    title: 'A server that stands still',
    lead: 'The server process was stopped inside the window. The same deliveries, counted from when their messages were due, and from when they were sent.',
    kind: 'stall',
    caption: 'Latency from the due time and from the send',
    figures: [
      ['from due: p50', 'latencyP50'],
      ['p99', 'latencyP99'],
      ['max', 'latencyMax'],
      ['from send: p50', 'transitP50'],
      ['p99', 'transitP99'],
      ['max', 'transitMax'],
      ['law: p99', 'predictedP99'],
    ],
  },
  {
    id: 'storm',
    title: 'Reconnecting all at once',
    lead: 'All connections were cut at one moment. A client is served again when it has a message that was due after the cut; clients wait a random part of 50 ms before they connect again.',
    kind: 'storm',
    caption: 'Until every client is served again',
    figures: [
      ['served p50', 'recoveryP50', true],
      ['last served', 'recoveryMax', true],
      ['connections per second', 'reconnectionsPerSecond'],
      ['lost again', 'lostAgain'],
      ['messages lost', 'lost'],
      ['latency p99', 'latencyP99'],
    ],
  },
  {
    id: 'slow',
    title: 'Clients that stop reading',
    lead: 'Some clients read nothing from the start of the window to its end, and then again. Latency is that of the others.',
    kind: 'slow',
    caption: 'The others, the slow ones, and the server',
    figures: [
      ['others: p50', 'latencyP50'],
      ['p99', 'latencyP99'],
      ['max', 'latencyMax'],
      ['slow: p50', 'slowP50'],
      ['told of a gap', 'slowToldLost'],
      ['lost in silence', 'lost'],
      ['server memory', 'serverRss'],
    ],
  },
  {
    id: 'memory',
    title: 'Memory of a waiting client',
    lead: 'The slope over growing numbers of clients, read from outside the server once two readings of each step agreed. What the kernel keeps for a socket is read machine-wide, where both ends of a connection are, and halved; a client of the server takes both.',
    kind: 'memory',
    caption: 'What one more client takes',
    figures: [
      ['server, per client', 'clientMemory', true],
      ['least', 'clientMemoryLow'],
      ['most', 'clientMemoryHigh'],
      ['kernel, per socket', 'clientKernelMemory'],
      ['both', 'clientMemoryTotal'],
      ['server, all', 'serverRss'],
    ],
  },
  {
    id: 'staleness',
    title: 'How old is what a client holds',
    lead: 'At random moments, over all clients: the age of the newest value that each holds.',
    kind: 'staleness',
    caption: 'Age of the newest value',
    figures: [
      ['p50', 'stalenessP50', true],
      ['p99', 'stalenessP99', true],
      ['max', 'stalenessMax'],
      ['latency p50', 'latencyP50'],
      ['bytes per delivery', 'bytesPerDelivery', true],
    ],
  },
];

const measured = (view: ReportView): Disturbed[] =>
  DISTURBED.filter(({ kind }) => view.scenarios.some((scenario) => scenario.kind === kind));

export const disturbedLinks = (view: ReportView): { id: string; title: string }[] => measured(view);

export function disturbedSections(view: ReportView): string {
  const looks = looksOf(view.transports, view.floors);
  const look = (row: Row): number => looks.get(row.transport) ?? 0;
  return measured(view)
    .map(({ id, title, lead, kind, caption, figures }) => {
      const scenarios = view.scenarios.filter((scenario) => scenario.kind === kind);
      const panels = scenarios.map((scenario) => {
        const loads = [...new Set(scenario.rows.map((row) => loadOf(row.parameters, kind)))].join('; ');
        const verdicts = verdictsOf(scenario).map((line) => `<p class="verdict">${escapeHtml(line)}</p>`);
        return (
          `<p class="lead">${escapeHtml(scenario.question)}</p><p class="load">${escapeHtml(loads)}</p>` +
          metricTable(caption, figures)(scenario, look) +
          verdicts.join('')
        );
      });
      return `<section id="${id}"><h2>${escapeHtml(title)}</h2><p class="lead">${escapeHtml(lead)}</p>${panels.join('')}</section>`;
    })
    .join('\n');
}
