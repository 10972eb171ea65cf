import type { AnyFact, FactKind } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import type { Feed } from '../source.ts';
import { askMetrics, type Told } from './ask-metrics.ts';
import { type FeedParts, feedOf } from './feed.ts';

/** What a kind of facts makes of its series. */
interface Made<F> {
  readonly rows: readonly F[];
  /** What of the series could not be told apart, in words. */
  readonly clashes: readonly string[];
}

/** A kind of facts: what it asks, and what it makes of the answers. Pure. */
export interface FactSpec<K extends string> {
  readonly kind: FactKind & ('breakers' | 'pools' | 'lag' | 'workloads');
  readonly queries: Readonly<Record<K, string>>;
  /** Without any series of these there is nothing to tell, and that is a fault. */
  readonly needs: readonly K[];
  make(series: Told<K>['series'], stamp: { readonly source: string; readonly at: number }): Made<AnyFact>;
}

const shownClashes = 3;

/** Rows made of well-known series. Faults: those of its queries; `missing` when nobody has scraped such series. */
export const factFeed = <K extends string>(parts: FeedParts, spec: FactSpec<K>): Feed => {
  const { source, client } = parts;
  const requests = Object.keys(spec.queries).length;
  return feedOf(parts, { name: spec.kind, kind: spec.kind, requests }, async (signal) => {
    const told = await askMetrics(client, spec.queries, signal);
    const { rows, clashes } = spec.make(told.series, { source, at: client.now() });
    const fault = missingFault(parts, spec, told) ?? clashFault(parts, clashes);
    return { items: rows, faults: fault === undefined ? told.faults : [...told.faults, fault] };
  });
};

const missingFault = <K extends string>(
  { client }: FeedParts,
  { kind, queries, needs }: FactSpec<K>,
  { series }: Told<K>,
): Fault | undefined => {
  if (needs.some((key) => series[key] === undefined || (series[key]?.length ?? 0) > 0)) return undefined;
  const wanted = needs.map((key) => queries[key]).join(', ');
  return client.fault('/api/v1/query', missingSeries(kind, wanted));
};

/** Nobody has scraped what a kind of facts is made of. */
export const missingSeries = (kind: string, wanted: string): WireError =>
  new RemediedError(
    'missing',
    `no series match ${wanted}`,
    `let this Prometheus scrape what exports them, name them in facts: { ${kind}: { metrics: … } }, or leave ${kind} out`,
  );

const clashFault = ({ client }: FeedParts, clashes: readonly string[]): Fault | undefined => {
  if (clashes.length === 0) return undefined;
  const more = clashes.length > shownClashes ? ` and ${clashes.length - shownClashes} more` : '';
  return client.fault(
    '/api/v1/query',
    new RemediedError(
      'malformed',
      `several series for one row, the first of each is shown: ${clashes.slice(0, shownClashes).join('; ')}${more}`,
      'name the label that tells them apart (facts: … labels), or narrow them (where)',
    ),
  );
};
