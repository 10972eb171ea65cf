import type { Fault, FaultKind, Millis } from '../../../domain/base/fault.ts';
import { ageOf, type FeedKind, type FeedState, isStale } from '../../../domain/facts/reading.ts';
import { isExpectedAbsence, type SignalRow } from '../../../domain/facts/snapshot.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { helpSeparator, type StyledLine } from '../../kit/text/line.ts';
import { formatShortPastTime } from '../../kit/text/past-time.ts';
import type { LevelFilter } from '../contract/model.ts';
import type { FilterError } from '../contract/pane-row.ts';
import {
  type EnvironmentView,
  type RenderContext,
  type TimeTravelState,
  wallNow,
} from '../contract/render-context.ts';
import { faultStyle, faultWords } from '../state/fault-text.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { levelFilterLabels } from './pane-query.ts';

/** Status of a pane that lists a profile section: no rows match, or how to configure the section. */
export const profileListStatus = (
  view: RenderContext,
  count: RowCounts,
  section: string,
  entry: string,
): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  if (cockpit.open === undefined) return [missingFactsLine(view)];
  if (count.all > 0) return hiddenRowsLines(view, count);
  return [
    [
      pen.run(' '),
      pen.glyph('off', 'stale'),
      pen.run(` Not configured: no ${section} in this profile`, 'stale'),
      pen.run(`${helpSeparator}add ${section}: [${entry}]`, 'stale'),
    ],
  ];
};

type Nothing = Extract<TimeTravelState['lookup'], { is: 'nothing' }>;

/** No history at the requested time, with the nearest times that have history. */
const noHistoryLine = (
  { pen }: RenderContext,
  { requestedAt, lookup, live }: TimeTravelState,
): StyledLine => {
  const now = wallNow(live);
  const near: Nothing = lookup.is === 'nothing' ? lookup : { is: 'nothing' };
  const nearestTime = (time: Millis | undefined, key: string): string =>
    time === undefined ? '' : ` · ${key} ${formatShortPastTime(time, now)}`;
  const why = near.why === undefined ? '' : `: ${near.why}`;
  const nearest = `${nearestTime(near.before, '<')}${nearestTime(near.after, '>')}`;
  const text = ` No history for ${formatShortPastTime(requestedAt, now)}${why}`;
  return pen.line(
    ...[' ', pen.glyph('none', 'loading'), pen.run(text, 'loading')],
    pen.run(nearest, 'loading'),
  );
};

/** The number of rows omitted from history because there were too many. */
const omittedRowsLine = (
  { pen, past }: RenderContext,
  kind: FeedKind,
  noun: string,
): readonly StyledLine[] => {
  const omitted = past?.omitted[kind];
  if (omitted === undefined) return [];
  const parts = [
    ...(omitted.ok > 0 ? [`${formatCount(omitted.ok)} OK`] : []),
    ...(omitted.other > 0 ? [`${formatCount(omitted.other)} not OK`] : []),
  ];
  const text = ` ${parts.join(' and ')} ${noun} omitted from history`;
  return [pen.line(' ', pen.glyph('none', 'loading'), pen.run(text, 'loading'))];
};

/** Maximum number of faults shown; further ones are counted. */
const maxFaults = 3;

/** Row counts before and after filtering, with the filters. */
export interface RowCounts {
  readonly all: number;
  readonly shown: number;
  readonly filter: string;
  readonly least?: LevelFilter | undefined;
  /** The error of a filter that is not being edited: a label may have disappeared with its rows. */
  readonly wrong: FilterError | undefined;
}

const feedsOf = ({ facts }: EnvironmentView, kind: FeedKind): readonly FeedState[] =>
  Object.values(facts.feeds).filter(
    ({ feed }) =>
      feed.everyMs > 0 &&
      (feed.kind === kind || (kind === 'samples' && feed.signals !== undefined && feed.signals.length > 0)),
  );

const blindOf = (own: EnvironmentView, kind: FeedKind): readonly Fault[] => {
  const { snapshot } = own;
  if (kind !== 'samples' && kind !== 'notes') return snapshot.kinds[kind].faults;
  // Derived signals share the faults of their inputs, which are listed already.
  const lost = snapshot.signals.filter(({ fault, source }) => fault !== undefined && source !== '');
  const faultsOf = (rows: readonly SignalRow[]): readonly Fault[] => rows.flatMap(({ fault }) => fault ?? []);
  const ofSignals = faultsOf(lost.filter((row) => !isExpectedAbsence(row)));
  // A signal that the profile expects to be absent says so in its row.
  const expected = new Set(faultsOf(lost.filter(isExpectedAbsence)).map(faultKey));
  for (const fault of ofSignals) expected.delete(faultKey(fault));
  const ofFeeds = feedsOf(own, kind).flatMap(({ feed, faults }) =>
    feed.kind === kind ? faults.filter((fault) => !expected.has(faultKey(fault))) : [],
  );
  return [...ofSignals, ...ofFeeds];
};

