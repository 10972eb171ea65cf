import { defined } from '../../../../domain/base/defined.ts';
import { formatCount } from '../../../../domain/text/format.ts';
import { type LinePattern, lineRegex, parsePattern } from '../../../../logs/format/filter-chip.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import type { Binding, KeyContext } from '../../../shell/contract/pane.ts';
import { compileFilterPattern } from '../../../shell/filter/pattern.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';
import { formatPattern, nextHitFrom, searchPattern, visibleHitCount } from '../view/search-hits.ts';
import type { LogPrompt, LogPromptKind } from '../view/view-state.ts';
import { logCursorRow, updateLogView } from '../view/view-state-access.ts';
import { nextVisibleRow } from '../view/visible-rows.ts';
import { goToLogRow } from './cursor-movement.ts';

const searchUnavailableReason = ({ view }: KeyContext): string | undefined => {
  const { logs } = view.cockpit;
  if (logs === undefined) return 'no stream is open: open all streams with :logs';
  if (logs.hits.tooSlow.length > 0) return 'the search takes too long on some lines: simplify the pattern';
  return searchPattern(logs) === undefined
    ? `there is nothing to search for yet: press ${boundKey(view.cockpit, 'filter', '/')} to search`
    : undefined;
};

type HitStep = 'next' | 'previous' | 'nearest';

/** The match to go to. The lines folded into the row under the cursor count as at the cursor. */
const hitFrom = (logs: LogsState, cursor: number, to: HitStep): number | undefined => {
  const { ring } = logs;
  switch (to) {
    case 'next':
      return nextHitFrom(logs, cursor, 1) ?? nextHitFrom(logs, ring.first - 1, 1);
    case 'previous':
      return nextHitFrom(logs, cursor, -1) ?? nextHitFrom(logs, ring.end, -1);
    case 'nearest':
      return nextHitFrom(logs, nextVisibleRow(logs, cursor) ?? ring.end, -1) ?? nextHitFrom(logs, cursor, 1);
  }
};

/** Goes to the next or previous match, wrapping around. 'nearest' takes the match at or before the cursor, else the one after it. */
export const goToLogHit = (to: HitStep) => (context: KeyContext) => {
  const { logs } = context.view.cockpit;
  const cursor = logCursorRow(context.view);
  if (logs === undefined || cursor === undefined) return;
  const { hits } = logs;
  const rowId = hitFrom(logs, cursor, to);
  if (rowId === undefined) {
    // The result is unknown while the search runs; the title shows when it is done.
    const pattern = searchPattern(logs);
    const text = pattern === undefined ? '' : context.view.pen.maskTyped(formatPattern(pattern));
    if (to !== 'nearest') context.notify(hits.pending > 0 ? `searching ${text}` : `no line matches ${text}`);
    return;
  }
  goToLogRow(context, rowId);
  context.notify(`${formatCount(visibleHitCount(logs, rowId) + 1)} of ${formatCount(visibleHitCount(logs))}`);
};

/** Keys that go from match to match. */
export const logHitKeys: readonly Binding[] = [
  {
    id: 'hit.next',
    keys: ['n'],
    description: 'next match',
    whyNot: searchUnavailableReason,
    run: goToLogHit('next'),
  },
  {
    id: 'hit.previous',
    keys: ['N'],
    description: 'previous match',
    whyNot: searchUnavailableReason,
    run: goToLogHit('previous'),
  },
];

/** The error in a pattern and its position; undefined if the pattern is valid. */
export const patternError = (pattern: LinePattern): string | undefined => {
  try {
    lineRegex(pattern);
    return undefined;
  } catch {
    const compiled = compileFilterPattern(pattern.text);
    return 'wrong' in compiled
      ? `at ${compiled.at + 1}: ${compiled.wrong}`
      : 'this is not a regular expression: check brackets and backslashes';
  }
};

/** Highlights matches while a pattern is typed. The engine searches in slices and disables patterns that take too long. */
export const previewSearch = (
  { view, commands }: Pick<KeyContext, 'view' | 'commands'>,
  is: LogPromptKind,
  text: string,
): void => {
  if (is === 'time' || is === 'around') return;
  const pattern = parsePattern(view.pen.resolveAliases(text));
  if (text === '') commands.logs.search(undefined);
  else if (patternError(pattern) === undefined) commands.logs.search(pattern);
};

/** Restores the previous search when a filter prompt closes. */
export const restoreSearch = ({ view, commands }: KeyContext): void => {
  const { prompt } = view.ui.logs;
  if (prompt?.is === 'include' || prompt?.is === 'exclude') commands.logs.search(prompt.previousSearch);
};

/** Opens the prompt. */
export const openLogPrompt = (context: KeyContext, prompt: Omit<LogPrompt, 'previousSearch'>): void => {
  const { logs } = context.view.cockpit;
  const previousSearch = logs === undefined ? undefined : searchPattern(logs);
  updateLogView(context.model, {
    prompt: { ...prompt, ...defined({ previousSearch }) },
  });
  if (prompt.text !== '') previewSearch(context, prompt.is, prompt.text);
};
