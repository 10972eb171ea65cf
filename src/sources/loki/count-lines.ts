import { durationText, parseDuration } from '../../domain/duration.ts';
import type { Sample } from '../../domain/facts.ts';
import type { LogView } from '../../domain/profile.ts';
import type { LinePattern } from '../../logs/format/chip.ts';
import type { LinesRead } from './config.ts';
import { countedFilter } from './logql.ts';
import type { LokiParts } from './parts.ts';

const minuteMs = 60_000;

/** The metric query that counts the lines of a view; or why there is none. */
export const countQuery = (
  { config }: Pick<LokiParts, 'config'>,
  { lines, per }: LinesRead,
  views: readonly LogView[],
): { readonly logql: string } | { readonly why: string } => {
  const view = views.find(({ name }) => name === lines);
  if (view === undefined) return { why: `the profile has no log view "${lines}"` };
  if (view.level !== undefined)
    return { why: `Loki cannot count by level, which the view "${lines}" asks for` };
  const ignoreCase = view.ignoreCase === true;
  const patterns = (texts: readonly string[]): readonly LinePattern[] =>
    texts.map((text) => ({ text, regex: true, ignoreCase }));
  const filter = countedFilter({ include: patterns(view.include), exclude: patterns(view.exclude) });
  if (filter === undefined) return { why: `Loki has no words for a pattern of the view "${lines}"` };
  const over = durationText((per === undefined ? undefined : parseDuration(per)) ?? minuteMs);
  return { logql: `sum(count_over_time(${config.query}${filter} [${over}]))` };
};

/** How many lines of the profile's streams a view showed lately. Throws WireError. */
export const countLines = async (
  parts: LokiParts,
  read: LinesRead,
  views: readonly LogView[],
  signal: AbortSignal,
): Promise<Pick<Sample, 'value' | 'why'>> => {
  const query = countQuery(parts, read, views);
  if ('why' in query) return query;
  const { client, config } = parts;
  const [one] = await client.measure(query.logql, signal);
  if (one !== undefined)
    return one.value === undefined ? { why: one.why ?? 'no number' } : { value: one.value };
  // Nothing counted is 0 lines of streams that are there, and nothing known of those that are not.
  const streams = await client.series(config.query, config.back, signal);
  return streams.length > 0 ? { value: 0 } : { why: `no stream matches ${config.query}` };
};
