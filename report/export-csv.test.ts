import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityFile } from './capacity.fixture.ts';
import { cell } from './csv-text.ts';
import { csv } from './export-csv.ts';
import { hostileRun } from './hostile.fixture.ts';
import { fixtureRun } from './run.fixture.ts';

/** RFC 4180 as it is written: https://www.rfc-editor.org/rfc/rfc4180#section-2. Throws on what the grammar does not have. */
function parse(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: string[][] = [[]];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) throw new Error(`not RFC 4180 at ${at}: ${text.slice(at, at + 40)}`);
    rows.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

function table(run = fixtureRun()): Record<string, string>[] {
  const [head, ...rows] = parse(csv.render({ kind: 'run', run }).text);
  return rows.map((row) => Object.fromEntries(head!.map((name, index) => [name, row[index]!])));
}

describe('the CSV of a run', () => {
  it('has a row for each measurement, valid or not, and each row has every column', () => {
    const run = hostileRun();
    const [head, ...rows] = parse(csv.render({ kind: 'run', run }).text);
    expect(rows).toHaveLength(run.measurements.length);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head!.length]));
    expect(new Set(head).size).toBe(head!.length);
  });

  it('holds every number of the document', () => {
    const run = fixtureRun();
    const [m] = run.measurements;
    expect(table(run)[0]).toMatchObject({
      'run.id': run.run.id,
      'environment.fingerprint': run.environment.fingerprint,
      transport: m!.transport,
      'parameters.clients': String(m!.parameters.clients),
      'deliveryLatencyNs.p50': String(m!.deliveryLatencyNs.p50),
      'bytes.down.header': String(m!.bytes.down.header),
      'server.eventLoopDelayNs.p99': String(m!.server.eventLoopDelayNs.p99),
      'network.ipBytes': String(m!.network!.ipBytes),
      'validity.valid': 'true',
    });
    const numbers = JSON.stringify(m, (key, value: unknown) => (key === 'hdr' ? undefined : value)).match(
      /(?<=:)-?[\d.]+/g,
    )!;
    const cells = Object.values(table(run)[0]!);
    expect(numbers.filter((each) => !cells.includes(each))).toEqual([]);
  });

  it('has the same columns whatever a run measured, and leaves empty what is not there', () => {
    const [first, second] = [fixtureRun(), { ...fixtureRun(), measurements: [] }].map(
      (run) => parse(csv.render({ kind: 'run', run }).text)[0],
    );
    expect(second).toEqual(first);
    expect(table()[0]!['storm.recoveryNs.p50']).toBe('');
  });

  it('names the unit of every column that has one', () => {
    const units = /(Ns|Ms|Bytes|PerSecond|BitsPerSecond|Share)(\.|$)|(^|\.)(bytes\.|rssBytes)/;
    const counts =
      /^(counts\.|requests$|repetition$|order$|awakeCores$|run\.|network\.packets|window\.(deliveries|emptyPolls|connections)|parameters\.(clients|burst|rush|workers|serverWorkers)|link\.cuts)/;
    const others =
      /^(unknownUpgrades$|slow\.(clients|toldLost|disconnected)|storm\.(clients|connections|lostAgain)|validity\.|twin$)/;
    const texts =
      /^(environment\.|transport$|scenario$|network\.basis|parameters\.(variant|arrivals|pollPacing|batch|connection|headers|link|responseHeaders|carrier|deflate|contextTakeover|gzip))/;
    const columns = Object.keys(table()[0]!);
    expect(columns.filter((name) => ![units, counts, others, texts].some((each) => each.test(name)))).toEqual([]);
  });

  it('marks the second of an A/A pair and what was warned of', () => {
    const run = fixtureRun();
    const [m] = run.measurements;
    m!.twin = true;
    m!.validity.warnings = [{ code: 'few-samples', invalidates: false, message: 'why', advice: 'what' }];
    expect(table(run)[0]).toMatchObject({ twin: 'true', 'validity.warnings': 'few-samples' });
  });

  it('of a capacity has a row for each probe, also for one that could not be finished', () => {
    const capacity = capacityFile();
    const [head, ...rows] = parse(csv.render({ kind: 'capacity', capacity }).text);
    expect(rows).toHaveLength(capacity.capacities.flatMap(({ probes }) => probes).length);
    const last = Object.fromEntries(head!.map((name, index) => [name, rows.at(-1)![index]]));
    expect(last).toMatchObject({ transport: 'short-polling', 'probe.at': '100', 'deliveryLatencyNs.p50': '' });
  });
});

describe('a cell', () => {
  it('reads again as the text that it was', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z",; ]{0,20}$/), { minLength: 1 }), (texts) => {
        expect(parse(`${texts.map(cell).join(',')}\r\n`)).toEqual([texts]);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r\n=1', '＝1', 'a;=1', 'a,=1', 'a"=1', "'=1", 'a|=1'])(
    '%j is no formula, in whatever way a spreadsheet parts cells',
    (text) => {
      const [[value]] = parse(`${cell(text)}\r\n`) as [[string]];
      for (const part of value.split(/[;,\t|"]/)) expect(part.trim()).not.toMatch(/^[=+\-@＝＋－＠]/);
    },
  );

  it('of a number is the number, also below 0, and of nothing is empty', () => {
    expect([cell(-5.5), cell(0), cell(false), cell(null), cell(undefined)]).toEqual(['-5.5', '0', 'false', '', '']);
  });

  it('is one line, whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cell(text)).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 40 },
    );
  });
});
