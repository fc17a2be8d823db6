/** The answer on top of the page: its sentences, where it flips by the model, and what it would mislead without. */
import { breakEvens } from '../results/model/break-even.ts';
import type { Model } from '../results/model/model.ts';
import { answerOf, type Sentence } from './answer.ts';
import { bytesOf, RATES, sentenceOf, STALENESSES_MS } from './break-even.ts';
import { plural } from './format.ts';
import { BREAK_EVEN_LINK } from './html-break-even.ts';
import { PLANNER_LINK } from './html-planner.ts';
import { escapeHtml } from './html-text.ts';
import { loadFor, settingsOf } from './planner.ts';
import type { ReportView } from './summary.ts';

export function answerSection(view: ReportView, model: Model): string {
  const answer = answerOf(view);
  const { sentences } = answer;
  const caveats = [...answer.caveats, ...coldCaveat(model)];
  const html = (sentence: Sentence) =>
    sentence
      .map((part) => (typeof part === 'string' ? escapeHtml(part) : `<strong>${escapeHtml(part.strong)}</strong>`))
      .join('');
  const notes =
    caveats.length === 0 ? '' : `<ul class="caveats">${caveats.map((c) => `<li>${escapeHtml(c)}</li>`).join('')}</ul>`;
  return `<section id="answer"><h1>The answer in two sentences</h1><p class="answer">${sentences.map(html).join(' ')}</p>${flips(model)}${notes}</section>`;
}

/** What the model says of a system that somebody may have, where two transports can be told apart at all. */
function flips({ transports, usual }: Model): string {
  if (transports.length < 2) return '';
  const settings = settingsOf(usual);
  const load = loadFor(usual, settings);
  const kind = bytesOf(transports);
  // Of the ages that people accept the shortest at which something flips.
  const flipping = STALENESSES_MS.map((stalenessMs) => ({ load, stalenessMs })).find(
    (situation) => breakEvens(transports, situation, RATES, kind.cost).length > 0,
  );
  const sentence = sentenceOf(transports, flipping ?? { load, stalenessMs: settings.interval }, RATES, kind);
  return `<p class="flips">${escapeHtml(`Where it flips, by the model, with ${plural(load.clients, 'client')}: ${sentence}`)} <a href="#${BREAK_EVEN_LINK.id}">Over clients, age and size</a>, and <a href="#${PLANNER_LINK.id}">for a load of your own</a>.</p>`;
}

/** Beside the scoreboard's figures of the processor, and not only where the model is. */
function coldCaveat({ transports }: Model): string[] {
  const cold = transports.filter(({ cores }) => cores?.warm === false);
  return cold.length === 0
    ? []
    : [
        'Servers had just started: their processor time is that of code which is not compiled yet, several times what it is in the long run.',
      ];
}
