/** The page's script and style as `node build.js` left them beside this module. */
import { readFileSync } from 'node:fs';

export interface PageAssets {
  script: string;
  style: string;
}

/**
 * @param directory where `page.js` and `page.css` are; by default `page/` beside this module, as in `dist/report/`
 * @throws when the page has not been built
 */
export function loadPageAssets(directory: URL = new URL('./page/', import.meta.url)): PageAssets {
  try {
    return {
      script: readFileSync(new URL('page.js', directory), 'utf8'),
      style: readFileSync(new URL('page.css', directory), 'utf8'),
    };
  } catch (cause) {
    throw new Error(
      `The report page is not built: ${directory.pathname} lacks page.js or page.css. Run: node build.js`,
      { cause },
    );
  }
}
