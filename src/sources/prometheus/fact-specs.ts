import { breakerSpec } from './breakers.ts';
import type { PrometheusConfig } from './config.ts';
import type { FactSpec } from './fact-feed.ts';
import { lagSpec } from './lag.ts';
import { poolSpec } from './pools.ts';
import { workloadSpec } from './workloads.ts';

/** The kinds of facts that a profile wants of this Prometheus. */
export const factSpecs = ({ facts, window }: PrometheusConfig): readonly FactSpec<string>[] => [
  ...(facts.breakers === undefined ? [] : [breakerSpec(facts.breakers)]),
  ...(facts.pools === undefined ? [] : [poolSpec(facts.pools)]),
  ...(facts.lag === undefined ? [] : [lagSpec(facts.lag, window)]),
  ...(facts.workloads === undefined ? [] : [workloadSpec(facts.workloads, window)]),
];
