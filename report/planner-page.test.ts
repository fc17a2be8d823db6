/** The planner in a real browser: a slider changes the table and the address, and the address sets the sliders. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtAssets, hasBrowser, openBrowser, type Opened, type OpenedBrowser } from './browser.fixture.ts';
import { pageHtml } from './html-frame.ts';
import { breakEvenSection } from './html-break-even.ts';
import { plannerSection } from './html-planner.ts';
import { MODEL } from '../results/model/model.fixture.ts';
import { mapsAround } from './html-maps.ts';
import { KNOBS, settingsOf, type FigureId, type KnobId } from './planner.ts';
import { looksOf } from './transports.ts';

const LOOKS = looksOf(
  MODEL.transports.map(({ transport }) => transport),
  new Set(),
);

describe.skipIf(!hasBrowser('report/planner-page.test.ts'))('the planner in Chromium', () => {
  let browser: OpenedBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  function open(hash = '', options: BrowserContextOptions = {}): Promise<Opened> {
    const body = `<main>${plannerSection(MODEL, LOOKS, new Map())}${breakEvenSection(MODEL, LOOKS)}</main>`;
    return browser.open(
      pageHtml('planner', body, { charts: {}, model: MODEL, looks: [...LOOKS] }, builtAssets()),
      options,
      hash,
    );
  }

  /** The figures of a row, by name: without their bands. */
  const figuresOf = (page: Page, transport: string) =>
    page.evaluate<Record<string, string>>(
      `Object.fromEntries([...document.querySelectorAll('#planner tr[data-transport="${transport}"] [data-figure]')].map((cell) => [cell.dataset.figure, cell.textContent]))`,
    );
  const toEnd = async (page: Page, knob: string, end: 'Home' | 'End'): Promise<void> => {
    await page.focus(`#plan-${knob}`);
    await page.keyboard.press(end);
  };

  // Of each knob: who hangs on it and with which figures, and who does not. What a transport does not say is left out.
  const HANGS: readonly { knob: KnobId; transport: string; changed: FigureId[]; kept: FigureId[] }[] = [
    {
      ...{ knob: 'clients', transport: 'sse', kept: [] },
      changed: ['mean', 'p99', 'down', 'wire', 'cores', 'processes', 'memory', 'cost'],
    },
    {
      ...{ knob: 'rate', transport: 'sse', kept: ['requests'] },
      // Memory by the processes, of which more cores make more.
      changed: ['down', 'wire', 'cores', 'processes', 'memory', 'cost'],
    },
    {
      ...{ knob: 'payload', transport: 'websocket', kept: ['mean', 'p99', 'up', 'cores', 'memory', 'requests'] },
      changed: ['down', 'wire', 'cost'],
    },
    {
      ...{ knob: 'header', transport: 'long-polling', kept: ['mean', 'down', 'requests', 'cores', 'memory'] },
      changed: ['up', 'wire'],
    },
    {
      ...{ knob: 'interval', transport: 'short-polling', kept: [] },
      changed: ['mean', 'p99', 'up', 'down', 'wire', 'requests', 'cores', 'processes', 'memory', 'cost'],
    },
    { knob: 'rtt', transport: 'sse', changed: ['mean', 'p99'], kept: ['up', 'down', 'cores', 'memory', 'cost'] },
    {
      knob: 'price',
      transport: 'sse',
      changed: ['cost'],
      kept: ['mean', 'p99', 'up', 'down', 'wire', 'cores', 'memory'],
    },
  ];

  test('every knob has its figures', () => {
    expect(HANGS.map(({ knob }) => knob)).toEqual(KNOBS.map(({ id }) => id));
  });

  test.each(HANGS)('the slider of $knob changes every figure that hangs on it, and no other', async (of) => {
    const { page, complaints } = await open();
    await toEnd(page, of.knob, 'Home');
    const least = await figuresOf(page, of.transport);
    await toEnd(page, of.knob, 'End');
    const most = await figuresOf(page, of.transport);
    const changed = Object.keys(least).filter((id) => least[id] !== most[id]);
    expect(changed).toEqual(expect.arrayContaining(of.changed));
    expect(changed.filter((id) => of.kept.includes(id as FigureId))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('what only those who poll pay for, nobody else does', async () => {
    const { page } = await open();
    for (const knob of ['interval', 'header'] as const) {
      await toEnd(page, knob, 'Home');
      const before = await figuresOf(page, 'websocket');
      await toEnd(page, knob, 'End');
      expect(await figuresOf(page, 'websocket')).toEqual(before);
    }
    await page.close();
  });

  test('a slider answers the keyboard, and tells its value to who hears it and to the address', async () => {
    const { page, complaints } = await open();
    await toEnd(page, 'interval', 'End');
    expect(await page.innerText('output[for="plan-interval"]')).toBe('600 s');
    expect(await page.getAttribute('#plan-interval', 'aria-valuetext')).toBe('600 s');
    expect(new URL(page.url()).hash).toContain('interval:600000');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('an address is a plan, and one that makes no sense is held to the ends of the sliders', async () => {
    const { page, complaints } = await open('#plan=clients:10,interval:1e99,rate:nonsense,%3Cb%3E:1');
    expect(await page.innerText('output[for="plan-clients"]')).toBe('10');
    expect(await page.innerText('output[for="plan-interval"]')).toBe('600 s');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the maps and their words are of what the sliders are set to, and can be saved', async () => {
    const { page, complaints } = await open();
    const maps = page.locator('#maps');
    expect(await maps.innerText()).toContain('10,000 clients');
    await toEnd(page, 'clients', 'Home');
    await toEnd(page, 'header', 'End');
    await toEnd(page, 'rtt', 'End');
    const around =
      'Around 10 clients, one message per 10 s to each, 128 B of payload, 4 KiB of cookie or token, 500 ms there and back';
    await expect.poll(() => maps.locator('.load').innerText()).toContain(around);
    const settings = { ...settingsOf(MODEL.usual), clients: 10, header: 4_096, rtt: 500 };
    const shown = (html: string): Promise<string> =>
      page.evaluate<string>(
        `{ const body = new DOMParser().parseFromString(${JSON.stringify(html)}, 'text/html').body; [...body.querySelectorAll('.downloads')].forEach((row) => row.remove()); body.innerHTML; }`,
      );
    expect(await shown(await maps.innerHTML())).toBe(await shown(mapsAround({ model: MODEL, looks: LOOKS }, settings)));
    expect(await maps.locator('figure.map > .downloads').count()).toBe(await maps.locator('svg').count());
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('an address that is a plan has maps around it', async () => {
    const { page } = await open('#plan=clients:1000000');
    await expect.poll(() => page.locator('#maps .load').innerText()).toContain('Around 1,000,000 clients');
    await page.close();
  });

  test('without script there are no sliders, and the table says what load it is of', async () => {
    const { page } = await open('', { javaScriptEnabled: false });
    expect(await page.locator('form#plan').isVisible()).toBe(false);
    expect(await page.innerText('#plan-load')).toContain('clients: 10,0');
    expect(await page.locator('#planner tr[data-transport]').first().innerText()).toMatch(/short-polling/);
    expect(await page.locator('#break-even svg').count()).toBe(4);
    await page.close();
  });

  test('all figures of a plan are seen at once on a desk, whatever the sliders say', async () => {
    const { page } = await open('', { viewport: { width: 1280, height: 900 } });
    const hidden = () =>
      page.evaluate<number>(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('#plan ~ .scroll'))",
      );
    expect(await hidden()).toBe(0);
    for (const { id } of KNOBS) await toEnd(page, id, 'End');
    expect(await page.innerText('tr[data-transport="sse"] [data-figure="processes"]')).toMatch(/^in [\d,]+ processes$/);
    expect(await hidden()).toBe(0);
    await page.close();
  });

  test('a screen of 380 pixels shows cost and latency beside the name, and what the cost is of', async () => {
    const { page } = await open('', { viewport: { width: 380, height: 800 } });
    const ends = (of: string) =>
      page.evaluate<[number, number]>(
        `(({ left, right }) => [left, right])(document.querySelector('#planner tr[data-transport="sse"] ${of}').getBoundingClientRect())`,
      );
    const [, afterName] = await ends('th');
    for (const figure of ['cost', 'mean']) {
      const [left, right] = await ends(`[data-figure="${figure}"]`);
      expect(left).toBeGreaterThanOrEqual(afterName);
      expect(right).toBeLessThanOrEqual(380);
    }
    expect(await page.innerText('#planner thead th:nth-child(2)')).toBe('egress a month, at the price of a GB');
    expect(await page.innerText('#plan ~ .scroll caption')).toContain('egress in the currency of the price');
    await page.close();
  });

  test('a screen of 380 pixels has no horizontal scroll', async () => {
    const { page } = await open('', { viewport: { width: 380, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await page.close();
  });
});
