import { z } from 'zod';
import { zOneOrMore } from '../../domain/schema.ts';
import { type LabelMatcher, matcherText, parseMatchers, zLabelMatchers } from '../label-matchers.ts';
import type { WellKnown } from './well-known.ts';

/** The series of one kind of facts as this Prometheus names them. */
export interface Names<M extends string, L extends string> {
  readonly metrics: Readonly<Record<M, string>>;
  readonly labels: Readonly<Record<L, readonly string[]>>;
  /** Narrows every series of the kind. */
  readonly where: readonly LabelMatcher[];
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): [K, ...K[]] =>
  Object.keys(record) as [K, ...K[]]; // Object.keys forgets the key type; every record here has keys

/** `breakers: resilience4j`, or a map that calls some of its metrics and labels otherwise and narrows them. */
export const zNames = <M extends string, L extends string>(known: WellKnown<M, L>) =>
  z
    .union([
      z.literal(known.word),
      z.strictObject({
        metrics: z
          .partialRecord(z.enum(keysOf(known.metrics)), z.string())
          .meta({ description: 'metric names that differ, by what they tell' })
          .exactOptional(),
        labels: z
          .partialRecord(z.enum(keysOf(known.labels)), zOneOrMore)
          .meta({ description: 'label names that differ; of several the first that a series has' })
          .exactOptional(),
        where: zLabelMatchers.exactOptional(),
      }),
    ])
    .meta({ description: `${known.word}, or a map of names that differ from it` })
    .transform((written): Names<M, L> => {
      const own = typeof written === 'string' ? {} : written;
      return {
        metrics: { ...known.metrics, ...own.metrics },
        labels: { ...known.labels, ...own.labels },
        where: parseMatchers(own.where ?? {}),
      };
    });

/** The selector of a metric, narrowed: 'hikaricp_connections_max{namespace="prod"}'. */
export const selector = (names: Names<string, string>, metric: string): string =>
  names.where.length === 0 ? metric : `${metric}{${names.where.map(matcherText).join(',')}}`;

/** The first of some labels that a series has; '' when it has none. */
export const labelOf = (labels: Readonly<Record<string, string>>, names: readonly string[]): string =>
  names.map((name) => labels[name] ?? '').find((value) => value !== '') ?? '';
