/** The buttons beside each chart: the picture as PNG or SVG, drawn anew with its title and a ground, and its numbers as CSV. */
import { BasicPlatform, Chart, type ChartConfiguration } from 'chart.js';
import { chartCsv } from '../chart-csv.ts';
import type { Drawing, Shown } from './drawing.ts';
import { downloadRow, PNG_SCALE, pngOfCanvas, type Kind } from './save.ts';
import { escapeXml, fontAttributes, SvgContext } from './svg-context.ts';
import { currentTheme, type Theme } from './theme.ts';

/** CSS pixels around the chart, and above it for the title. */
const MARGIN = 16;
const TITLE_HEIGHT = 34;

export function offerDownloads(drawing: Drawing): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
    const title = figure.querySelector('.chart-title')?.textContent ?? 'chart';
    const row = downloadRow(title, ['png', 'svg', 'csv'], async (kind) => {
      const shown = drawing.shown(figure);
      if (shown === null) return null;
      const width = figure.querySelector('.canvas')?.clientWidth ?? 800;
      return { title: shown.title, content: await contentOf(kind, shown, width) };
    });
    figure.append(row);
  }
}

async function contentOf(kind: Kind, shown: Shown, width: number): Promise<Blob | string> {
  if (kind === 'png') return pngOf(shown, width);
  return kind === 'svg' ? svgOf(shown, width) : chartCsv(shown.chart);
}

/** The same chart, once, for a surface that is not on the page. */
function still({ config }: Shown, more: object): ChartConfiguration<'line' | 'bar'> {
  return {
    ...config,
    // A fresh copy, because Chart.js keeps its own notes in what it is given.
    data: { ...config.data, datasets: config.data.datasets.map((each) => ({ ...each })) },
    options: { ...config.options, responsive: false, events: [], ...more },
  };
}

const titleFont = (theme: Theme): string => `600 14px ${theme.font}`;

async function pngOf(shown: Shown, width: number): Promise<Blob> {
  const theme = currentTheme();
  const drawn = document.createElement('canvas');
  [drawn.width, drawn.height] = [width, shown.height];
  const chart = new Chart(drawn, still(shown, { devicePixelRatio: PNG_SCALE }));
  const whole = document.createElement('canvas');
  whole.width = (width + 2 * MARGIN) * PNG_SCALE;
  whole.height = (shown.height + TITLE_HEIGHT + 2 * MARGIN) * PNG_SCALE;
  const context = whole.getContext('2d')!;
  context.scale(PNG_SCALE, PNG_SCALE);
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, whole.width, whole.height);
  context.fillStyle = theme.text;
  context.font = titleFont(theme);
  context.fillText(shown.title, MARGIN, MARGIN + 16);
  context.drawImage(drawn, MARGIN, MARGIN + TITLE_HEIGHT, width, shown.height);
  chart.destroy();
  return pngOfCanvas(whole);
}

function svgOf(shown: Shown, width: number): string {
  const theme = currentTheme();
  const context = new SvgContext(width, shown.height, document.createElement('canvas').getContext('2d')!);
  const config = still(shown, { devicePixelRatio: 1 });
  // With an option for segments Chart.js strokes a line on the context itself, and not by way of a Path2D, which tells nothing.
  for (const each of config.data.datasets) Object.assign(each, { segment: {} });
  const chart = new Chart(context.canvas as unknown as HTMLCanvasElement, { ...config, platform: BasicPlatform });
  const { markup } = context;
  chart.destroy();
  const [full, height] = [width + 2 * MARGIN, shown.height + TITLE_HEIGHT + 2 * MARGIN];
  const title = escapeXml(shown.title);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${full}" height="${height}" viewBox="0 0 ${full} ${height}" role="img" aria-label="${title}">
<title>${title}</title>
<rect width="${full}" height="${height}" fill="${escapeXml(theme.surface)}"/>
<text x="${MARGIN}" y="${MARGIN + 16}" ${fontAttributes(titleFont(theme))} fill="${escapeXml(theme.text)}">${title}</text>
<g transform="translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})">
${markup}
</g>
</svg>
`;
}
