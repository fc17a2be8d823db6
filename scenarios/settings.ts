/**
 * Every setting of a run in one table: its flag, its environment variable, its key in `pushbench.config.json`, how it is
 * read and how it is shown. The command line, `--help` and `--print-config` are made from it.
 */
import { CARRIERS, type Carrier } from '../clients/connection.ts';
import { HEADER_PROFILES } from '../clients/headers.ts';
import { isHeaderFile } from './header-profiles.ts';
import { scenario, SCENARIOS, type ScenarioName } from './index.ts';
import { LINKS, parseLink, showLink } from './link.ts';
import { didYouMean } from './nearest.ts';
import { CHOICES, FLOORS, TRANSPORTS, type TransportName } from './transports.ts';
import { formatDuration, formatSize, InvalidValue, parseDuration, parseSize } from './units.ts';

export const RESPONSE_HEADERS = ['minimal', 'typical'] as const;
export type ResponseHeaders = (typeof RESPONSE_HEADERS)[number];

export const PROFILE_NAMES = ['quick', 'standard', 'full'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** A run's settings. Durations in ms, sizes in bytes, rates per second. */
export interface Config {
  profile: ProfileName;
  transports: TransportName[];
  scenarios: ScenarioName[];
  clients: number;
  rate: number;
  arrivals: 'constant' | 'poisson';
  payload: number;
  pollInterval: number;
  pollPacing: 'fixed-rate' | 'fixed-delay';
  hold: number;
  batch: boolean;
  heartbeat: number;
  recycle: number;
  connection: 'keep-alive' | 'close';
  /** A name of `HEADER_PROFILES`, `file:PATH` or `chrome+file:PATH`. */
  headers: string;
  responseHeaders: ResponseHeaders;
  carrier: Carrier;
  /** What lies between clients and server, in the one way to write it: see `showLink`. */
  link: string;
  deflate: boolean;
  contextTakeover: boolean;
  gzip: boolean;
  duration: number;
  warmup: number;
  repetitions: number;
  workers: number;
  serverWorkers: number;
  seed: number;
  port: number;
  out: string;
}

/** Processes of one kind: more than any machine of today has cores. */
const MOST_PROCESSES = 256;

export interface Setting<T = unknown> {
  /** Long flag with its placeholder, as `--help` shows it. */
  readonly flag: string;
  readonly env: string;
  readonly help: string;
  parse(text: string): T;
  show(value: T): string;
}

const string = (value: unknown): string => String(value);

export const SETTINGS: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  profile: setting(
    'profile',
    'NAME',
    'how much to measure: quick (under a minute), standard (about 5 minutes), full (about 20 minutes)',
    oneOf('profile', PROFILE_NAMES),
  ),
  transports: setting(
    'transports',
    'A,B',
    `which transports: ${CHOICES.join(', ')}; ${FLOORS.join(', ')} is the limit that they are seen against`,
    listOf('transport', TRANSPORTS),
  ),
  scenarios: setting(
    'scenarios',
    'A,B',
    `which scenarios: ${scenariosThat(false)}; only when named: ${scenariosThat(true)}`,
    listOf('scenario', SCENARIOS),
  ),
  clients: setting('clients', 'N', 'simulated clients', whole(1, 10_000_000)),
  rate: setting('rate', 'PER_SECOND', 'offered load, publications per second', positive),
  arrivals: setting(
    'arrivals',
    'KIND',
    'spacing of publications: constant or poisson',
    oneOf('arrivals', ['constant', 'poisson']),
  ),
  payload: setting('payload', 'BYTES', 'size of a message, at least 16', parseSize, formatSize),
  pollInterval: setting('poll-interval', 'TIME', 'short polling: one poll each', parseDuration, formatDuration),
  pollPacing: setting(
    'poll-pacing',
    'KIND',
    'short polling: fixed-rate (a poll each interval) or fixed-delay (the interval after each answer)',
    oneOf('poll-pacing', ['fixed-rate', 'fixed-delay']),
  ),
  hold: setting('hold', 'TIME', 'long polling: how long the server holds', parseDuration, formatDuration),
  batch: setting('batch', 'BOOL', 'long polling: all that waits in one answer, or one message each', boolean),
  heartbeat: setting(
    'heartbeat',
    'TIME',
    'streams: a sign of life each, while silent; 0s for none',
    parseDuration,
    formatDuration,
  ),
  recycle: setting('recycle', 'BYTES', 'forever-iframe: size at which the page is begun anew', sizeFrom(1), formatSize),
  connection: setting('connection', 'KIND', 'polls: keep-alive or close', oneOf('connection', ['keep-alive', 'close'])),
  headers: setting(
    'headers',
    'PROFILE',
    `request headers: ${HEADER_PROFILES.join(', ')}, file:PATH, chrome+file:PATH`,
    headers,
  ),
  responseHeaders: setting(
    'response-headers',
    'PROFILE',
    'response headers: minimal, or typical of a site behind a CDN',
    oneOf('response-headers', RESPONSE_HEADERS),
  ),
  carrier: setting(
    'carrier',
    'NAME',
    'h1, tls (HTTP/1.1 over TLS), h2c, or h2 (HTTP/2 without and with TLS)',
    oneOf('carrier', CARRIERS),
  ),
  link: setting(
    'link',
    'LINK',
    `distance between clients and server: ${LINKS.join(', ')}, as in custom:delay=20ms,jitter=2ms,bandwidth=10Mbit,cut=30s`,
    (text) => showLink(parseLink(text)),
  ),
  deflate: setting('deflate', 'BOOL', 'websocket: permessage-deflate, true or false', boolean),
  contextTakeover: setting(
    'context-takeover',
    'BOOL',
    'websocket: whether permessage-deflate keeps its window between messages',
    boolean,
  ),
  gzip: setting('gzip', 'BOOL', 'polls: answers of 1 KiB and more compressed, true or false', boolean),
  duration: setting('duration', 'TIME', 'length of each measured window', parseDuration, formatDuration),
  warmup: setting('warmup', 'TIME', 'load before the window that is not counted', parseDuration, formatDuration),
  repetitions: setting('repetitions', 'N', 'how often each measurement is repeated, interleaved', whole(1, 1_000)),
  workers: setting('workers', 'N', 'generator processes that the clients are spread over', whole(1, MOST_PROCESSES)),
  serverWorkers: setting(
    'server-workers',
    'N',
    'server processes that share the port; each publication goes to all of them',
    whole(1, MOST_PROCESSES),
  ),
  seed: setting('seed', 'N', 'seed of every random choice', whole(0, 2 ** 31 - 1)),
  port: setting('port', 'N', 'port of the server under test, 0 for any free one', whole(0, 65_535)),
  out: setting('out', 'DIR', 'where the run and its report are written', string),
};

