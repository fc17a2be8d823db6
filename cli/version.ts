/** This package's version, from its package.json: two folders up in a build, one in the sources. */
import { existsSync, readFileSync } from 'node:fs';

function find(): string {
  for (const up of ['../package.json', '../../package.json']) {
    const url = new URL(up, import.meta.url);
    if (existsSync(url)) return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
  }
  return '0.0.0';
}

export const VERSION = find();
