import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { judgement } from '../report/github-annotations.fixture.ts';
import { SUMMARY_BYTES } from '../report/markdown-limit.ts';
import { folder } from './cli.fixture.ts';
import { announce, summarise } from './github.ts';

let cwd: string;
let remove: () => void;
let said: string;
beforeEach(() => {
  ({ path: cwd, remove } = folder());
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  remove();
});

const summaryFile = () => join(cwd, 'summary.md');
const onGitHub = () => ({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summaryFile() });

describe('a verdict inside GitHub Actions', () => {
  it('is announced by annotations on stderr', () => {
    announce(judgement(), onGitHub());
    expect(said).toMatch(/^::error title=pushbench ab%3A broadcast%3A fail::sse, latency-p99/);
  });

  it('is announced nowhere else', () => {
    announce(judgement(), { GITHUB_STEP_SUMMARY: summaryFile() });
    summarise('# a', { GITHUB_STEP_SUMMARY: summaryFile() });
    expect(said).toBe('');
    expect(() => readFileSync(summaryFile())).toThrow('ENOENT');
  });
});

describe('the summary of a job', () => {
  it('is added to, since other commands of the step write to it too', () => {
    writeFileSync(summaryFile(), 'before\n');
    summarise('# a', onGitHub());
    summarise('# b', onGitHub());
    expect(readFileSync(summaryFile(), 'utf8')).toBe('before\n# a\n# b\n');
  });

  it('stays within what GitHub keeps, with what stood there before', () => {
    writeFileSync(summaryFile(), 'x'.repeat(SUMMARY_BYTES - 2_000));
    summarise('a line\n'.repeat(1_000), onGitHub());
    const text = readFileSync(summaryFile(), 'utf8');
    expect(text.length).toBeLessThanOrEqual(SUMMARY_BYTES);
    expect(text).toContain('further lines');
  });

  it('that cannot be written costs a sentence and not the verdict', () => {
    mkdirSync(summaryFile());
    summarise('# a', onGitHub());
    expect(said).toMatch(/summary\.md cannot be written \(EISDIR\); the verdict stands/);
  });
});
