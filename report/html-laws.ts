/** The section of the laws: model against measured, a row a figure. */
import { attribute, escapeHtml, number, table, text } from './html-text.ts';
import { LAWS_TITLE, lawReport } from './laws.ts';
import type { ReportView } from './summary.ts';

export const LAWS_LINK = { id: 'laws', title: LAWS_TITLE } as const;

export function lawsSection(view: ReportView): string {
  const report = lawReport(view.run);
  const body =
    report === null
      ? '<p class="missing">Not measured in this run. <code>pushbench run --scenarios laws --link custom:delay=20ms</code> measures it.</p>'
      : `<p class="load">${escapeHtml(report.lead)}</p>${lawTable(report.lines)}<ul class="caveats">${report.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`;
  return `<section id="${attribute(LAWS_LINK.id)}"><h2>${LAWS_LINK.title}</h2><p class="lead">What the published formulas predict, beside what was measured. A divergence is a defect of this suite until it is explained.</p>${body}</section>`;
}

function lawTable(lines: NonNullable<ReturnType<typeof lawReport>>['lines']): string {
  const titles = ['predicted', 'measured', 'divergence'].map((title) => ({ number: title }));
  return table(
    'Laws, predicted and measured',
    ['transport', 'law', 'figure', ...titles, 'verdict'],
    lines.map((line) => ({
      cells: [
        { html: escapeHtml(line.transport), kind: 'row-head' },
        text(`${line.law} ${line.point}`),
        text(line.quantity),
        number(line.predicted),
        number(line.measured),
        number(line.divergence),
        {
          html: line.outside ? `<strong>${escapeHtml(line.verdict)}</strong>` : escapeHtml(line.verdict),
          kind: 'text',
        },
      ],
    })),
  );
}
