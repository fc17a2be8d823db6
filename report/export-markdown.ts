/** A document as Markdown for a job summary: whole where it fits into what GitHub keeps of one. */
import { renderCapacityMarkdown } from './capacity-markdown.ts';
import type { ExportFormat } from './export-format.ts';
import { SUMMARY_BYTES, withinBytes } from './markdown-limit.ts';
import { renderMarkdown } from './markdown.ts';

export const markdown: ExportFormat = {
  what: 'a job summary of GitHub Actions, or a wiki; under 1 MiB',
  marksPartial: true,
  render: (file) => {
    const text = file.kind === 'run' ? renderMarkdown(file.run) : renderCapacityMarkdown(file.capacity);
    return { text: withinBytes(text, SUMMARY_BYTES - 1), leftOut: [] };
  },
};
