import type { Sample } from '../../domain/facts/facts.ts';
import type { LogView } from '../../domain/profile/profile.ts';
import { formatDuration, parseDuration } from '../../domain/text/duration.ts';
import type { LinePattern } from '../../logs/format/filter-chip.ts';
import type { LineFilter } from '../../logs/reading/tail.ts';
import type { LineCountRead } from './config.ts';
import type { LokiContext } from './context.ts';
import { escapeRe2Text, translateToRe2 } from './re2.ts';
import { quoteLogql } from './selector.ts';

const minuteMs = 60_000;

/** Builds the metric query that counts the lines of a view, or returns the reason it cannot. */
export const lineCountQuery = (
  { config }: Pick<LokiContext, 'config'>,
  { lines, per }: LineCountRead,
  views: readonly LogView[],
): { readonly logql: string } | { readonly why: string } => {
  const view = views.find(({ name }) => name === lines);
  if (view === undefined) return { why: `no log view is called "${lines}". Add the view under logs.views` };
  if (view.level !== undefined)
    return {
      why: `the view "${lines}" filters by level, which Loki cannot count. Use a view with include and exclude`,
    };
  const ignoreCase = view.ignoreCase === true;
  const patterns = (texts: readonly string[]): readonly LinePattern[] =>
    texts.map((text) => ({ text, regex: true, ignoreCase }));
  const filter = countingFilter({ include: patterns(view.include), exclude: patterns(view.exclude) });
  if (filter === undefined)
    return {
      why: `a pattern of the view "${lines}" is not supported by Loki (RE2). Write the pattern without look-around and backreferences`,
    };
  const over = formatDuration((per === undefined ? undefined : parseDuration(per)) ?? minuteMs);
  return { logql: `sum(count_over_time(${config.query}${filter} [${over}]))` };
};

/** Counts recent lines of a view in the profile's streams. Throws WireError. */
export const countViewLines = async (
  parts: LokiContext,
  read: LineCountRead,
  views: readonly LogView[],
  signal: AbortSignal,
): Promise<Pick<Sample, 'value' | 'why'>> => {
  const query = lineCountQuery(parts, read, views);
  if ('why' in query) return query;
  const { client, config } = parts;
  const [querySample] = await client.queryInstant(query.logql, signal);
  if (querySample !== undefined)
    return querySample.value === undefined
      ? { why: querySample.why ?? 'no value' }
      : { value: querySample.value };
  // An empty result means 0 lines if the streams exist, and unknown if they do not.
  const streams = await client.series(config.query, config.lookback, signal);
  return streams.length > 0
    ? { value: 0 }
    : { why: `no log stream matches ${config.query}: check the labels of the query` };
};

/** The part of a filter that Loki can evaluate. */
interface PushedDownFilter {
  /** Line filters after the selector: ' |~ "a|b" !~ "c"'; '' without any. */
  readonly logql: string;
  /** Patterns that RE2 cannot express: evaluated only here. */
  readonly left: readonly LinePattern[];
}

/**
 * Characters that a line never contains here, because they are stripped or end a line, as in an RE2 class. A line
 * without them is the same in Loki and here.
 */
const strippedClass =
  '\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\\x{100000}-\\x{10ffff}';

const patternToRe2 = ({ text, regex, ignoreCase }: LinePattern, never: string): string | undefined =>
  regex
    ? translateToRe2(text, never, ignoreCase)
    : text.isWellFormed()
      ? escapeRe2Text(text, ignoreCase)
      : undefined;

/** RE2 filter that passes every entry with a matching line. Without `never` it may pass more. */
const includePattern = (pattern: LinePattern): string | undefined => {
  const re2 = patternToRe2(pattern, '');
  if (re2 === undefined) return undefined;
  return pattern.regex && /[$^]/.test(re2) ? `(?m:${re2})` : re2;
};

/** RE2 filter that matches only entries of one line that is the same in Loki and here, and matches the pattern. */
const excludePattern = (pattern: LinePattern): string | undefined => {
  const re2 = patternToRe2(pattern, strippedClass);
  return re2 && `^[^${strippedClass}]*(?:${re2})[^${strippedClass}]*\\r?$`;
};

/**
 * Builds the LogQL line filters that drop no line that a reader would show. Loki keeps lines as written, while they are
 * evaluated here one by one without colors. So an include passes every entry in which a color may hide the match. An
 * exclude drops only an entry of one line without colors. Loki cannot evaluate levels.
 */
export const pushDownFilter = ({ include, exclude }: LineFilter): PushedDownFilter => {
  const included = include.map((pattern) => ({ pattern, re2: includePattern(pattern) }));
  // Alternatives cannot be dropped individually.
  const isWhole = included.every(({ re2 }) => re2 !== undefined);
  const unwanted = exclude.map((pattern) => ({ pattern, re2: excludePattern(pattern) }));
  const includes =
    included.length > 0 && isWhole
      ? ` |~ ${quoteLogql([...included.map(({ re2 }) => re2), '\\x1b'].join('|'))}`
      : '';
  const excludes = unwanted.flatMap(({ re2 }) => (re2 === undefined ? [] : [` !~ ${quoteLogql(re2)}`]));
  return {
    logql: `${includes}${excludes.join('')}`,
    left: [...(isWhole ? [] : included), ...unwanted]
      .filter(({ re2 }) => re2 === undefined)
      .map(({ pattern }) => pattern),
  };
};

/**
 * Builds the filter for counting: matches stored entries exactly; undefined when RE2 cannot express one of the
 * patterns.
 */
export const countingFilter = ({ include, exclude }: LineFilter): string | undefined => {
  const includes = include.map(includePattern);
  const excludes = exclude.map(includePattern);
  if ([...includes, ...excludes].includes(undefined)) return undefined;
  const kept = includes.length === 0 ? '' : ` |~ ${quoteLogql(includes.join('|'))}`;
  return `${kept}${excludes.map((re2) => ` !~ ${quoteLogql(re2 ?? '')}`).join('')}`;
};
