/** The pages' scripts and styles as `node build.js` left them beside this module. */
import { readFileSync } from 'node:fs';

/** As in `dist/report/`. */
const PAGE = new URL('./page/', import.meta.url);

export interface PageAssets {
  script: string;
  style: string;
  /** A second script, which follows the server that the page came from. Only a page with it may ask for anything. */
  live?: string;
}

export type LiveAssets = Required<PageAssets>;

/**
 * @param directory where `page.js` and `page.css` are; by default `page/` beside this module
 * @throws when the page has not been built
 */
export function loadPageAssets(directory: URL = PAGE): PageAssets {
  return { script: built(directory, 'page.js'), style: built(directory, 'page.css') };
}

/** Of a page that shows a run while it is measured. */
export function loadLiveAssets(directory: URL = PAGE): LiveAssets {
  const { script, style } = loadPageAssets(directory);
  return { script, style: style + built(directory, 'live.css'), live: built(directory, 'live.js') };
}

/** Of the page of `pushbench serve --demo`, which is dressed like a report. */
export function loadDemoAssets(directory: URL = PAGE): PageAssets {
  return {
    script: built(directory, 'demo.js'),
    style: built(directory, 'page.css') + built(directory, 'demo.css'),
  };
}

function built(directory: URL, name: string): string {
  try {
    return readFileSync(new URL(name, directory), 'utf8');
  } catch (cause) {
    throw new Error(`The report page is not built: ${directory.pathname} lacks ${name}. Run: node build.js`, { cause });
  }
}
