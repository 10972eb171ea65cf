import type { Fact } from '../../domain/facts/facts.ts';

/** A dashboard of a monitoring system. */
export interface Dashboard extends Fact {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
  /** '' for the top level. */
  readonly folder: string;
  readonly tags: readonly string[];
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly dashboards: Dashboard;
  }
}
