import type { Tier } from '../servers/server.ts';

/** Test counts of one suite on one server. */
export interface SuiteCount {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

/** The result of one server. */
export type Fate =
  | { readonly is: 'tested'; readonly readyMs: number; readonly suites: readonly SuiteCount[] }
  /** Ran only as a dependency; its own suites were not requested. */
  | { readonly is: 'used'; readonly readyMs: number }
  | { readonly is: 'skipped'; readonly why: string; readonly failure: boolean }
  | { readonly is: 'broken'; readonly why: string; readonly output?: readonly string[] }
  | { readonly is: 'not-run'; readonly why: string }
  /** Provisioned, and not started. */
  | { readonly is: 'installed' }
  | { readonly is: 'other-tier' };

export interface Report {
  readonly name: string;
  readonly tier: Tier;
  readonly version: string;
  readonly fate: Fate;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Passed and failed tests; a server that failed to start, or whose turn never came, counts as one failure. */
export const countOf = ({ fate }: Report): Count => {
  if (fate.is === 'tested')
    return {
      passed: sum(fate.suites.map(({ passed }) => passed)),
      failed: sum(fate.suites.map(({ failed }) => failed)),
    };
  const failure = fate.is === 'broken' || fate.is === 'not-run' || (fate.is === 'skipped' && fate.failure);
  return { passed: 0, failed: failure ? 1 : 0 };
};

export const totalOf = (reports: readonly Report[]): Count => {
  const counts = reports.map(countOf);
  return { passed: sum(counts.map(({ passed }) => passed)), failed: sum(counts.map(({ failed }) => failed)) };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
