/** The registry of export formats. A new one is a file that exports an `ExportFormat`, and a line here. */
import { bencher } from './export-bencher.ts';
import { csv } from './export-csv.ts';
import type { ExportFormat } from './export-format.ts';
import { githubBigger, githubSmaller } from './export-github-benchmark.ts';
import { markdown } from './export-markdown.ts';

export const EXPORTS = {
  bencher,
  'github-smaller': githubSmaller,
  'github-bigger': githubBigger,
  csv,
  markdown,
} as const satisfies Record<string, ExportFormat>;

export type ExportName = keyof typeof EXPORTS;
export const EXPORT_NAMES = Object.keys(EXPORTS) as ExportName[];
