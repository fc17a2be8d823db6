import { describe, expect, it } from 'vitest';
import { commitUrl, commitUrlError } from './commit-url.ts';

describe('a template for the address of a commit', () => {
  it.each([
    'https://example.com/a/b/commit/{commit}',
    'http://git.local:8080/?id={commit}',
    'https://example.com/#{commit}',
  ])('%s is taken', (template) => {
    expect(commitUrlError(template)).toBeNull();
    expect(commitUrl(template, 'abcdef1')).toBe(template.replace('{commit}', 'abcdef1'));
  });

  const bad: [template: string, why: RegExp][] = [
    ['https://example.com/commit', /must hold \{commit\}/],
    ['javascript:alert(1)//{commit}', /must begin with https/],
    ['data:text/html,{commit}', /must begin with https/],
    ['file:///etc/{commit}', /must begin with https/],
    ['/commit/{commit}', /must be a whole address/],
    ['https://user:secret@example.com/{commit}', /no user name and no password/],
    ['https://{commit}.example.com/', /in its path/],
    ['{commit}', /must be a whole address/],
  ];
  it.each(bad)('%s is refused', (template, why) => {
    expect(commitUrlError(template)).toMatch(why);
  });
});
