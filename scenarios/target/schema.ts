/**
 * The target file, as people write it: validated on reading, and published as `target-schema.json` beside this file, so
 * that an editor completes and checks it.
 */
import { Type, type Static, type TSchema } from 'typebox';
import type { EndpointWord } from '../../clients/endpoint.ts';
import { closed } from '../../results/schema-types.ts';
import { CHOICES, transport } from '../transports.ts';

/** Printable ASCII without spaces: what can stand in a request line. */
const Path = (description: string) => Type.String({ pattern: '^/[\\x21-\\x7e]*$', maxLength: 2_048, description });
const Line = (description: string) => Type.String({ pattern: '^[\\x20-\\x7e]+$', maxLength: 256, description });
const ParameterName = (description: string) => Type.String({ pattern: '^[A-Za-z0-9._~-]{1,64}$', description });
const Duration = (description: string) => Type.String({ maxLength: 32, description });

const PATH = 'Path, with its query where it has one; {channel} is filled in';

const HttpCallSchema = Type.Object(
  {
    method: Type.Optional(Type.String({ pattern: '^[A-Z]{1,16}$', description: 'POST where it is missing' })),
    path: Path(PATH),
    contentType: Type.Optional(Line('text/plain;charset=UTF-8 where it is missing')),
    body: Type.Optional(
      Type.String({
        maxLength: 65_536,
        description:
          '{payload} is the message, {json} the message as a JSON string with its quotes, {channel} the channel; {payload} where it is missing',
      }),
    ),
  },
  { ...closed, description: 'Answered with any 2xx once the message is published' },
);
export type HttpCallFile = Static<typeof HttpCallSchema>;

const ControlSchema = Type.Literal('control', { description: 'JSON Lines on the standard input of the server' });
const PublishSchema = Type.Object({ http: HttpCallSchema }, closed);

/** What may be said of an endpoint beside its path. */
const WORDS: Readonly<Record<EndpointWord, TSchema>> = {
  protocol: Type.Union([Type.Literal('plain'), Type.Literal('pushbench')], {
    description:
      "plain (where it is missing): messages and nothing else. pushbench: numbered and with gaps, as this project's servers do",
  }),
  event: Type.String({
    pattern: '^[^\\r\\n\\0]{1,256}$',
    description: 'plain: the type of the events that are messages',
  }),
  subprotocol: Type.String({
    pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$",
    description: 'Offered, and must be taken',
  }),
  resumes: Type.Boolean({ description: 'plain: whether a client that sends Last-Event-ID gets what it has missed' }),
  upstream: Type.Boolean({ description: 'plain: whether a text frame of a client is published to its channel' }),
  cursor: ParameterName('Name of the parameter that says after which message to go on'),
  client: ParameterName('Name of the parameter that tells clients apart'),
  hold: ParameterName('Name of the parameter that says for how many ms at most a poll may be held'),
  callback: ParameterName('Name of the parameter that says what each script calls'),
};

const endpointSchema = (words: readonly EndpointWord[]) =>
  Type.Object(
    { path: Path(PATH), ...Object.fromEntries(words.map((word) => [word, Type.Optional(WORDS[word])])) },
    closed,
  );

/** An endpoint as the file has it; which words it may have is its transport's to say. */
export type EndpointFile = { readonly path: string } & {
  readonly [W in EndpointWord]?: W extends 'resumes' | 'upstream'
    ? boolean
    : W extends 'protocol'
      ? 'plain' | 'pushbench'
      : string;
};

const TransportsSchema = Type.Object(
  Object.fromEntries(
    CHOICES.flatMap((name) => {
      const words = transport(name).client.endpointWords;
      return words === undefined ? [] : [[name, Type.Optional(endpointSchema(words))]];
    }),
  ),
  { ...closed, minProperties: 1, description: 'Where each transport is served' },
);

/** Signals that end a process, or that servers take as a wish to. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const;

/** @param publish as a union its errors would speak of every alternative: see `fieldErrors` */
const targetSchema = <P extends TSchema>(publish: P) =>
  Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      name: Type.Optional(Line('For people; the name of its folder where it is missing')),
      command: Type.Array(Type.String({ minLength: 1, maxLength: 4_096 }), {
        minItems: 1,
        maxItems: 256,
        description: 'Program and arguments, no shell; {port} is filled in',
      }),
      cwd: Type.Optional(
        Type.String({ minLength: 1, description: 'Relative to the file; its folder where it is missing' }),
      ),
      env: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description: 'Beside the environment of pushbench; {port} is filled in',
        }),
      ),
      port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'A free one where it is missing' })),
      ready: Type.Optional(
        Type.Object(
          {
            http: Type.Optional(Path('Asked for until it answers 2xx')),
            stdout: Type.Optional(Line('Text of a line on standard output')),
          },
          { ...closed, maxProperties: 1, description: 'When its port takes connections where it is missing' },
        ),
      ),
      readyTimeout: Type.Optional(Duration('10s where it is missing')),
      stop: Type.Optional(
        Type.Object(
          {
            signal: Type.Optional(Type.Enum([...SIGNALS], { description: 'SIGTERM where it is missing' })),
            grace: Type.Optional(Duration('Until SIGKILL to its process group; 2s where it is missing')),
          },
          closed,
        ),
      ),
      transports: TransportsSchema,
      message: Type.Optional(
        Type.Object(
          {
            json: Type.String({
              pattern: '^(/([^/~]|~[01])*)+$',
              maxLength: 1_024,
              description: 'JSON Pointer to the published payload in each message',
            }),
          },
          { ...closed, description: 'A message is its payload where it is missing' },
        ),
      ),
      publish: Type.Optional(publish),
      upstream: Type.Optional(HttpCallSchema),
      retains: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 100_000,
          description: 'Most messages kept for clients that come back; lets verify test that gaps are announced',
        }),
      ),
    },
    { ...closed, $id: 'https://pushbench.dev/schema/target-1.json', title: 'pushbench target file' },
  );

export const TargetSchema = targetSchema(Type.Union([ControlSchema, PublishSchema]));
/** The same for a file whose `publish` is an object, and for any other. */
export const HTTP_TARGET = targetSchema(PublishSchema);
export const CONTROL_TARGET = targetSchema(ControlSchema);

export type TargetFile = Omit<Static<typeof TargetSchema>, 'transports'> & {
  readonly transports: Readonly<Record<string, EndpointFile>>;
};
