/** A run whose every free string tries to break out of HTML, script, Markdown and the terminal. */
import type { RunFile, Warning } from '../results/schema.ts';
import { fixtureRun } from './run.fixture.ts';

export const HOSTILE =
  '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>"\' onload=x `|~~**_\n# h\u2028\u2029\u001B[31m\u202E@octocat #12 https://evil.example [a](javascript:1) <!--';

/** Closed sets and encodings stay as they are: a file with others is refused on reading. */
const KEPT = new Set(['hdr', 'arrivals', 'connection', 'code', 'startedAt', 'asks', 'direction', 'clock']);

export function hostileRun(): RunFile {
  const run = fixtureRun({ repetitions: 2 });
  run.partial = true;
  run.run.notes = ['note'];
  run.run.failures = [{ transport: 'sse', scenario: 'echo', repetition: 0, message: 'failed' }];
  run.run.config = { nested: { '</style><b>': 'value' } };
  const note: Warning = { code: 'few-samples', invalidates: false, message: 'why', advice: 'what' };
  run.measurements[0]!.validity = {
    valid: false,
    warnings: [note, { ...note, code: 'client-errors', invalidates: true }],
  };
  run.measurements[1]!.validity = { valid: true, warnings: [note] };
  run.environment.provenance['clockResolutionNs'] = 'none';
  return poison(run) as RunFile;
}

/** The old text follows the hostile one, so that five transports stay five. */
function poison(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return KEPT.has(name) ? value : HOSTILE + value;
  if (Array.isArray(value)) return value.map((item) => poison(item, name));
  if (typeof value !== 'object' || value === null) return value;
  // Questions are found by the names of scenarios, and these are poisoned too.
  const keyOf = (key: string) => (name === 'questions' ? HOSTILE + key : key);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [keyOf(key), poison(item, key)]));
}
