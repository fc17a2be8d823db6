/** Compares runs that are dropped on the page, or chosen, with the run that the page shows; read here, and sent nowhere. */
import { plain } from '../format.ts';
import { asRun, whyNoRun } from '../run-check.ts';
import { digestOf, type RunDigest } from '../run-digest.ts';
import { SIDE_CHART, sideCharts } from '../side-charts.ts';
import type { Drawing } from './drawing.ts';
import { sideElements } from './side-view.ts';
import { unpacked } from './unpack.ts';

/** With the run of the page six: more columns than that nobody reads. */
const MOST_OTHERS = 5;

/** Bytes; a full run is under 5 MB. */
const LARGEST_FILE = 64 * 2 ** 20;

/** @param update draws and filters again, what came new included */
export function offerComparison(own: RunDigest, drawing: Drawing, update: () => void): void {
  const section = document.getElementById('compare');
  const input = document.querySelector<HTMLInputElement>('#compare-files');
  const clear = document.querySelector<HTMLButtonElement>('#compare-clear');
  const status = document.getElementById('compare-status');
  const result = document.getElementById('compare-result');
  if (section === null || input === null || clear === null || status === null || result === null) return;
  const show = (others: readonly { label: string; run: RunDigest }[]): void => {
    const runs = [own, ...others.map(({ run }) => run)];
    const labels = ['this page', ...others.map(({ label }) => label)];
    result.querySelector('[data-side]')?.remove();
    if (others.length > 0) result.append(sideElements(runs, labels));
    drawing.put(SIDE_CHART, others.length === 0 ? null : sideCharts(runs));
    clear.hidden = others.length === 0;
    update();
  };
  const compare = async (files: readonly File[]): Promise<void> => {
    status.textContent = 'Reading…';
    const read = await readAll(files);
    if (typeof read === 'string') status.textContent = read;
    else {
      show(read);
      status.textContent = `${read.map(({ label }) => label).join(', ')} beside this run: see below.`;
      section.scrollIntoView();
    }
  };
  section.hidden = false;
  document.getElementById('compare-link')?.removeAttribute('hidden');
  input.addEventListener('change', () => {
    void compare([...(input.files ?? [])]);
    // So that the same file can be chosen again after it has changed.
    input.value = '';
  });
  clear.addEventListener('click', () => {
    show([]);
    status.textContent = 'The comparison is closed.';
    input.focus();
  });
  takeDrops((files) => void compare(files));
}

/** The whole page is the target: nobody has to find it. */
function takeDrops(take: (files: readonly File[]) => void): void {
  const over = (isOver: boolean): void => void document.documentElement.classList.toggle('dropping', isOver);
  const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
  window.addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    // Else the browser would open the file in place of the page.
    event.preventDefault();
    over(true);
  });
  window.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) over(false);
  });
  window.addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over(false);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @returns one sentence for people where a file is no run */
async function readAll(files: readonly File[]): Promise<{ label: string; run: RunDigest }[] | string> {
  if (files.length === 0) return 'No file was chosen.';
  if (files.length > MOST_OTHERS) {
    return `${files.length} files are too many: up to ${MOST_OTHERS} are compared with this run at once.`;
  }
  const runs: { label: string; run: RunDigest }[] = [];
  for (const file of files) {
    const label = plain(file.name);
    const read = await readFile(file);
    if (typeof read === 'string') return `${label} ${read}`;
    runs.push({ label, run: read });
  }
  return runs;
}

async function readFile(file: File): Promise<RunDigest | string> {
  try {
    if (file.size > LARGEST_FILE) return 'is larger than any result of pushbench.';
    const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    const isPacked = start[0] === 0x1f && start[1] === 0x8b;
    const text = await (isPacked ? await unpacked(file, LARGEST_FILE) : file).text();
    return digested(text);
  } catch (error) {
    if (error instanceof RangeError) return 'is larger than any result of pushbench.';
    return 'cannot be read: it is damaged, or a folder. Drop a result file of "pushbench run".';
  }
}

function digested(text: string): RunDigest | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON. Drop a result file of "pushbench run", such as results/runs/….json.';
  }
  return whyNoRun(value) ?? digestOf(asRun(value));
}
