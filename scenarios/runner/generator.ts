/** The simulated clients of one measurement and everything that is recorded of them; runs in the generator process. */
import type { Client, ClientEvents } from '../../clients/client.ts';
import { isMultiplexed, type Address } from '../../clients/connection.ts';
import { HttpGet, healthError } from '../../clients/http-get.ts';
import { Ledger } from '../../clients/ledger.ts';
import { PacketModel } from '../../clients/packets.ts';
import { LatencyRecorder } from '../../results/histogram.ts';
import { linkOf, type Link } from '../link.ts';
import { carrierOf, type Generator, type Parameters } from '../scenario.ts';
import { transport } from '../transports.ts';
import { Clock } from './clock.ts';
import { EarlyCount } from './clock-check.ts';
import { Complaints } from './complaints.ts';
import { connectingAtOnce } from './connecting.ts';
import { decodeEnvelope, encodeEnvelope, fillerText } from './envelope.ts';
import { Observations } from './observations.ts';
import type { GeneratorJob, GeneratorReport, Timeline } from './protocol.ts';
import { uniform } from './random.ts';
import { Reconciler } from './reconcile.ts';
import { countOf, inTurn, placeOf } from './share.ts';

const VISITORS = 'visitors';
/** Index of a client that is none of those subscribed. */
const NOBODY = Infinity;

export class SimulatedClients implements Generator {
  readonly parameters: Parameters;
  /** How many of all clients, over all processes, are to be connected by now. */
  upTo: number;
  readonly clients: Client[] = [];
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly reconciler = new Reconciler();
  readonly delivery = new LatencyRecorder();
  readonly transit = new LatencyRecorder();
  readonly readiness = new LatencyRecorder();
  readonly requests = new LatencyRecorder();
  readonly early = new EarlyCount();
  readonly #job: GeneratorJob;
  readonly #link: Link | null;
  readonly #address: Address;
  #opened = 0;
  readonly #filler: string;
  readonly #get: HttpGet;
  readonly #visitors = new Set<Client>();
  readonly #complaints = new Complaints();
  /** Deliveries so far, whatever their window: how many fell into the window of bytes is the difference of two reads. */
  received = 0;
  /** Connections lost over a link that cuts: they are part of what is measured. */
  losses = 0;
  /** Clients that have become ready, and what is still under way. */
  ready = 0;
  visits = 0;
  #pending = 0;
  /** Upgrades to what nobody knows that were answered as plain HTTP. */
  #unknownUpgrades = 0;
  readonly #observed: Observations;
  #windowStartUs = Infinity;
  #windowEndUs = Infinity;