const faultKey = ({ source, kind, message }: Fault): string => `${source} ${kind} ${message}`;

const distinct = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((fault) => [faultKey(fault), fault])).values(),
];

/** The number of distinct faults that affect this kind. */
export const faultCount = ({ own }: RenderContext, kind: FeedKind | undefined): number =>
  own === undefined || kind === undefined ? 0 : distinct(blindOf(own, kind)).length;

/** Before the first result only: the source being read with its timeout, or when the first poll is due. */
const firstAnswer = (view: RenderContext, feeds: readonly FeedState[]): StyledLine | undefined => {
  const { pen, now } = view;
  const unseen = feeds.filter((state) => state.known === undefined && state.faults.length === 0);
  for (const { feed, doing } of unseen)
    if (doing.is === 'reading') {
      const spentMs = Math.max(0, now - doing.since);
      const limit = formatDuration(feed.timeoutMs);
      const spent = `${(spentMs / 1000).toFixed(1)}s`;
      const text = ` Loading from ${feed.source}, ${spentMs > feed.timeoutMs ? `${spent}, past its limit of ${limit}` : `${spent} of ${limit}`}`;
      return pen.line(' ', pen.glyph('loading', 'loading'), pen.run(text, 'loading'));
    }
  const due = Math.min(...unseen.map((state) => state.nextAt ?? now));
  if (unseen.length === 0) return undefined;
  const text = ` No data yet, first poll due ${due > now ? `in ${formatAge(due - now)}` : 'now'}`;
  return pen.line(' ', pen.glyph('none', 'loading'), pen.run(text, 'loading'));
};

/** Old values stay visible: their age, the poll interval and the next retry. */
const staleLine = (view: RenderContext, feeds: readonly FeedState[]): StyledLine | undefined => {
  const { pen, now } = view;
  const stale = feeds.filter((state) => isStale(state, now));
  const oldest = stale.toSorted((a, b) => (ageOf(b, now) ?? 0) - (ageOf(a, now) ?? 0))[0];
  if (oldest === undefined) return undefined;
  const next = oldest.doing.is === 'backing-off' ? oldest.doing.until : oldest.nextAt;
  const again = next === undefined || next <= now ? '' : `${helpSeparator}retry in ${formatAge(next - now)}`;
  const text = ` Stale: ${oldest.feed.source} last read ${formatAge(ageOf(oldest, now) ?? 0)} ago (every ${formatDuration(oldest.feed.everyMs)})`;
  return pen.line(' ', pen.glyph('stale', 'stale'), pen.run(text, 'stale'), pen.run(again, 'stale'));
};

/** Faults whose sentence begins with the state itself: 'denied: …'. */
const selfDescribingKinds: ReadonlySet<FaultKind> = new Set(['denied', 'unconfigured']);

const capitalize = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const faultLines = (
  view: RenderContext,
  own: EnvironmentView,
  faults: readonly Fault[],
): readonly StyledLine[] => {
  const { pen } = view;
  const lines = faults.slice(0, maxFaults).map((fault): StyledLine => {
    const style = faultStyle(fault.kind);
    const { what, help } = faultWords(fault, own.facts, view.now, boundKey(view.cockpit, 'ask', 'r'));
    const text = selfDescribingKinds.has(fault.kind) ? capitalize(what) : `Failed: ${what}`;
    const mark = pen.glyph(style.glyph, style.role);
    return pen.line(' ', mark, pen.run(` ${text}`, style.role), pen.run(help, style.role));
  });
  const more = faults.length - lines.length;
  return more > 0 ? [...lines, pen.line(' ', pen.run(`  ${pluralize(more, 'more fault')}`, 'down'))] : lines;
};

/** Data that the login may not read and the source does not require, with the missing permission or server. */
const unavailableLines = ({ pen }: RenderContext, feeds: readonly FeedState[]): readonly StyledLine[] =>
  distinct(feeds.flatMap(({ known }) => known?.unavailable ?? [])).map((fault): StyledLine => {
    const remedy = fault.remedy === undefined ? '' : `${helpSeparator}${fault.remedy}`;
    const isDenied = fault.kind === 'denied';
    const text = ` ${isDenied ? 'Denied' : 'Unavailable'}: ${fault.source}: ${fault.message}`;
    const mark = pen.glyph(isDenied ? 'denied' : 'off', 'stale');
    return pen.line(' ', mark, pen.run(text, 'stale'), pen.run(remedy, 'stale'));
  });

