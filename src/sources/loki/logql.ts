import { formatDuration, parseDuration } from '../../domain/duration.ts';
import type { Sample } from '../../domain/facts.ts';
import type { LogView } from '../../domain/profile.ts';
import type { LinePattern } from '../../logs/format/filter-chip.ts';
import type { LineFilter } from '../../logs/reading/tail.ts';
import type { LineCountRead } from './config.ts';
import type { LokiContext } from './context.ts';
import { escapeRe2Text, translateToRe2 } from './re2.ts';
import { quoteLogql } from './selector.ts';

const minuteMs = 60_000;

/** The metric query that counts the lines of a view; or why there is none. */
export const lineCountQuery = (
  { config }: Pick<LokiContext, 'config'>,
  { lines, per }: LineCountRead,
  views: readonly LogView[],
): { readonly logql: string } | { readonly why: string } => {
  const view = views.find(({ name }) => name === lines);
  if (view === undefined) return { why: `no log view "${lines}" in the profile` };
  if (view.level !== undefined)
    return { why: `the view "${lines}" filters by level, which Loki cannot count` };
  const ignoreCase = view.ignoreCase === true;
  const patterns = (texts: readonly string[]): readonly LinePattern[] =>
    texts.map((text) => ({ text, regex: true, ignoreCase }));
  const filter = countingFilter({ include: patterns(view.include), exclude: patterns(view.exclude) });
  if (filter === undefined) return { why: `a pattern of the view "${lines}" is not supported by Loki (RE2)` };
  const over = formatDuration((per === undefined ? undefined : parseDuration(per)) ?? minuteMs);
  return { logql: `sum(count_over_time(${config.query}${filter} [${over}]))` };
};

/** How many lines of the profile's streams a view showed lately. Throws WireError. */
export const countViewLines = async (
  parts: LokiContext,
  read: LineCountRead,
  views: readonly LogView[],
  signal: AbortSignal,
): Promise<Pick<Sample, 'value' | 'why'>> => {
  const query = lineCountQuery(parts, read, views);
  if ('why' in query) return query;
  const { client, config } = parts;
  const [one] = await client.queryInstant(query.logql, signal);
  if (one !== undefined)
    return one.value === undefined ? { why: one.why ?? 'no value' } : { value: one.value };
  // Nothing counted is 0 lines of streams that are there, and nothing known of those that are not.
  const streams = await client.series(config.query, config.back, signal);
  return streams.length > 0 ? { value: 0 } : { why: `no stream matches ${config.query}` };
};

/** What of a filter Loki can judge. */
interface PushedDownFilter {
  /** Behind a selector: ' |~ "a|b" !~ "c"'; '' when there is nothing for it to judge. */
  readonly logql: string;
  /** Patterns that RE2 has no words for: lines are judged by them here alone. */
  readonly left: readonly LinePattern[];
}

/**
 * What a line that is judged here never has, because it is stripped or begins a new line: as they stand in a class of RE2.
 * A line without any of it is the same there and here.
 */
const strippedClass =
  '\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\\x{100000}-\\x{10ffff}';

const patternToRe2 = ({ text, regex, ignoreCase }: LinePattern, never: string): string | undefined =>
  regex
    ? translateToRe2(text, never, ignoreCase)
    : text.isWellFormed()
      ? escapeRe2Text(text, ignoreCase)
      : undefined;

/** True: one of the lines of an entry may match. Without `never`: more than that may. */
const includePattern = (pattern: LinePattern): string | undefined => {
  const re2 = patternToRe2(pattern, '');
  if (re2 === undefined) return undefined;
  return pattern.regex && /[$^]/.test(re2) ? `(?m:${re2})` : re2;
};

/** Matches only an entry of one line that is the same there and here, and matches the pattern. */
const excludePattern = (pattern: LinePattern): string | undefined => {
  const re2 = patternToRe2(pattern, strippedClass);
  return re2 && `^[^${strippedClass}]*(?:${re2})[^${strippedClass}]*\\r?$`;
};

/**
 * The line filters of LogQL that leave out nothing that a reader would show: lines are kept there as they were written,
 * and judged here without colours, one by one. So an include lets every entry pass in which a colour may hide the match,
 * and an exclude leaves out only an entry of one line without any. The level of a line is not Loki's to judge.
 */
export const pushDownFilter = ({ include, exclude }: LineFilter): PushedDownFilter => {
  const wanted = include.map((pattern) => ({ pattern, re2: includePattern(pattern) }));
  // One of several that are "or" cannot be left out alone.
  const isWhole = wanted.every(({ re2 }) => re2 !== undefined);
  const unwanted = exclude.map((pattern) => ({ pattern, re2: excludePattern(pattern) }));
  const includes =
    wanted.length > 0 && isWhole
      ? ` |~ ${quoteLogql([...wanted.map(({ re2 }) => re2), '\\x1b'].join('|'))}`
      : '';
  const excludes = unwanted.flatMap(({ re2 }) => (re2 === undefined ? [] : [` !~ ${quoteLogql(re2)}`]));
  return {
    logql: `${includes}${excludes.join('')}`,
    left: [...(isWhole ? [] : wanted), ...unwanted]
      .filter(({ re2 }) => re2 === undefined)
      .map(({ pattern }) => pattern),
  };
};

/** For counting: entries as they are kept, exactly those that match; undefined when RE2 has no words for one of the patterns. */
export const countingFilter = ({ include, exclude }: LineFilter): string | undefined => {
  const includes = include.map(includePattern);
  const excludes = exclude.map(includePattern);
  if ([...includes, ...excludes].includes(undefined)) return undefined;
  const kept = includes.length === 0 ? '' : ` |~ ${quoteLogql(includes.join('|'))}`;
  return `${kept}${excludes.map((re2) => ` !~ ${quoteLogql(re2 ?? '')}`).join('')}`;
};
