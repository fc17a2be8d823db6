/** How one field of a workload file is read, and how what is wrong with several is told at once. */
import { didYouMean } from '../nearest.ts';
import { InvalidValue } from '../units.ts';

export interface Field<T> {
  /** @throws InvalidValue with a clause that follows the field's name; one a line where it has fields of its own */
  readonly read: (value: unknown) => T;
  /** What to write, for whoever left it out. */
  readonly advice: string;
  /** What it means to leave it out; undefined: it must not be. */
  readonly missing: { readonly value: T } | undefined;
}

type Entry<W, K extends keyof W> = readonly [key: K, field: Field<W[K]>];
/** By the name in the file: what it becomes, and how. */
export type Fields<W> = Readonly<Record<string, { [K in keyof W]-?: Entry<W, K> }[keyof W]>>;

interface Complaint {
  /** Empty: of the object as a whole. */
  readonly field: string;
  readonly what: string;
}

/** What is wrong with the fields of one object, all of it and not only the first. */
export class Complaints {
  readonly #found: Complaint[] = [];

  add(field: string, what: string): void {
    this.#found.push({ field, what });
  }

  /** What `read` makes of the value, or undefined where it complains; a complaint about a single value quotes it. */
  of<T>(field: string, value: unknown, read: (value: unknown) => T): T | undefined {
    try {
      return read(value);
    } catch (error) {
      if (error instanceof InvalidFields) {
        for (const { field: inner, what } of error.complaints)
          this.add(inner === '' ? field : `${field}.${inner}`, what);
      } else if (error instanceof InvalidValue) {
        const quoted = typeof value === 'object' || error.message.includes(`"${shown(value)}"`);
        this.add(field, quoted ? error.message : `${error.message}; got ${shown(value)}`);
      } else throw error;
      return undefined;
    }
  }

  /** As the complaints of the field that holds these. */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new InvalidFields(this.#found);
  }

  get lines(): string[] {
    return this.#found.map(({ field, what }) => (field === '' ? what : `${field} ${what}`));
  }
}

class InvalidFields extends InvalidValue {
  readonly complaints: readonly Complaint[];

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(({ field, what }) => `${field} ${what}`).join('; '));
    this.complaints = complaints;
  }
}

const LONGEST_SHOWN = 40;

/** A value as far as a sentence can hold it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** A line of text; a number counts as one, because `3` and `"3"` look the same to people. */
export function textFrom(value: unknown, longest: number): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') throw new InvalidValue('must be a text');
  if (text.length > longest) throw new InvalidValue(`must be at most ${longest} characters long`);
  return text.trim();
}

export function numberFrom(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidValue(`must be ${what}`);
  return value;
}

/** The known keys of an object; the others are complained about, with the nearest. */
export function entriesOf<K extends string>(
  value: unknown,
  known: readonly K[],
  what: string,
  complaints: Complaints,
): (readonly [K, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidValue(`must be a table of ${what}s: ${known.join(', ')}`);
  }
  return Object.entries(value).flatMap(([key, own]): (readonly [K, unknown])[] => {
    const found = known.find((name) => name === key);
    if (found !== undefined) return [[found, own]];
    const near = didYouMean(key, known) || '.';
    complaints.add(shown(key), `is no ${what}${near} There are: ${known.join(', ')}`);
    return [];
  });
}
