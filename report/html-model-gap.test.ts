import { describe, expect, it } from 'vitest';
import { MODEL, modelOf } from '../results/model/model.fixture.ts';
import { exampleRun } from './example-run.fixture.ts';
import { modelGap } from './html-model-gap.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';

const COMMAND = '<code>pushbench run --scenarios cost,idle,memory,broadcast</code> measures it.';

/** Of a page: the sections whose figures come from the model. */
function sectionsOf(html: string): string[] {
  return ['break-even', 'planner'].map((id) => new RegExp(`<section id="${id}".*?</section>`, 's').exec(html)![0]);
}

describe('what the model of a run lacks', () => {
  it('is nothing where each part was held against loads that it had not seen', () => {
    expect(modelGap(MODEL)).toBe('');
  });

  it('is named: what was not measured, and what nobody knows the error of', () => {
    const sse = modelOf('sse');
    const bare = { ...sse, memory: null, cores: { ...sse.cores!, heldOut: null } };
    const html = modelGap({ ...MODEL, transports: [modelOf('websocket'), bare] });
    expect(html).toContain('Not measured for every transport: memory.');
    expect(html).toContain('How far the model is off is not known for processor time:');
    expect(html).toContain(COMMAND);
  });

  it('stands in the planner and over the break-even maps of a run without cost, and of no run that has it', () => {
    const assets = { script: '', style: '' };
    for (const section of sectionsOf(renderHtml(fixtureRun(), assets))) {
      expect(section).toContain('What the model lacks');
      expect(section).toContain(COMMAND);
    }
    for (const section of sectionsOf(renderHtml(exampleRun(), assets))) {
      expect(section).not.toContain('What the model lacks');
    }
  });
});
