/** The three profiles: settings for the whole suite, and what single scenarios need otherwise. Data, no code. */
import type { ScenarioName } from './index.ts';
import { PROFILE_NAMES, type Config, type ProfileName } from './settings.ts';

export { PROFILE_NAMES };

export interface Profile {
  /** For people: how long the whole command takes on two cores with the usual scenarios, the preparation and the report with it. */
  readonly takes: string;
  /** How long each codec is timed at each payload, ms: for quick some 3 s in all, for full some 40 s. */
  readonly codecMs: number;
  readonly settings: Partial<Config>;
  readonly scenarios: Partial<Record<ScenarioName, Partial<Config>>>;
}

/** What the scenarios need that are measured only when they are named, in every profile. */
const ON_REQUEST: Partial<Record<ScenarioName, Partial<Config>>> = {
  burst: { rate: 50, duration: 3_000 },
  payload: { rate: 5, duration: 3_000 },
  'poll-interval': { rate: 10 },
  'slow-client': { clients: 20, rate: 50, payload: 64 * 1024, duration: 3_000 },
  'reconnect-storm': { rate: 50, duration: 3_000 },
  staleness: { duration: 3_000 },
  memory: { clients: 6_000, pollInterval: 5_000, duration: 5_000, warmup: 0 },
  laws: { warmup: 300, duration: 1_500, repetitions: 5 },
  stall: { clients: 20, rate: 200, duration: 3_000 },
  cost: { duration: 3_000 },
};

/**
 * Rates differ by scenario because they mean different work: a publication of `broadcast` is one delivery to each
 * client, one of `echo` is one to one client, one of `connect` is a whole session, one of `shared-port` is a request.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  quick: {
    takes: 'under a minute',
    codecMs: 36,
    settings: { clients: 100, rate: 20, pollInterval: 500, warmup: 200, duration: 1_000, repetitions: 1 },
    scenarios: {
      ...ON_REQUEST,
      // Shorter windows pay for the A/A pair and the codecs: 1,300 deliveries support a p99 as 2,000 did.
      broadcast: { repetitions: 3, duration: 650 },
      echo: { rate: 500, warmup: 100, duration: 600 },
      idle: { clients: 500, warmup: 100 },
      connect: { rate: 400, warmup: 100, duration: 500 },
      'shared-port': { rate: 200, clients: 50, warmup: 100 },
    },
  },
  standard: {
    takes: 'about 5 minutes',
    codecMs: 240,
    settings: { clients: 200, rate: 20, pollInterval: 1_000, warmup: 1_000, duration: 3_000, repetitions: 3 },
    scenarios: {
      ...ON_REQUEST,
      echo: { rate: 500 },
      idle: { clients: 1_000 },
      connect: { rate: 400, warmup: 200 },
      'shared-port': { rate: 400, clients: 100 },
    },
  },
  full: {
    takes: 'about 20 minutes',
    codecMs: 900,
    settings: { clients: 200, rate: 20, pollInterval: 1_000, warmup: 1_000, duration: 5_000, repetitions: 7 },
    scenarios: {
      ...ON_REQUEST,
      echo: { rate: 500 },
      idle: { clients: 1_000 },
      connect: { rate: 400, warmup: 200 },
      'shared-port': { rate: 400, clients: 100 },
    },
  },
};
