/** The buttons beside each map: the picture as it stands in the page, as SVG with its colours of the moment or as PNG. */
import { downloadRow, PNG_SCALE, pngOfCanvas } from './save.ts';
import { currentTheme } from './theme.ts';

export function offerMapDownloads(place: ParentNode): void {
  for (const figure of place.querySelectorAll<HTMLElement>('figure.map')) {
    const map = figure.querySelector('svg');
    if (map === null) continue;
    const title = map.querySelector('title')?.textContent ?? 'map';
    const row = downloadRow(title, ['png', 'svg'], async (kind) => {
      const svg = standing(map);
      return { title, content: kind === 'svg' ? svg : await pngOf(svg, map) };
    });
    figure.append(row);
  }
}

/** By itself: a file has no style sheet that knows the page's custom properties. */
function standing(map: SVGSVGElement): string {
  const theme = currentTheme();
  const copy = map.cloneNode(true) as SVGSVGElement;
  for (const shape of copy.querySelectorAll('*')) {
    for (const { name, value } of [...shape.attributes]) {
      const property = /^var\((--[\w-]+),/.exec(value)?.[1];
      if (property !== undefined) shape.setAttribute(name, theme.color(property));
    }
  }
  return new XMLSerializer().serializeToString(copy);
}

async function pngOf(svg: string, { viewBox }: SVGSVGElement): Promise<Blob> {
  const image = new Image();
  // The page's policy lets in pictures as data only.
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [viewBox.baseVal.width * PNG_SCALE, viewBox.baseVal.height * PNG_SCALE];
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return pngOfCanvas(canvas);
}
