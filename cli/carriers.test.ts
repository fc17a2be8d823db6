/** Carriers, header profiles and compression on the command line: what is refused, and what a run over each writes. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { schemaError } from '../results/store.ts';
import { folder, pushbench } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const SMALL = '--clients 3 --rate 50 --duration 300ms --warmup 50ms --poll-interval 50ms --repetitions 1'.split(' ');

describe('pushbench run', () => {
  const bad: [args: string, sentence: RegExp][] = [
    ['--headers file:/nope', /^pushbench: The header file \/nope cannot be read \(ENOENT\)\.\n$/],
    ['--headers chrome+file:/', /^pushbench: The header file \/ cannot be read \(EISDIR\)\.\n$/],
    ['--headers file:/dev/zero', /^pushbench: The header file \/dev\/zero: it is over 65536 bytes; .*\n$/],
    [
      '--headers crome',
      /--headers has no profile "crome"; did you mean "chrome"\? There are: minimal, chrome, chrome\+cookie, chrome\+jwt/,
    ],
    ['--headers chrome+jtw', /did you mean "chrome\+jwt"/],
    ['--headers file:', /--headers has no profile "file:"\. There are: .*file:PATH, chrome\+file:PATH\.$/m],
    ['--carrier h3', /--carrier has no carrier "h3"; did you mean "h[12]"\? There are: h1, tls, h2c, h2/],
    [
      '--carrier h2 --connection close',
      /--connection close cannot ride --carrier h2: HTTP\/2 has one connection for all requests/,
    ],
    ['--carrier h2c --connection close', /cannot ride --carrier h2c.*Take h1 or tls, or keep-alive/],
    ['--response-headers typcal', /did you mean "typical"/],
    ['--gzip yes', /--gzip must be true or false/],
    ['--deflate 1', /--deflate must be true or false/],
    ['--context-takeover maybe', /--context-takeover must be true or false/],
  ];
  it.each(bad)('refuses %s in one sentence before anything starts', async (args, sentence) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['run', ...args.split(' ')]);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('names the file and the line of a header that cannot be sent', async () => {
    writeFileSync(join(cwd, 'mine.txt'), '# mine\nX-A: 1\n folded\n');
    const { code, stderr } = await pushbench(cwd, ['run', '--headers', 'file:mine.txt']);
    expect(stderr).toBe(
      'pushbench: The header file mine.txt: line 3 begins with a space, as if a value went on over a line break; write it on one line: " folded".\n',
    );
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual(['mine.txt']);
  });

  it.each(['h1', 'tls', 'h2c', 'h2'])('over %s loses nothing, and every layer sums to its total', async (carrier) => {
    writeFileSync(join(cwd, 'mine.txt'), 'Authorization: Bearer abc\nX-Trace: 1\n');
    const args = ['--carrier', carrier, '--headers', 'chrome+file:mine.txt', '--response-headers', 'typical'];
    const more = ['--scenarios', 'broadcast', '--gzip', 'true', '--deflate', 'true', '--payload', '2KiB'];
    const { code, stdout, stderr } = await pushbench(cwd, ['run', ...SMALL, ...args, ...more, '--json']);
    expect(stderr).not.toMatch(/failed|^\s+at /m);
    expect(code).toBe(0);
    const run = JSON.parse(stdout) as RunFile;
    expect(schemaError(run)).toBeNull();
    expect(run.measurements.length).toBeGreaterThanOrEqual(5);
    for (const { transport, scenario, bytes, counts, parameters, validity } of run.measurements) {
      const where = `${scenario} ${transport}`;
      for (const { total, payload, framing, header, control, handshake, partial, tls = 0 } of [bytes.up, bytes.down]) {
        expect([where, payload + framing + header + control + handshake + partial + tls]).toEqual([where, total]);
      }
      const encrypted = carrier === 'tls' || carrier === 'h2';
      // On a machine that stalls a window this short may hold no answer to a poll.
      expect([where, (bytes.down.tls ?? 0) > 0]).toEqual([where, encrypted && bytes.down.total > 0]);
      expect([where, counts.lost, counts.duplicated, counts.reordered]).toEqual([where, 0, 0, 0]);
      expect(parameters.carrier ?? 'h1').toBe(carrier);
      const broken = validity.warnings.filter((one) => ['ledger-mismatch', 'client-errors'].includes(one.code));
      expect([where, broken]).toEqual([where, []]);
    }
  });
});
