/** `pushbench published`: the tables that others have published, with the same exchanges measured here beside them. */
import type { Command } from 'commander';
import { publishedMarkdown, publishedText } from '../report/published.ts';
import { measurePublished } from '../scenarios/runner/published.ts';
import { exactOptions } from './exact.ts';
import { addSettings, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';

interface PublishedOptions extends Record<string, unknown> {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export function addPublished(program: Command): void {
  const command = program
    .command('published')
    .description('tables that others have published (Kaazing, Agarwal, Škvorc), measured again')
    .option('--json', 'print the measured bytes as one JSON document')
    .option('--markdown', 'as Markdown');
  addSettings(command, ['headers']).action(async (options: PublishedOptions) => {
    const { headers } = exactOptions(resolveFrom(options).config);
    const published = await measurePublished(headers);
    if (options.json === true) return print(JSON.stringify(published));
    return print(options.markdown === true ? publishedMarkdown(published) : publishedText(published, terminal().width));
  });
}
