import { describe, expect, it } from 'vitest';
import type { PageAssets } from './assets.ts';
import { capacityFile } from './capacity.fixture.ts';
import { renderCapacityHtml } from './capacity-html.ts';
import type { PageData } from './chart-types.ts';

const ASSETS: PageAssets = { script: '/* script */', style: '/* style */' };
const page = renderCapacityHtml(capacityFile(), ASSETS);

const dataOf = (html: string): PageData =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)![1]!) as PageData;

describe('the page of a capacity', () => {
  it('has the answer, a section for each dimension with its tables, and saturation', () => {
    expect([...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id)).toEqual([
      'answer',
      'clients',
      'rate',
      'saturation',
    ]);
    for (const said of ['4,200–4,600', 'at least 900', 'none (100 failed)', '20,000 polls/s', '<h3>']) {
      expect(page).toContain(said);
    }
    expect([...page.matchAll(/<table\b/g)].length).toBe(4);
  });

  it('draws each load once, at the median of its probes', () => {
    const { charts } = dataOf(page);
    expect(Object.keys(charts)).toEqual(['capacity-clients', 'capacity-rate']);
    const chart = charts['capacity-clients']!['']!;
    expect(chart.kind === 'lines' && chart.series.map(({ points }) => points)).toEqual([
      [
        [100, 1.5e6],
        [4_200, 60e6],
        [4_600, 245e6],
      ],
      [[100, 495e6]],
    ]);
  });

  it('loads nothing, and holds nothing of a hostile file as markup', () => {
    const evil = '"><script>alert(1)</script><!--';
    const file = capacityFile();
    file.run.notes = [evil];
    file.run.slo = evil;
    file.run.id = evil;
    file.capacities = file.capacities.map((capacity) => ({ ...capacity, transport: evil }));
    const html = renderCapacityHtml(file, ASSETS);
    expect(html.match(/<script/g)!.length).toBe(2);
    expect(html.replace(/<style>.*?<\/style>|<script.*?<\/script>/gs, '')).not.toContain('<!--');
    expect(html).toContain("default-src 'none'");
    expect(html.replace(/<script.*?<\/script>/gs, '')).not.toMatch(/(src|href)="(?!data:|#)/);
  });
});
