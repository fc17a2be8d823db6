/** What the strip of a live view says: made where the run is, and shown by the page's script as it is sent. */
export interface LiveWords {
  readonly headline: string;
  readonly detail: string;
  /** Measurements that are over, failed ones too. */
  readonly done: number;
  readonly total: number;
}
