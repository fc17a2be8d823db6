/** Reads a target file: checked field by field, every wrong one named with its path, and completed with what it leaves out. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Compile } from 'typebox/compile';
import { QUERY_NAMES, type EndpointWord, type HttpCall } from '../../clients/endpoint.ts';
import { BadInput } from '../../results/bad-input.ts';
import { transport, type TransportName } from '../transports.ts';
import { InvalidValue, parseDuration } from '../units.ts';
import { CONTROL_TARGET, HTTP_TARGET, type EndpointFile, type HttpCallFile, type TargetFile } from './schema.ts';
import type { Target, TargetEndpoint } from './target.ts';

/** The name that the file has where only its folder is given. */
export const TARGET_FILE = 'pushbench.target.json';

/** Largest target file that is read, bytes. */
const LARGEST_FILE = 2 ** 20;
/** What a broken file may say of itself before the rest is only counted. */
const MOST_ERRORS = 20;

const DEFAULT_READY_MS = 10_000;
const DEFAULT_GRACE_MS = 2_000;
const LONGEST_READY_MS = 300_000;
const LONGEST_GRACE_MS = 60_000;

/** The file cannot be used: names it and every field that is wrong. */
export class TargetError extends BadInput {}

const httpTarget = Compile(HTTP_TARGET);
const controlTarget = Compile(CONTROL_TARGET);

/** @param path the file, or a folder that holds `pushbench.target.json` */
export function loadTarget(path: string): Target {
  const file = resolve(isFolder(path) ? join(path, TARGET_FILE) : path);
  return parseTarget(read(file), file);
}

/** @param file its absolute path: what is relative in it is relative to its folder */
export function parseTarget(text: string, file: string): Target {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TargetError(`${file} is not JSON (${(error as Error).message}).`);
  }
  const errors = fieldErrors(value);
  const all = errors.length > 0 ? errors : meaningErrors(value as TargetFile, file);
  if (all.length > 0) throw new TargetError(`${file} is no target file:\n${listed(all)}`);
  return targetOf(value as TargetFile, file);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function read(file: string): string {
  try {
    if (statSync(file).size > LARGEST_FILE)
      throw new TargetError(`${file} is larger than a target file may be (1 MiB).`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof TargetError) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new TargetError(`${file} cannot be read (${code}). Give a target file, or a folder with ${TARGET_FILE}.`);
  }
}

