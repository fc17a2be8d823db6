import { expect, it } from 'vitest';
import { drawnOf } from './drawn.ts';
import { renderHtml } from './html.ts';
import { builtAssets } from './browser.fixture.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

function runOfLoads() {
  const run = fixtureRun();
  const [first] = run.measurements.filter(({ scenario }) => scenario === 'broadcast');
  const loads = ['usual', 'own-rare', 'crowded'].map((variant, at) => ({
    ...first!,
    scenario: 'cost',
    parameters: { ...first!.parameters, variant, clients: first!.parameters.clients + at },
  }));
  return { ...run, measurements: [...run.measurements, ...loads] };
}

it('draws the usual load of many, says so, and leaves every other scenario as it is', () => {
  const view = summarise(runOfLoads());
  const drawn = drawnOf(view);
  const cost = drawn.scenarios.find(({ name }) => name === 'cost')!;
  expect(cost.rows.map(({ label, ordinal }) => [label, ordinal])).toEqual([[cost.rows[0]!.transport, 0]]);
  expect(cost.question).toContain('Of 3 loads the one called usual is drawn');
  const others = (of: typeof view) => of.scenarios.filter(({ name }) => name !== 'cost');
  expect(others(drawn)).toEqual(others(view));
});

it('counts all of them in the scoreboard', () => {
  const run = runOfLoads();
  const { transport } = run.measurements.at(-1)!;
  const own = run.measurements.filter((m) => m.transport === transport && m.twin !== true);
  const valid = own.filter((m) => m.validity.valid).length;
  expect(renderHtml(run, builtAssets())).toContain(`${valid} of ${own.length}</a>`);
});