/** True if a source of this kind is still being opened, so an empty pane is not yet known to be empty. */
const isComing = ({ snapshot }: EnvironmentView, kind: FeedKind): boolean =>
  kind !== 'samples' && kind !== 'notes' && snapshot.kinds[kind].waiting > 0;

const emptyLine = (
  view: RenderContext,
  own: EnvironmentView,
  kind: FeedKind,
  feeds: readonly FeedState[],
  noun: string,
): StyledLine => {
  const { pen, now } = view;
  if (feeds.length === 0 && isComing(own, kind))
    return pen.line(
      ' ',
      pen.glyph('none', 'loading'),
      pen.run(' No data yet, the source is being opened', 'loading'),
    );
  const unread = view.cockpit.open?.unreadPlaces?.find(({ gives }) => gives.includes(kind));
  if (feeds.length === 0 && unread !== undefined) {
    const text = ` Not read: ${unread.what}: ${unread.why}`;
    return pen.line(' ', pen.glyph('denied', 'stale'), pen.run(text, 'stale'));
  }
  const ages = feeds.flatMap((state) => ageOf(state, now) ?? []);
  return feeds.length === 0
    ? pen.line(
        ' ',
        pen.glyph('off', 'stale'),
        pen.run(` Not configured: no source provides ${noun}`, 'stale'),
      )
    : pen.line(
        ' ',
        pen.glyph('empty', 'faint'),
        pen.run(` No ${noun}`),
        pen.run(` (checked ${formatAge(Math.min(...ages))} ago)`, 'faint'),
      );
};

/** The status without facts: no history at that time, or the environment is being opened. */
export const missingFactsLine = (view: RenderContext): StyledLine => {
  const { pen, past } = view;
  if (past !== undefined) return noHistoryLine(view, past);
  return pen.line(' ', pen.glyph('loading', 'loading'), pen.run(' Opening', 'loading'));
};

/** The key that removes a filter. */
const clear = `${helpSeparator}esc clear`;

/** The filters that hide all rows; empty if rows are visible. */
export const hiddenRowsLines = ({ pen }: RenderContext, counted: RowCounts): readonly StyledLine[] => {
  const { all, shown, least, wrong } = counted;
  const filter = pen.maskTyped(counted.filter);
  if (wrong !== undefined) {
    const text = ` /${filter}/ at ${wrong.at}: ${wrong.text}`;
    return [pen.line(' ', pen.glyph('unknown', 'warn'), pen.run(text, 'warn'), pen.run(clear, 'warn'))];
  }
  if (all === 0 || shown > 0) return [];
  const filters = [
    ...(filter === '' ? [] : [`match /${filter}/`]),
    ...(least === undefined ? [] : [`are ${levelFilterLabels[least]}`]),
  ];
  const text = ` 0 of ${all} ${filters.join(' and ')}`;
  return [pen.line(' ', pen.glyph('empty', 'loading'), pen.run(text, 'loading'), pen.run(clear, 'loading'))];
};

/**
 * The status lines of a pane. Without rows: loading, no data yet, failed, denied, empty, filtered, not configured.
 * With rows: stale, or partial faults. Empty if all data is current.
 */
export const paneStatusLines = (
  view: RenderContext,
  kind: FeedKind,
  noun: string,
  counted: RowCounts,
): readonly StyledLine[] => {
  const { own } = view;
  if (own === undefined) return [missingFactsLine(view)];
  const feeds = feedsOf(own, kind);
  const faults = distinct(blindOf(own, kind));
  const filtered = hiddenRowsLines(view, counted);
  const waiting = firstAnswer(view, feeds);
  const lines = [
    ...filtered,
    ...(waiting === undefined ? [] : [waiting]),
    ...faultLines(view, own, faults),
    ...unavailableLines(view, feeds),
  ];
  const omitted = omittedRowsLine(view, kind, noun);
  if (counted.all === 0)
    return lines.length + omitted.length > 0
      ? [...lines, ...omitted]
      : [emptyLine(view, own, kind, feeds, noun)];
  const stale = staleLine(view, feeds);
  return stale === undefined ? [...lines, ...omitted] : [...lines, ...omitted, stale];
};