function listed(errors: readonly string[]): string {
  const more = errors.length - MOST_ERRORS;
  const shown = errors.slice(0, MOST_ERRORS).map((error) => `  ${error}`);
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** Where the file departs from the schema, as `path: what`. */
export function fieldErrors(value: unknown): string[] {
  const publish = (value as { publish?: unknown } | null)?.publish;
  const validator = typeof publish === 'object' && publish !== null ? httpTarget : controlTarget;
  if (validator.Check(value)) return [];
  const errors = validator.Errors(value).flatMap(({ keyword, instancePath, message }) => {
    const path = instancePath === '' ? '/' : instancePath;
    // Each unknown property has an error of its own, whose schema is false.
    if (keyword === 'additionalProperties') return [];
    if (keyword === 'boolean') return [`${path}: is no field that is known here`];
    if (path === '/publish') return ['/publish: must be "control" or {"http": …}'];
    return [`${path}: ${message}`];
  });
  return [...new Set(errors)];
}

/** What a schema cannot say. */
function meaningErrors(target: TargetFile, file: string): string[] {
  const { command, cwd = '.', env = {}, port, publish, upstream, stop } = target;
  const placed = [...command, ...Object.values(env)].some((text) => text.includes('{port}'));
  const folder = resolve(dirname(file), cwd);
  return [
    ...(port === undefined && !placed
      ? ['/port: say which port the server listens on, or put {port} into command or env']
      : []),
    ...(isFolder(folder) ? [] : [`/cwd: ${folder} is no folder`]),
    ...durationErrors('/readyTimeout', target.readyTimeout, LONGEST_READY_MS),
    ...durationErrors('/stop/grace', stop?.grace, LONGEST_GRACE_MS),
    ...(typeof publish === 'object' ? callErrors('/publish/http', publish.http) : []),
    ...(upstream === undefined ? [] : callErrors('/upstream', upstream)),
    ...Object.entries(target.transports).flatMap(([name, endpoint]) => endpointErrors(name as TransportName, endpoint)),
  ];
}

function durationErrors(path: string, text: string | undefined, longestMs: number): string[] {
  if (text === undefined) return [];
  try {
    return parseDuration(text) <= longestMs ? [] : [`${path}: must be at most ${longestMs / 1e3}s`];
  } catch (error) {
    if (error instanceof InvalidValue) return [`${path}: ${error.message}`];
    throw error;
  }
}

function callErrors(path: string, { body = '{payload}' }: HttpCallFile): string[] {
  return /\{(payload|json)\}/.test(body) ? [] : [`${path}/body: must hold {payload} or {json}`];
}

function endpointErrors(name: TransportName, endpoint: EndpointFile): string[] {
  const path = `/transports/${name}`;
  if (transport(name).client.asks !== 'once' && endpoint.cursor === undefined) {
    return [`${path}/cursor: name the parameter that says after which message to go on; a poll is nothing without it`];
  }
  const given = (words: readonly EndpointWord[]) => words.filter((word) => endpoint[word] !== undefined);
  return protocolOf(name, endpoint) === 'plain'
    ? given(['cursor']).map((word) => `${path}/${word}: is for "protocol": "pushbench", whose messages are numbered`)
    : given(['event', 'resumes', 'upstream']).map(
        (word) => `${path}/${word}: is for "protocol": "plain"; in the other it is settled`,
      );
}

/** Plain where nothing is said and it can be. */
function protocolOf(name: TransportName, { protocol = 'plain' }: EndpointFile): 'plain' | 'pushbench' {
  return transport(name).client.endpointWords!.includes('protocol') ? protocol : 'pushbench';
}

const duration = (text: string | undefined, otherwiseMs: number): number =>
  text === undefined ? otherwiseMs : parseDuration(text);

function targetOf(target: TargetFile, file: string): Target {
  const { command, cwd = '.', env = {}, port = null, ready = {}, stop = {}, publish, retains = null } = target;
  return {
    name: target.name ?? basename(dirname(file)),
    file,
    command,
    cwd: resolve(dirname(file), cwd),
    env,
    port,
    ready,
    readyTimeoutMs: duration(target.readyTimeout, DEFAULT_READY_MS),
    stop: { signal: stop.signal ?? 'SIGTERM', graceMs: duration(stop.grace, DEFAULT_GRACE_MS) },
    publish: typeof publish === 'object' ? { http: callFrom(publish.http) } : (publish ?? null),
    endpoints: Object.fromEntries(
      Object.entries(target.transports).map(([name, endpoint]) => [
        name,
        endpointOf(name as TransportName, endpoint, target),
      ]),
    ),
    retains,
  };
}

const callFrom = ({
  method = 'POST',
  path,
  contentType = 'text/plain;charset=UTF-8',
  body = '{payload}',
}: HttpCallFile): HttpCall => ({ method, path, contentType, body });

function endpointOf(name: TransportName, endpoint: EndpointFile, { message, upstream }: TargetFile): TargetEndpoint {
  const { client } = transport(name);
  const protocol = protocolOf(name, endpoint);
  const plain = protocol === 'plain';
  const inBand = client.upstream === 'in-band';
  const call = inBand || upstream === undefined ? undefined : callFrom(upstream);
  return {
    path: endpoint.path,
    query: Object.fromEntries(
      QUERY_NAMES.flatMap((word) => (endpoint[word] === undefined ? [] : [[word, endpoint[word]]])),
    ),
    protocol,
    event: endpoint.event,
    subprotocol: endpoint.subprotocol,
    pointer: message?.json,
    upstream: call,
    resumes: plain
      ? (endpoint.resumes ?? false)
      : !client.endpointWords!.includes('cursor') || endpoint.cursor !== undefined,
    sends: inBand ? !plain || endpoint.upstream === true : call !== undefined,
  };
}
