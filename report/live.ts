/** The live view of a run under way: its report so far, and a strip that says how far it is. */
import type { RunFile } from '../results/schema.ts';
import type { LiveAssets } from './assets.ts';
import { plural } from './format.ts';
import { renderHtml } from './html.ts';
import { escapeHtml } from './html-text.ts';
import type { LiveWords } from './live-words.ts';

/** How far a run is. Names and paths in it are text from elsewhere. */
export type LiveState =
  | { readonly phase: 'preparing'; readonly run: RunFile }
  | {
      readonly phase: 'measuring';
      readonly run: RunFile;
      /** Measurements that are over, failed ones too. */
      readonly done: number;
      readonly total: number;
      /** What is being measured. */
      readonly now: string;
      /** How much longer all of it takes, for people. */
      readonly left: string;
    }
  | {
      readonly phase: 'over';
      readonly run: RunFile;
      /** Where the run's own page is; null where there is none. */
      readonly report: string | null;
    };

export function liveWords(state: LiveState): LiveWords {
  switch (state.phase) {
    case 'preparing': {
      const { planned } = state.run.run;
      const detail = `what needs no load comes first; then ${plural(planned, 'measurement')}`;
      return { headline: 'Preparing', detail, done: 0, total: planned };
    }
    case 'measuring': {
      const { done, total, now, left } = state;
      return { headline: `Measuring ${done + 1} of ${total}`, detail: `${now}, about ${left} left`, done, total };
    }
    case 'over': {
      const { run, report } = state;
      const [done, total] = [run.measurements.length, run.run.planned];
      const how = !run.partial ? 'Finished' : run.run.failures.length > 0 ? 'Ended with failures' : 'Stopped';
      const detail =
        report === null ? 'Nothing was measured, so there is no report.' : `The report, which stays: ${report}`;
      return { headline: `${how}: ${done} of ${total} measured`, detail, done, total };
    }
  }
}

/**
 * @param resultPath where the run is written
 * @param redrawSeconds the page is drawn anew no more often than this, and says so
 * @returns the whole document; it asks for nothing but the events of the server that it came from
 */
export function renderLiveHtml(
  state: LiveState,
  { resultPath, redrawSeconds }: { readonly resultPath: string; readonly redrawSeconds: number },
  assets: LiveAssets,
): string {
  const over = state.phase === 'over';
  const note = over
    ? 'This page was live; the run is over, and nothing here changes any more.'
    : `The run so far. Drawing on the machine that measures is load, so this page is drawn anew between measurements, at most every ${redrawSeconds} s, and not while it is hidden. What it disturbs all the same, the validity of each measurement says; the quietest run is one that nobody watches.`;
  const strip = `<aside id="live" data-phase="${state.phase}" aria-label="Live view">
<p class="live-note">${escapeHtml(note)} Result: <code>${escapeHtml(resultPath)}</code></p>
${bar(liveWords(state), over)}
</aside>`;
  return renderHtml(state.run, assets, { strip, underWay: !over });
}

/** The box and the progress have no meaning when nothing is to come; the box has none without script, which shows it. */
function bar({ headline, detail, done, total }: LiveWords, over: boolean): string {
  const progress = `<progress id="live-progress" max="${total}" value="${done}" aria-label="Measurements that are done"></progress>`;
  const box = `<label id="live-choice" hidden><input type="checkbox" id="live-redraw" checked> redraw by itself</label>`;
  return (
    `<div class="live-bar"><p><strong id="live-headline">${escapeHtml(headline)}</strong> ` +
    `<span id="live-detail">${escapeHtml(detail)}</span></p>${over ? '' : progress + box}</div>`
  );
}
