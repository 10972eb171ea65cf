import type { Millis } from '../../domain/base/fault.ts';
import type { AlertRules, ScrapedTargets } from '../../domain/facts/alert-rules.ts';
import { type AlertRulesReader, createAlertRulesReader } from '../kit/values/alert-rules.ts';
import type { PrometheusContext } from './feed.ts';
import type { InstantSeries } from './parse.ts';

/** One query for both: the number of targets by job, and those that are down. A series of the latter has more labels. */
const targetsQuery = 'count by (job) (up) or up == 0';

/** Targets that are down are named in texts: more of them say nothing more. */
const maxSeries = 5000;

/** Sorts the series of the query into counts and targets that are down. */
const scrapedTargets = (series: readonly InstantSeries[]): ScrapedTargets => {
  const isCount = ({ labels }: InstantSeries): boolean => Object.keys(labels).every((name) => name === 'job');
  return {
    jobs: Object.fromEntries(
      series.filter(isCount).map(({ labels, value = 0 }) => [labels.job ?? '', value] as const),
    ),
    down: series
      .filter((instantSeries) => !isCount(instantSeries))
      .map(({ labels }) => ({ job: labels.job ?? '', instance: labels.instance ?? '' })),
  };
};

/** Reads what decides whether an alert is resolved, from the answer of the rules endpoint. */
type PrometheusRulesReader = (data: unknown, askedAt: Millis, signal: AbortSignal) => Promise<AlertRules>;

/**
 * Creates the reader of one source. The targets are read after the rules: a target that vanished before the last evaluation is
 * then seen as down.
 */
export const openAlertRules = ({ client }: PrometheusContext): PrometheusRulesReader => {
  const read: AlertRulesReader = createAlertRulesReader();
  return async (data, askedAt, signal) => {
    const queriedAt = client.now();
    try {
      const { value, warnings } = await client.query(targetsQuery, signal, { maxSeries });
      const { series, left = 0, evaluatedAt } = value;
      // The age of an evaluation is measured on one clock, that of the server.
      const toClock = (serverMs: number): Millis =>
        evaluatedAt === undefined ? client.toClock(serverMs) : queriedAt - (evaluatedAt - serverMs);
      const problem = left > 0 ? `more than ${maxSeries} targets are down` : warnings[0];
      return { rules: read(data, { askedAt, toClock }), targets: problem ?? scrapedTargets(series) };
    } catch (error) {
      const targets = client.queryFault(targetsQuery, error).message;
      return { rules: read(data, { askedAt, toClock: client.toClock }), targets };
    }
  };
};
