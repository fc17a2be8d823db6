/** The part of the result file that says how far a measurement may be believed: its warnings, and what it was judged by. */
import { Type, type Static } from 'typebox';
import { Amount, closed, Count, Nullable } from './schema-types.ts';

/** The closed set of warnings; what each means is in `results/validity.ts`, its threshold in `results/thresholds.ts`. */
export const WARNING_CODES = [
  'generator-cpu',
  'generator-event-loop',
  'schedule-slip',
  'deliveries-lost',
  'deliveries-duplicated',
  'deliveries-reordered',
  'client-errors',
  'ledger-mismatch',
  'link-late',
  'clock',
  'few-samples',
  'machine-busy',
  'machine-stolen',
  'not-measured',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export const WarningSchema = Type.Object(
  {
    code: Type.Union(WARNING_CODES.map((code) => Type.Literal(code))),
    invalidates: Type.Boolean({ description: 'Whether the figures may not be believed because of this' }),
    message: Type.String(),
    advice: Type.String(),
  },
  closed,
);
export interface Warning {
  code: WarningCode;
  invalidates: boolean;
  message: string;
  advice: string;
}

const DelaySchema = Type.Object(
  { p50: Nullable(Amount), p90: Nullable(Amount), p99: Nullable(Amount), max: Nullable(Amount) },
  closed,
);

/** What a certificate was judged by, valid or not; null where it could not be measured. Shares of the window, 0…1. */
export const EvidenceSchema = Type.Object(
  {
    generatorCpuShare: Nullable(Amount),
    generatorWaitedShare: Nullable(
      Type.Number({ minimum: 0, description: 'Ready to run, and waiting for a core: share of the window' }),
    ),
    generatorLoopDelayNs: DelaySchema,
    generatorSlipNs: DelaySchema,
    serverSlipNs: DelaySchema,
    othersShare: Nullable(Type.Number({ minimum: 0, description: 'Share of the machine that other work used' })),
    stolenShare: Nullable(Type.Number({ minimum: 0, description: 'Share of the machine that the hypervisor took' })),
    waitedShare: Nullable(
      Type.Number({
        minimum: 0,
        description:
          'Share of the window in which server or generator, the larger, was ready to run and waited for a core',
      }),
    ),
    waitNs: Nullable(
      Type.Number({
        minimum: 0,
        description:
          'How long server and generator together waited for a core each time that they were ready to run, mean',
      }),
    ),
    loadAverage: Nullable(Amount),
    busiest: Nullable(
      Type.Object(
        { name: Type.String(), share: Amount },
        { ...closed, description: 'The other process that used most, in cores' },
      ),
    ),
    clockResolutionNs: Nullable(Amount),
    clockOffsetNs: Nullable(
      Type.Number({ description: 'How far the clocks of the processes are apart; 0: nothing contradicts' }),
    ),
    samples: Nullable(Count),
  },
  closed,
);
export type Evidence = Static<typeof EvidenceSchema>;
