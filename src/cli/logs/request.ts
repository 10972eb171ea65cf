import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { type LogLevel, levelCode, logLevels } from '../../domain/facts/log-level.ts';
import type { LogView, Profile } from '../../domain/profile/profile.ts';
import { closestWordHint } from '../../domain/text/closest-word.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { LinePattern } from '../../logs/format/filter-chip.ts';
import { lineRegex } from '../../logs/format/filter-chip.ts';
import type { LogScope } from '../../logs/format/log-stream.ts';
import type { LineFilter } from '../../logs/reading/tail.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import { conflictingOptions } from '../command/conflicting-options.ts';
import { UsageError } from '../command/exit-code.ts';
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

/** Returns the index of the error: the end of the longest valid prefix. */
const errorIndexOf = (source: string): number => {
  for (let length = source.length - 1; length > 0; length--)
    if (problemOf(source.slice(0, length)) === undefined) return length;
  return 0;
};

/** Compiles a pattern of the command line. Throws a UsageError that marks the error. */
const patternOf = (option: string, text: string, ignoreCase: boolean): LinePattern => {
  const pattern = { text, regex: true, ignoreCase };
  try {
    lineRegex(pattern);
    return pattern;
  } catch {
    const index = errorIndexOf(text);
    throw new UsageError(
      `cannot parse ${option}: invalid regular expression: ${problemOf(text) ?? 'unsupported pattern'} at character ${index + 1}`,
      `  ${text}`,
      `  ${' '.repeat(index)}^`,
      '  Escape literal characters with \\.',
    );
  }
};

/** A request of `opsdeck logs`, checked against the profile. Times are wall clock. */
export interface LogRequest extends Pick<LogScope, 'of' | 'since' | 'until' | 'previous'> {
  readonly filter: LineFilter;
  /** The view of `--view`. */
  readonly view?: LogView;
  /** Absent: the default applies. */
  readonly tail?: number | 'all';
  readonly follow: boolean;
  readonly before: number;
  readonly after: number;
  /** True: the unit is a line with its continuations; otherwise one physical line, as in grep. */
  readonly records: boolean;
  /** Replaces identifying data with pseudonyms. */
  readonly anonymize: boolean;
  readonly show: 'text' | 'json' | 'count';
}

type Of = LogScope['of'];

const unknownName = (what: 'view' | 'source', name: string, names: readonly string[]): UsageError =>
  new UsageError(
    names.length === 0
      ? `unknown ${what} "${name}": the profile has no ${what}s${what === 'view' ? '. Filter with --level, --include and --exclude' : ''}`
      : `unknown ${what} "${name}". ${sentenceCase(closestWordHint(name, names))}`,
  );

const viewOf = (name: string | undefined, views: readonly LogView[]): LogView | undefined => {
  if (name === undefined) return undefined;
  const view = views.find((candidate) => candidate.name === name);
  if (view === undefined)
    throw unknownName(
      'view',
      name,
      views.map((logView) => logView.name),
    );
  return view;
};

/** Returns the named sources, or else those of the view, of the profile, or all with log lines. Throws a UsageError for an unknown source or one without lines. */
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
  if (tailing.length === 0)
    throw new UsageError(
      'cannot read logs: no source of this profile provides log lines. Add a source such as file, docker, kubernetes or loki',
    );
  for (const id of flags.source ?? []) {
    const entry = sources.find((source) => source.id === id);
    if (entry === undefined) throw unknownName('source', id, tailing);
    if (!tailing.includes(id)) {
      throw new UsageError(
        `cannot read logs of ${id}: sources of type ${entry.type} have no log lines. Sources with log lines: ${tailing.join(', ')}`,
      );
    }
  }
  const named = flags.source ?? (view?.of === undefined ? (logs?.sources ?? tailing) : undefined);
  if (named === undefined) return (view?.of ?? []).map((entry) => ({ ...entry, ...of }));
  return [...new Set(named)].flatMap((source) => {
    const meant = view?.of?.filter((entry) => entry.source === source) ?? [];
    return meant.length > 0 && flags.of === undefined ? meant : [{ source, ...of }];
  });
};

const levelOf = (text: string | undefined): LogLevel | undefined => {
  const level = logLevels.find((logLevel) => logLevel === text);
  if (text === undefined || level !== undefined) return level;
  throw new UsageError(
    `unknown level "${text}" in --level. ${sentenceCase(closestWordHint(text, logLevels))}`,
  );
};

/** Combines the filters of the view and the command line. Includes are alternatives; every other filter hides lines. */
const filterOf = (flags: LogFlags, view: LogView | undefined): LineFilter => {
  const ignoreCase = flags.ignoreCase === true;
  const linePatterns = (option: string, texts: readonly string[] = []): readonly LinePattern[] =>
    texts.map((text) => patternOf(option, text, ignoreCase));
  const viewed = (texts: readonly string[] = []): readonly LinePattern[] =>
    texts.map((text) => ({ text, regex: true, ignoreCase: ignoreCase || view?.ignoreCase === true }));
  const levels = [levelOf(flags.level), view?.level].filter((level) => level !== undefined);
  const least = levels.toSorted((a, b) => levelCode(b) - levelCode(a))[0];
  return {
    include: [...viewed(view?.include), ...linePatterns('--include', flags.include)],
    exclude: [...viewed(view?.exclude), ...linePatterns('--exclude', flags.exclude)],
    ...defined({ minLevel: least }),
  };
};

const moment = (option: string, text: string | undefined, now: Millis): Millis | undefined => {
  if (text === undefined) return undefined;
  const time = parseTime(text, parseDuration, now);
  if (time !== undefined) return time;
  throw new UsageError(
    `cannot parse ${option} ${text}: not a time. Write 15m, 1h30m or 2026-03-04T10:15:00Z.`,
  );
};

/** Builds the request. `wallNow` is the reference of relative times. Throws a UsageError before any contact. */
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
    throw conflictingOptions('--count', '--follow', '--follow never ends, so the lines cannot be counted');
  if (follow && until !== undefined)
    throw conflictingOptions('--until', '--follow', '--follow prints new lines until you press ctrl-c');
  if (since !== undefined && until !== undefined && since >= until)
    throw new UsageError('--until must be later than --since. Exchange them, or correct one.');
  return {
    of: scopeOf(flags, view, profile, modules),
    filter: filterOf(flags, view),
    follow,
    records: flags.records === true,
    anonymize: flags.anonymise === true,
    show,
    ...defined({ view }),
    before: flags.beforeContext ?? flags.context ?? 0,
    after: flags.afterContext ?? flags.context ?? 0,
    ...defined({ since, until, tail: flags.tail }),
    ...(flags.previous === true ? { previous: true } : {}),
  };
};