export const SETTING_NAMES = Object.keys(SETTINGS) as (keyof Config)[];

/** What bears on exact byte counts: the flags of `anatomy` since it is there, so that older builds know them too. */
export const EXACT_SETTINGS = [
  'carrier',
  'headers',
  'responseHeaders',
  'deflate',
  'contextTakeover',
  'gzip',
  'payload',
] as const satisfies readonly (keyof Config)[];

function setting<T>(
  flag: string,
  placeholder: string,
  help: string,
  parse: (text: string) => T,
  show: (value: T) => string = string,
): Setting<T> {
  return {
    flag: `--${flag} <${placeholder}>`,
    env: `PUSHBENCH_${flag.replaceAll('-', '_').toUpperCase()}`,
    help,
    parse,
    show,
  };
}

/** One of the valid names; another one is answered with the nearest. */
export function oneOf<T extends string>(what: string, valid: readonly T[]): (text: string) => T {
  return (text) => {
    const found = valid.find((name) => name === text);
    if (found !== undefined) return found;
    const near = didYouMean(text, valid) || '.';
    throw new InvalidValue(`has no ${what} "${text}"${near} There are: ${valid.join(', ')}`);
  };
}

function headers(text: string): string {
  if (isHeaderFile(text)) return text;
  return oneOf('profile', [...HEADER_PROFILES, 'file:PATH', 'chrome+file:PATH'])(text);
}

function scenariosThat(onRequest: boolean): string {
  return SCENARIOS.filter((name) => (scenario(name).onRequest === true) === onRequest).join(', ');
}

function listOf<T extends string>(what: string, valid: readonly T[]): (text: string) => T[] {
  const one = oneOf(what, valid);
  return (text) => [...new Set(text.split(',').map((name) => one(name.trim())))];
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < least || value > most) {
      throw new InvalidValue(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** More publications a second than any machine could be asked for. */
const HIGHEST_RATE = 10_000_000;

function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > HIGHEST_RATE) {
    throw new InvalidValue(`must be a number above 0 and at most ${HIGHEST_RATE}`);
  }
  return value;
}

function sizeFrom(least: number): (text: string) => number {
  return (text) => {
    const bytes = parseSize(text);
    if (bytes < least) throw new InvalidValue(`must be at least ${formatSize(least)}`);
    return bytes;
  };
}

function boolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidValue('must be true or false');
  return text === 'true';
}
