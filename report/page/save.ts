/** A row of buttons beside a picture, each of which saves it as a file. */

const MIME = { png: 'image/png', svg: 'image/svg+xml', csv: 'text/csv' } as const;

export type Kind = keyof typeof MIME;

/** What there is to save; the title becomes the file's name. */
export interface Picture {
  readonly title: string;
  readonly content: Blob | string;
}

/** @param picture asked for when a button is pressed; null where there is nothing to save */
export function downloadRow(
  title: string,
  kinds: readonly Kind[],
  picture: (kind: Kind) => Promise<Picture | null>,
): HTMLElement {
  const row = document.createElement('p');
  row.className = 'downloads';
  row.append(...kinds.map((kind) => button(kind, title, async () => save(kind, await picture(kind)))));
  return row;
}

function button(kind: Kind, title: string, onClick: () => Promise<void>): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = kind.toUpperCase();
  made.setAttribute('aria-label', `${kind.toUpperCase()}: download “${title}”`);
  made.addEventListener('click', () => void onClick());
  return made;
}

function save(kind: Kind, picture: Picture | null): void {
  if (picture === null) return;
  const { title, content } = picture;
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type: MIME[kind] }) : content);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${fileName(title)}.${kind}`;
  link.click();
  // After the browser has begun to save it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80) || 'chart';

/** Pixels of a PNG for each CSS pixel: sharp on paper and on slides. */
export const PNG_SCALE = 2;

export const pngOfCanvas = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), MIME.png);
  });
