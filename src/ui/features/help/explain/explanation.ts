import type { Fault, Millis } from '../../../../domain/base/fault.ts';
import type { Level } from '../../../../domain/facts/level.ts';
import type { FeedState } from '../../../../domain/facts/reading.ts';
import { actorText } from '../../../../domain/team/actor.ts';
import { formatAge, formatDuration } from '../../../../domain/text/duration.ts';
import { formatShellCommand } from '../../../../domain/text/shell-words.ts';
import { levelWords } from '../../../kit/theme/glyphs.ts';
import type { RowSubject } from '../../../shell/contract/pane-row.ts';
import type { EnvironmentView } from '../../../shell/contract/render-context.ts';
import { findCommand } from '../../../shell/output/copy-command.ts';
import { faultSentence } from '../../../shell/state/fault-text.ts';

/** Where a value comes from, and why it has its level: text only, which the caller masks. */
export interface Explanation {
  readonly level: Level;
  /** The reading or the state: '6.4 %', 'open'. '' if there is none. */
  readonly value: string;
  /** 'CRIT because 6.4 % ≥ 5 % for 13m; limit from production.yaml:31' */
  readonly because: string;
  /** Label and text: source, query, reading, limits. */
  readonly details: readonly (readonly [label: string, text: string])[];
}

/** Inputs of an explanation besides the facts. */
export interface ExplainContext {
  readonly now: Millis;
  /** Name of the environment, 'system/env', for commands. */
  readonly env: string;
  readonly of: EnvironmentView;
  /** The key that refreshes. */
  readonly askKey: string;
}

/** Removes details without a text. */
export const present = (details: readonly (readonly [string, string])[]): Explanation['details'] =>
  details.filter(([, text]) => text !== '');

/** 'CRIT because …' */
export const becauseText = (level: Level, why: string): string => `${levelWords[level]} because ${why}`;

/** 'prom (prometheus) at https://prom:9090 · feed queries' */
export const sourceText = ({ of }: ExplainContext, id: string, feed: FeedState | undefined): string => {
  if (id === '') return '';
  const source = of.facts.frame.sources[id];
  const type = source === undefined ? '' : ` (${source.type})`;
  const location = source?.location === undefined ? '' : ` · ${source.location}`;
  const instance = feed?.feed.instance === undefined ? '' : ` of ${feed.feed.instance}`;
  return `${id}${type}${location}${feed === undefined ? '' : ` · feed ${feed.feed.name}${instance}`}`;
};

const activityText = ({ now }: ExplainContext, { doing, nextAt }: FeedState): string => {
  if (doing.is === 'reading') return `reading since ${formatAge(now - doing.since)}`;
  if (doing.is === 'backing-off')
    return `the last read failed, next attempt in ${formatAge(doing.until - now)}`;
  return nextAt === undefined || nextAt <= now ? '' : `next in ${formatAge(nextAt - now)}`;
};

/** 'read by ana@ana-desk': another cockpit of the team; '' for our own reading. */
const readerText = (feed: FeedState | undefined): string => {
  const reader = feed?.known?.reader;
  return reader === undefined ? '' : `read by ${actorText(reader)}`;
};

/** '3s ago · every 15s · next in 12s · unknown when older than 45s' */
export const readingText = (
  context: ExplainContext,
  feed: FeedState | undefined,
  time: Millis | undefined,
  staleMs: Millis | undefined,
): string => {
  const oldest = staleMs ?? feed?.feed.staleMs;
  const every = feed?.feed.everyMs;
  return [
    time === undefined ? 'none yet' : `${formatAge(context.now - time)} ago`,
    readerText(feed),
    every === undefined ? '' : every === 0 ? 'on demand' : `every ${formatDuration(every)}`,
    feed === undefined ? '' : activityText(context, feed),
    oldest === undefined ? '' : `unknown when older than ${formatDuration(oldest)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

/** The command that reads the row by hand, with the key that copies it; '' if there is none. */
export const commandText = ({ of }: ExplainContext, subject: RowSubject): string => {
  const found = findCommand(of, { subject });
  return 'argv' in found ? formatShellCommand(found.argv) : '';
};

/** Why a reading is too old, or was never made. */
export const missingReadingText = (
  context: ExplainContext,
  feed: FeedState | undefined,
  time: Millis | undefined,
  fault: Fault | undefined,
): string => {
  const { now, of, askKey } = context;
  const lost = fault ?? feed?.faults[0];
  const cause = lost === undefined ? '' : faultSentence(lost, of.facts, now, askKey);
  if (time === undefined) {
    if (cause !== '') return cause;
    const next = feed === undefined ? '' : activityText(context, feed);
    return `nothing has been read yet${next === '' ? '' : `: ${next}`}`;
  }
  const age = `the last reading is ${formatAge(now - time)} old`;
  return cause === '' ? age : `${age}: ${cause}`;
};

/** The remedy for missing data; '' if one can only wait. */
export const remedyText = ({ env }: ExplainContext, fault: Fault | undefined): string =>
  fault === undefined || fault.kind === 'cancelled' || fault.kind === 'throttled'
    ? ''
    : `opsdeck doctor --env ${env} checks the source and reports what is missing`;

/** The explanation of a source without data. */
export const explainFault = (context: ExplainContext, fault: Fault): Explanation => {
  const { of, now, askKey } = context;
  const feeds = Object.values(of.facts.feeds).filter(({ feed }) => feed.source === fault.source);
  const newest = feeds.reduce<FeedState | undefined>(
    (best, feed) => ((feed.known?.at ?? 0) > (best?.known?.at ?? 0) ? feed : best),
    feeds[0],
  );
  return {
    level: 'unknown',
    value: '',
    because: becauseText('unknown', faultSentence(fault, of.facts, now, askKey, true)),
    details: present([
      ['source', sourceText(context, fault.source, undefined)],
      ['reading', newest === undefined ? '' : readingText(context, newest, newest.known?.at, undefined)],
      ['to do', remedyText(context, fault)],
    ]),
  };
};
