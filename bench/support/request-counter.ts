/** Requests and bytes of one kind since the last report. */
export interface RequestCount {
  readonly requests: number;
  readonly bytes: number;
}

/** Counts of a simulated server since the last report. */
export interface RequestReport {
  /** By kind of request, such as `pods list` or `OffsetFetch`. */
  readonly kinds: Readonly<Record<string, RequestCount>>;
  /** The most requests in one second. */
  readonly peakPerSecond: number;
}

/** Counts the requests that a simulated server receives. */
export interface RequestCounter {
  /** `bytes`: size of the response body. */
  add(kind: string, bytes: number): void;
  /** Adds bytes to a response that goes on. */
  addBytes(kind: string, bytes: number): void;
  /** Returns the counts, and starts again from zero. */
  report(): RequestReport;
}

export const createRequestCounter = (): RequestCounter => {
  let kinds = new Map<string, { requests: number; bytes: number }>();
  let seconds = new Map<number, number>();
  const of = (kind: string): { requests: number; bytes: number } => {
    const count = kinds.get(kind) ?? { requests: 0, bytes: 0 };
    kinds.set(kind, count);
    return count;
  };
  return {
    add: (kind, bytes) => {
      const count = of(kind);
      count.requests += 1;
      count.bytes += bytes;
      const second = Math.floor(performance.now() / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    },
    addBytes: (kind, bytes) => {
      of(kind).bytes += bytes;
    },
    report: () => {
      const report = {
        kinds: Object.fromEntries(kinds),
        peakPerSecond: Math.max(0, ...seconds.values()),
      };
      [kinds, seconds] = [new Map(), new Map()];
      return report;
    },
  };
};
