import { closestWordHint } from '../../domain/closest-word.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { type LogLevel, levelCode, logLevels } from '../../domain/log-level.ts';
import type { LogView, Profile } from '../../domain/profile.ts';
import type { LinePattern } from '../../logs/format/filter-chip.ts';
import { lineRegex } from '../../logs/format/filter-chip.ts';
import type { LogScope } from '../../logs/format/log-stream.ts';
import type { LineFilter } from '../../logs/reading/tail.ts';
import type { SourceModule } from '../../sources/source.ts';
import { UsageError } from '../exit-code.ts';
import { type LogFlags, parseTime } from './flags.ts';

const problemOf = (source: string): string | undefined => {
  try {
    new RegExp(source);
    return undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    return (words.split(': ').at(-1) ?? '').toLowerCase();
  }
};

/** Where it goes wrong: behind the longest beginning that is a pattern still. Counted from 0. */
const wrongAt = (source: string): number => {
  for (let length = source.length - 1; length > 0; length--)
    if (problemOf(source.slice(0, length)) === undefined) return length;
  return 0;
};

/** A pattern of the command line. Throws UsageError, which shows where it is wrong. */
const patternOf = (option: string, text: string, ignoreCase: boolean): LinePattern => {
  const pattern = { text, regex: true, ignoreCase };
  try {
    lineRegex(pattern);
    return pattern;
  } catch {
    const at = wrongAt(text);
    throw new UsageError(
      `${option} is no regular expression: ${problemOf(text) ?? 'it cannot be used'}, at character ${at + 1}`,
      `  ${text}`,
      `  ${' '.repeat(at)}^`,
      '  escape what is meant as itself with \\',
    );
  }
};

/** What `opsdeck logs` does, checked against the profile. Times are wall clock. */
export interface LogRequest extends Pick<LogScope, 'of' | 'since' | 'until' | 'previous'> {
  readonly filter: LineFilter;
  /** The view that was asked for, if one was. */
  readonly view?: LogView;
  /** Absent: nobody has said. */
  readonly tail?: number | 'all';
  readonly follow: boolean;
  readonly before: number;
  readonly after: number;
  /** Pseudonyms in place of what gives somebody away. */
  readonly anonymise: boolean;
  readonly show: 'text' | 'json' | 'count';
}

type Of = LogScope['of'];

const known = (what: string, name: string, names: readonly string[]): UsageError =>
  new UsageError(
    names.length === 0
      ? `the profile has no ${what}s, so none is called "${name}"`
      : `no ${what} is called "${name}"; ${closestWordHint(name, names)}`,
  );

const viewOf = (name: string | undefined, views: readonly LogView[]): LogView | undefined => {
  if (name === undefined) return undefined;
  const view = views.find((one) => one.name === name);
  if (view === undefined)
    throw known(
      'view',
      name,
      views.map((one) => one.name),
    );
  return view;
};

/** The named sources; else the view's, the profile's, or all that have lines. Throws UsageError for one that is not there or has none. */
const scopeOf = (
  flags: LogFlags,
  view: LogView | undefined,
  { sources, logs }: Profile,
  modules: readonly SourceModule[],
): Of => {
  const tails = (type: string): boolean =>
    modules.some((module) => module.type === type && module.hasTails === true);
  const tailing = sources.filter(({ type }) => tails(type)).map(({ id }) => id);
  const of = flags.of === undefined ? {} : { of: flags.of };
  for (const id of flags.source ?? []) {
    const entry = sources.find((one) => one.id === id);
    if (entry === undefined) throw known('source', id, tailing);
    if (!tailing.includes(id)) {
      const there = tailing.length === 0 ? 'no source here has' : `there are lines in ${tailing.join(', ')}`;
      throw new UsageError(`${id} is of type ${entry.type}, which has no log lines; ${there}`);
    }
  }
  if (tailing.length === 0) throw new UsageError('no source of this profile has log lines');
  const named = flags.source ?? (view?.of === undefined ? (logs?.sources ?? tailing) : undefined);
  if (named === undefined) return (view?.of ?? []).map((one) => ({ ...one, ...of }));
  return [...new Set(named)].flatMap((source) => {
    const meant = view?.of?.filter((one) => one.source === source) ?? [];
    return meant.length > 0 && flags.of === undefined ? meant : [{ source, ...of }];
  });
};

const levelOf = (text: string | undefined): LogLevel | undefined => {
  const level = logLevels.find((one) => one === text);
  if (text === undefined || level !== undefined) return level;
  throw new UsageError(`--level ${text} is no level; ${closestWordHint(text, logLevels)}`);
};

/** What a view asks for and what the command line does: includes of both are "or", and every other one hides lines. */
const filterOf = (flags: LogFlags, view: LogView | undefined): LineFilter => {
  const ignoreCase = flags.ignoreCase === true;
  const given = (option: string, texts: readonly string[] = []): readonly LinePattern[] =>
    texts.map((text) => patternOf(option, text, ignoreCase));
  const viewed = (texts: readonly string[] = []): readonly LinePattern[] =>
    texts.map((text) => ({ text, regex: true, ignoreCase: ignoreCase || view?.ignoreCase === true }));
  const levels = [levelOf(flags.level), view?.level].filter((level) => level !== undefined);
  const least = levels.toSorted((a, b) => levelCode(b) - levelCode(a))[0];
  return {
    include: [...viewed(view?.include), ...given('--include', flags.include)],
    exclude: [...viewed(view?.exclude), ...given('--exclude', flags.exclude)],
    ...(least === undefined ? {} : { minLevel: least }),
  };
};

const moment = (option: string, text: string | undefined, now: Millis): Millis | undefined => {
  if (text === undefined) return undefined;
  const at = parseTime(text, parseDuration, now);
  if (at !== undefined) return at;
  throw new UsageError(`${option} ${text} is no time; write 15m, 1h30m, or 2026-03-04T10:15:00Z`);
};

/** `wallNow`: what durations are counted back from. Throws UsageError, before anything is contacted. */
export const logRequest = (
  flags: LogFlags,
  profile: Profile,
  modules: readonly SourceModule[],
  wallNow: Millis,
): LogRequest => {
  const view = viewOf(flags.view, profile.logViews);
  const since = moment('--since', flags.since, wallNow);
  const until = moment('--until', flags.until, wallNow);
  const follow = flags.follow === true;
  const show = flags.count === true ? 'count' : flags.json === true ? 'json' : 'text';
  if (follow && show === 'count')
    throw new UsageError('--count ends, --follow does not; leave one of them out');
  if (follow && until !== undefined)
    throw new UsageError('--until ends, --follow does not; leave one of them out');
  if (since !== undefined && until !== undefined && since >= until)
    throw new UsageError('--until is not behind --since; nothing is in between');
  return {
    of: scopeOf(flags, view, profile, modules),
    filter: filterOf(flags, view),
    follow,
    anonymise: flags.anonymise === true,
    show,
    ...(view === undefined ? {} : { view }),
    before: flags.beforeContext ?? flags.context ?? 0,
    after: flags.afterContext ?? flags.context ?? 0,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(flags.tail === undefined ? {} : { tail: flags.tail }),
    ...(flags.previous === true ? { previous: true } : {}),
  };
};
