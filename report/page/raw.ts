/** Turns the gzipped download into plain JSON where the browser can unpack it; the link works without that too. */

export function offerPlainJson(): void {
  const link = document.querySelector<HTMLAnchorElement>('a#raw');
  if (link === null || typeof DecompressionStream === 'undefined') return;
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
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Blob([await new Response(stream).arrayBuffer()], { type: 'application/json' });
}
