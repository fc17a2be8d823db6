/** The frame of every page: one document that loads nothing, and whose policy would not let it. */
import { createHash } from 'node:crypto';
import type { PageAssets } from './assets.ts';
import type { PageData } from './chart-types.ts';
import { escapeHtml, jsonForScript } from './html-text.ts';

/** @param body holds a `main` with the id `main`, to which the first link of the page leads */
export function pageHtml(title: string, body: string, data: PageData, assets: PageAssets): string {
  const end = `<script type="application/json" id="data">${jsonForScript(data)}</script>`;
  return documentHtml({ title, body: `${body}\n${end}`, assets, alsoAllowed: '' });
}

export interface Document {
  readonly title: string;
  readonly body: string;
  readonly assets: PageAssets;
  /** What the policy allows beside the page's own script and style, such as `connect-src 'self'`. */
  readonly alsoAllowed: string;
}

/** What a report and a page that talks to its server have in common. */
export function documentHtml({ title, body, assets, alsoAllowed }: Document): string {
  const allowed = [policy(assets), ...(alsoAllowed === '' ? [] : [alsoAllowed])].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${embeddable(assets.style, 'style')}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${body}
<script>${embeddable(assets.script, 'script')}</script>${assets.live === undefined ? '' : `\n<script>${embeddable(assets.live, 'script')}</script>`}
</body>
</html>
`;
}

/** Hashes of exactly what stands between the tags: neither an injected script nor an injected style would run. */
function policy({ script, style, live }: PageAssets): string {
  const hash = (content: string) => `'sha256-${createHash('sha256').update(content, 'utf8').digest('base64')}'`;
  const follows = live === undefined ? '' : ` ${hash(live)}; connect-src 'self'`;
  return (
    `default-src 'none'; script-src ${hash(script)}${follows}; style-src ${hash(style)}; ` +
    `img-src data:; base-uri 'none'; form-action 'none'`
  );
}

/** Refuses an asset that would end its own element: to escape it would change its hash and its meaning. */
function embeddable(content: string, element: 'script' | 'style'): string {
  if (new RegExp(`</${element}|<!--`, 'i').test(content)) {
    throw new Error(`The page's ${element} holds text that would end its element; change the source in report/page.`);
  }
  return content;
}
