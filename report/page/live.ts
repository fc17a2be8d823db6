/** The script of a live view: follows the run by Server-Sent Events, and loads the page anew when there is more to see. */
import type { LiveWords } from '../live-words.ts';

const strip = document.getElementById('live');
const box = document.querySelector<HTMLInputElement>('#live-redraw');
const progress = document.querySelector<HTMLProgressElement>('#live-progress');
const STILL = 'pushbench-live-still';
const title = document.title;
let source: EventSource | undefined;

/** What outlives a reload of this tab; null where the browser keeps nothing. */
function kept(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function write(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = text;
}

function tell({ headline, detail, done, total }: LiveWords): void {
  write('live-headline', headline);
  write('live-detail', detail);
  if (progress !== null) [progress.max, progress.value] = [total, done];
  document.title = `${headline} · ${title}`;
}

/** A page that nobody looks at, or that is to stay as it is, is told how far the run is and nothing more until the end. */
function follow(): void {
  source?.close();
  const still = document.hidden || box?.checked === false;
  source = new EventSource(still ? '/events?still' : '/events');
  source.addEventListener('state', (event: MessageEvent<string>) => tell(JSON.parse(event.data) as LiveWords));
  // The address keeps what is selected, and the browser where the reader is.
  for (const name of ['redraw', 'over']) source.addEventListener(name, () => location.reload());
  source.addEventListener('error', () => {
    source?.close();
    write('live-headline', 'The run has ended');
    write('live-detail', 'pushbench does not answer any more. What it measured is in the result file.');
  });
}

if (strip !== null && strip.dataset['phase'] !== 'over') {
  if (box !== null) {
    box.checked = kept()?.getItem(STILL) !== 'yes';
    box.addEventListener('change', () => {
      kept()?.setItem(STILL, box.checked ? 'no' : 'yes');
      follow();
    });
  }
  document.getElementById('live-choice')?.removeAttribute('hidden');
  document.addEventListener('visibilitychange', follow);
  follow();
}