  constructor(job: GeneratorJob) {
    this.#job = job;
    this.parameters = job.parameters;
    this.upTo = job.parameters.clients;
    this.#link = linkOf(job.parameters);
    this.clock = new Clock(job.epochNs);
    this.ledger = new Ledger(undefined, job.modelPackets ? new PacketModel() : undefined);
    this.#filler = fillerText(job.parameters.payloadBytes);
    this.#address = {
      host: job.host,
      port: job.port,
      carrier: carrierOf(job.parameters),
      certificate: job.certificate,
      from: job.from === undefined ? undefined : { address: job.from.address, nextPort: inTurn(job.from.ports) },
    };
    this.#observed = new Observations(this.clients, (client) =>
      uniform(job.seed, `looks ${placeOf(client, job.share)}`),
    );
    this.#get = new HttpGet({ ...this.#address, headers: job.headers, ledger: this.ledger });
  }

  setWindow(timeline: Timeline): void {
    const { windowStartUs, windowEndUs } = timeline;
    this.#windowStartUs = windowStartUs;
    this.#windowEndUs = windowEndUs;
    this.#observed.setWindow(timeline, this.parameters.clients);
  }

  /** Deliveries of the window that have arrived, and those of which a client was told that they are gone. */
  get accounted(): number {
    return this.reconciler.tally.delivered + this.#observed.toldLost;
  }

  findings(): GeneratorReport['findings'] {
    const findings = this.#observed.findings((what) => this.#complaints.add(what));
    if (this.#unknownUpgrades > 0) findings.unknownUpgrades = this.#unknownUpgrades;
    return findings;
  }

  /** Whether everything that was started has ended: sends, requests and visits. */
  get settled(): boolean {
    return this.#pending === 0;
  }

  /** After the grace: what has not ended by now is lost, and must not pass in silence. */
  complainOfUnfinished(): void {
    if (this.#pending > 0)
      this.#complaints.add(`${this.#pending} sends, requests or sessions had not ended when the grace was over`);
  }

  get errors(): GeneratorReport['errors'] {
    return this.#complaints.errors;
  }

  subscribe(channelOf: (index: number) => string): Promise<void> {
    const total = countOf(this.upTo, this.#job.share);
    const before = this.clients.length;
    if (before >= total) return Promise.resolve();
    return new Promise((resolve, reject) => {
      let started = before;
      let ready = before;
      const open = (): void => {
        const index = started++;
        const startUs = this.clock.nowUs();
        const client = this.#connect(channelOf(placeOf(index, this.#job.share)), index, {
          ready: () => {
            this.readiness.record((this.clock.nowUs() - startUs) * 1e3);
            this.ready++;
            if (++ready === total) resolve();
            else if (started < total) open();
          },
          message: (payload) => this.#receive(index, payload),
          failed: (error) => {
            this.#complaints.add(error.message);
            reject(error);
          },
        });
        this.clients[index] = client;
      };
      const atOnce = connectingAtOnce(this.#link);
      while (started < Math.min(total, before + atOnce)) open();
    });
  }

  visit(dueUs: number, stayMs: number): void {
    this.#pending++;
    this.visits++;
    const leave = (): void => {
      client.close();
      this.#visitors.delete(client);
      this.#pending--;
    };
    const client = this.#connect(VISITORS, NOBODY, {
      ready: () => {
        this.ready++;
        if (this.#inWindow(dueUs)) this.readiness.record((this.clock.nowUs() - dueUs) * 1e3);
        // At once, before a long poll sends the next one.
        if (stayMs === 0) leave();
        else setTimeout(leave, stayMs);
      },
      message: () => {},
      failed: (error) => {
        this.#complaints.add(error.message);
        queueMicrotask(leave);
      },
    });
    this.#visitors.add(client);
  }

  request(dueUs: number): void {
    this.#pending++;
    this.#get.get('/health', (error, status, body) => {
      this.#pending--;
      const wrong = healthError(error, status, body);
      if (wrong !== null) this.#complaints.add(wrong.message);
      else if (this.#inWindow(dueUs)) this.requests.record((this.clock.nowUs() - dueUs) * 1e3);
    });
  }

  send(index: number, seq: number, dueUs: number, slipUs: number): void {
    const payload = encodeEnvelope({ seq, intendedUs: dueUs, slipUs }, this.parameters.payloadBytes, this.#filler);
    this.#pending++;
    this.clients[index]!.send(payload)
      .catch((error: Error) => this.#complaints.add(error.message))
      .finally(() => this.#pending--);
  }

  checkUnknownUpgrade(): Promise<void> {
    // HTTP/2 has no Upgrade to ask with (RFC 9113 §8.6).
    if (isMultiplexed(this.#address.carrier)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#get.get(
        '/health',
        (error, status, body) => {
          const wrong = healthError(error, status, body);
          if (wrong === null) this.#unknownUpgrades++;
          else this.#complaints.add(`with an unknown Upgrade token: ${wrong.message}`);
          resolve();
        },
        // Without its mention in Connection it would be a field to ignore, and no Upgrade (RFC 9110 §7.8).
        'Connection: Upgrade\r\nUpgrade: pushbench-unknown/1\r\n',
      );
    });
  }

  cut(part: number, of: number): void {
    const chosen = this.clients.map((_, index) => index).filter((index) => index % of === part);
    this.#observed.cut(chosen, this.clock.nowUs(), () => this.ledger.connections);
    for (const index of chosen) this.clients[index]!.cut();
  }

  setAside(share: number): void {
    const all = Math.round(share * this.parameters.clients);
    this.#observed.setAside(countOf(all, this.#job.share));
  }

  pauseAside(): void {
    for (const client of this.#observed.aside()) client.pause();
  }

  resumeAside(): void {
    for (const client of this.#observed.aside()) client.resume();
  }

  sampleStaleness(): void {
    this.#observed.wantStaleness();
  }

  close(): void {
    for (const client of [...this.clients, ...this.#visitors]) client.close();
    this.#get.close();
  }

  #connect(channel: string, index: number, events: Pick<ClientEvents, 'ready' | 'message' | 'failed'>): Client {
    const { pollIntervalMs, pollPacing = 'fixed-rate', holdMs, connection, deflate } = this.parameters;
    const { contextTakeover = true, gzip = false } = this.parameters;
    return transport(this.#job.transport).client.connect({
      ...this.#address,
      channel,
      endpoint: this.#job.endpoint,
      headers: this.#job.headers,
      ledger: this.ledger,
      // A stream of its own for each client: the order in which the network answers moves nobody else's phase.
      random: uniform(this.#job.seed, `client ${placeOf(this.#opened++, this.#job.share)}`),
      pollIntervalMs,
      pollPacing,
      holdMs,
      connection,
      deflate,
      contextTakeover,
      gzip,
      events: {
        ...events,
        gap: (lost) => {
          if (!this.#observed.expectedGap(index, lost)) {
            this.#complaints.add(`a client was told that ${lost} messages are gone`);
          }
        },
        disconnected: (reason) => {
          if (!this.#observed.expectedLoss(index, reason)) this.#lost(reason);
        },
      },
    });
  }

  #receive(client: number, payload: string | Buffer): void {
    const nowUs = this.clock.nowUs();
    this.received++;
    const envelope = typeof payload === 'string' ? decodeEnvelope(payload) : null;
    if (envelope === null || payload.length !== this.parameters.payloadBytes) {
      return this.#complaints.add(`a message of ${payload.length} bytes that this suite did not send`);
    }
    const { seq, intendedUs, slipUs } = envelope;
    const inWindow = this.#inWindow(intendedUs);
    const first = this.reconciler.receive(client, seq, inWindow);
    if (first) this.#observed.received(client, intendedUs, nowUs);
    if (!first || !inWindow) return;
    const latencyUs = nowUs - intendedUs;
    if (this.#observed.tookLatency(client, latencyUs)) return;
    this.delivery.record(latencyUs * 1e3);
    this.transit.record((latencyUs - slipUs) * 1e3);
    this.early.see(latencyUs - slipUs);
  }

  #inWindow(us: number): boolean {
    return us >= this.#windowStartUs && us < this.#windowEndUs;
  }

  #lost(reason: string): void {
    if (this.#link === null || this.#link.cutEveryMs === null) {
      this.#complaints.add(`a client lost its connection: ${reason}`);
    } else this.losses++;
  }
}
