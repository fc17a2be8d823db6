/** A server that is not this project's own, as its target file describes it: see `load.ts` for the file itself. */
import type { Endpoint, HttpCall } from '../../clients/endpoint.ts';
import type { ServerAbility } from '../scenario.ts';
import type { TransportName } from '../transports.ts';

/** What a target does on one transport. */
export interface TargetEndpoint extends Endpoint {
  /** Whether a client that comes back gets what it has missed. */
  readonly resumes: boolean;
  /** Whether a client can publish. */
  readonly sends: boolean;
}

export interface Target {
  /** For people. */
  readonly name: string;
  /** The file, as an absolute path. */
  readonly file: string;
  /** `{port}` is filled in, here and in `env`. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Null: any free one. */
  readonly port: number | null;
  /** Ready when this path answers 2xx, or a line on stdout holds this text; neither: when the port takes connections. */
  readonly ready: { readonly http?: string | undefined; readonly stdout?: string | undefined };
  readonly readyTimeoutMs: number;
  readonly stop: { readonly signal: NodeJS.Signals; readonly graceMs: number };
  /** Null: nobody but its clients can publish to it. */
  readonly publish: 'control' | { readonly http: HttpCall } | null;
  readonly endpoints: Readonly<Partial<Record<TransportName, TargetEndpoint>>>;
  /** Most messages that it keeps for clients that come back; null: it does not say. */
  readonly retains: number | null;
}

/** The target did not start, ended, or refused what the file says that it takes. One sentence. */
export class TargetFailure extends Error {}

/** As much of a command as a sentence can hold. */
const LONGEST_COMMAND = 120;

/** The command as one would type it: for people. */
export function commandLine({ command }: Pick<Target, 'command'>): string {
  const line = command.join(' ');
  return line.length <= LONGEST_COMMAND ? line : `${line.slice(0, LONGEST_COMMAND)}…`;
}

export const transportsOf = ({ endpoints }: Target): TransportName[] => Object.keys(endpoints) as TransportName[];

/** Why a target cannot do what a scenario asks of its server on this transport; null when it can. */
export function lacking(target: Target, transport: TransportName, ability: ServerAbility): string | null {
  const endpoint = target.endpoints[transport];
  if (endpoint === undefined) return 'the target file has no endpoint for it';
  switch (ability) {
    case 'publish':
      return target.publish === null ? 'the target file does not say how to publish' : null;
    case 'upstream':
      return endpoint.sends ? null : 'the target file does not say how a client sends';
    case 'channels':
      return endpoint.path.includes('{channel}') ? null : 'its path has no {channel}';
    case 'resume':
      return endpoint.resumes ? null : 'clients of the target do not resume';
    case 'own-server':
      return "it asks for what only this project's own servers have";
  }
}
