import type { Fact } from '../../domain/facts/facts.ts';

export type HealthStatus = 'up' | 'degraded' | 'down' | 'unknown';

/** The result of probing a service or one instance of it. */
export interface Health extends Fact {
  readonly env: string;
  readonly service: string;
  /** '' when the service was probed as a whole. */
  readonly instance: string;
  readonly status: HealthStatus;
  readonly latencyMs?: number;
  readonly httpStatus?: number;
  /** One line: why it is not up, or ''. */
  readonly detail: string;
  readonly components: readonly { readonly name: string; readonly status: string }[];
  /**
   * `health`: the response was a report of the service about its health. `word`: it has a word that may be one, and may be that of any
   * other response. Absent: it was none.
   */
  readonly report?: 'health' | 'word';
  /** The difference of the page that passes from the last that passed before a failure. Absent: it is the same, or unknown. */
  readonly otherPage?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly health: Health;
  }
}
