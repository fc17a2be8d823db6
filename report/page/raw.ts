/** Turns the gzipped downloads into plain files where the browser can unpack them; the links work without that too. */
import { unpacked } from './unpack.ts';

export function offerPlainFiles(): void {
  if (typeof DecompressionStream === 'undefined') return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-name]')) offerPlain(link);
}

function offerPlain(link: HTMLAnchorElement): void {
  const packed = link.href;
  link.querySelector('[data-gz]')?.remove();
  link.addEventListener('click', (event) => {
    if (link.href !== packed) return;
    event.preventDefault();
    void unpack(packed).then((blob) => {
      link.href = URL.createObjectURL(blob);
      link.download = link.dataset['name'] ?? 'run.json';
      link.click();
    });
  });
}

/** Not with fetch: the page's policy forbids every request, and a data URL counts as one. */
async function unpack(dataUrl: string): Promise<Blob> {
  const bytes = Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(',') + 1)), (character) => character.charCodeAt(0));
  return new Blob([await unpacked(new Blob([bytes]), Infinity)], { type: 'application/octet-stream' });
}
