import type { Millis } from '../../../../domain/base/fault.ts';
import { chipKey, type FilterChip, parsePattern } from '../../../../logs/format/filter-chip.ts';
import type { Binding, KeyContext, TextField } from '../../../shell/contract/pane.ts';
import { liveContext, wallNow } from '../../../shell/contract/render-context.ts';
import { ringRowHead } from '../view/ring-row.ts';
import { bookmarkIds } from '../view/rows.ts';
import { type LogTimeRange, parseLogTime, parseLogTimeRange } from '../view/time-format.ts';
import type { LogPromptKind } from '../view/view-state.ts';
import { streamUnavailableReason, updateLogView } from '../view/view-state-access.ts';
import { goToLogRow } from './cursor-movement.ts';
import { goToUnloadedTime, isUnloaded } from './go-to-unloaded-time.ts';
import { goToLogHit, openLogPrompt, patternError, previewSearch, restoreSearch } from './search.ts';

const close = ({ model }: KeyContext): void =>
  model.setState(({ logs: { prompt: _, ...logs } }) => ({ logs }));

const reject = (keyContext: KeyContext, diagnostic: string): void => {
  const { prompt } = keyContext.view.ui.logs;
  if (prompt !== undefined) updateLogView(keyContext.model, { prompt: { ...prompt, diagnostic } });
};

const openPrompt =
  (is: LogPromptKind) =>
  (keyContext: KeyContext): void =>
    openLogPrompt(keyContext, { is, text: '' });

/** Keys that open the prompt. */
export const promptOpeningKeys: readonly Binding[] = [
  {
    id: 'logs.include',
    keys: ['+'],
    description: 'show only lines with TEXT or /REGEX/',
    footer: 'include',
    whyNot: streamUnavailableReason,
    run: openPrompt('include'),
  },
  {
    id: 'logs.exclude',
    keys: ['-'],
    description: 'hide lines with TEXT or /REGEX/',
    footer: 'exclude',
    whyNot: streamUnavailableReason,
    run: openPrompt('exclude'),
  },
  {
    id: 'filter',
    keys: ['/'],
    description: 'search for TEXT or /REGEX/. n N go to the next and previous match',
    footer: 'find',
    whyNot: streamUnavailableReason,
    run: openPrompt('seek'),
  },
  {
    id: 'logs.time',
    keys: ['T'],
    description: 'go to a time (10:14, -15m, 2026-03-04T10:14) or show a range (10:14-10:20)',
    whyNot: streamUnavailableReason,
    run: openPrompt('time'),
  },
  {
    id: 'logs.around',
    keys: ['#'],
    description: 'set context lines: 3, or 5,0 for before and after',
    whyNot: streamUnavailableReason,
    run: openPrompt('around'),
  },
];

const addChip = (keyContext: KeyContext, is: 'include' | 'exclude', text: string): void => {
  const { filteredView } = keyContext.view.cockpit.logs ?? {};
  if (filteredView === undefined) return;
  const chip: FilterChip = { is, pattern: parsePattern(keyContext.view.pen.resolveAliases(text)) };
  const index = keyContext.view.ui.logs.prompt?.replacesChip;
  // A duplicate chip hides nothing more. An edited chip that equals another one replaces both.
  const others = filteredView.chips.filter(
    (filterChip, place) => place === index || chipKey(filterChip) !== chipKey(chip),
  );
  const place = index === undefined ? -1 : others.indexOf(filteredView.chips[index] ?? chip);
  const chips = place < 0 ? [...others, chip] : others.with(place, chip);
  if (index === undefined && others.length < filteredView.chips.length)
    keyContext.notify('this filter is already active');
  restoreSearch(keyContext);
  keyContext.commands.logs.setFilters(chips, filteredView.context);
  close(keyContext);
};

/** Shows only the lines of a time range; replaces the previous range. */
const showTimeRange = (keyContext: KeyContext, span: LogTimeRange): void => {
  const { chips, context } = keyContext.view.cockpit.logs?.filteredView ?? { chips: [], context: undefined };
  const chip: FilterChip = { is: 'time', ...span };
  keyContext.commands.logs.setFilters([...chips.filter(({ is }) => is !== 'time'), chip], context);
  close(keyContext);
};

/** The time range from the first to the last marked line; undefined if fewer than two are marked. */
const markedTimeRange = ({ view }: KeyContext): LogTimeRange | undefined => {
  const { logs } = view.cockpit;
  const times = bookmarkIds(view).map((id): Millis => (logs && ringRowHead(logs.ring, id)?.at) ?? 0);
  return times.length < 2 ? undefined : { from: Math.min(...times), to: Math.max(...times) + 1 };
};

const applyContextLines = (keyContext: KeyContext, text: string) => {
  const [, before, after = before] = /^\s*(\d{1,3})(?:\s*[\s,/]\s*(\d{1,3}))?\s*$/.exec(text) ?? [];
  if (before === undefined) return reject(keyContext, 'this is not a number of lines. Write 3, or 5,0');
  const { chips } = keyContext.view.cockpit.logs?.filteredView ?? { chips: [] };
  keyContext.commands.logs.setFilters(chips, { before: Number(before), after: Number(after) });
  close(keyContext);
};

const goToTime = (keyContext: KeyContext, text: string) => {
  const { logs } = keyContext.view.cockpit;
  const { clock } = keyContext.view.ui.logs;
  const now = wallNow(liveContext(keyContext.view));
  const time = parseLogTime(text, now, clock);
  const marked = text.trim() === "'" ? markedTimeRange(keyContext) : undefined;
  const span = time === undefined ? (marked ?? parseLogTimeRange(text, now, clock)) : undefined;
  if (span !== undefined) return showTimeRange(keyContext, span);
  if (time === undefined)
    return reject(
      keyContext,
      'this is not a time. Write 10:14, 10:14:30, -15m, 2026-03-04T10:14 or 10:14-10:20',
    );
  if (logs === undefined) return;
  close(keyContext);
  if (isUnloaded(logs, time)) return goToUnloadedTime(keyContext, time);
  goToLogRow(keyContext, Math.min(logs.ring.end - 1, logs.ring.atTime(time)));
};

const apply = (keyContext: KeyContext) => {
  const { prompt } = keyContext.view.ui.logs;
  if (prompt === undefined) return;
  const { is, text } = prompt;
  if (text.trim() === '') return cancel(keyContext);
  if (is === 'time') return goToTime(keyContext, text);
  if (is === 'around') return applyContextLines(keyContext, text);
  const error = patternError(parsePattern(text));
  if (error !== undefined) return reject(keyContext, error);
  if (is !== 'seek') return addChip(keyContext, is, text);
  close(keyContext);
  keyContext.commands.logs.search(parsePattern(keyContext.view.pen.resolveAliases(text)));
  goToLogHit('nearest')(keyContext);
};

const cancel = (keyContext: KeyContext): void => {
  if (keyContext.view.ui.logs.prompt?.is === 'seek') keyContext.commands.logs.search(undefined);
  restoreSearch(keyContext);
  close(keyContext);
};

/** Keys of the open prompt. */
export const logPromptKeys: readonly Binding[] = [
  { id: 'logs.typed', keys: ['enter'], description: 'apply', footer: 'apply', run: apply },
  { id: 'logs.untyped', keys: ['esc'], description: 'cancel', footer: 'cancel', run: cancel },
];

export const logPromptField = ({ view }: KeyContext): TextField => ({
  value: view.ui.logs.prompt?.text ?? '',
  set: (keyContext, text) => {
    const { prompt } = keyContext.view.ui.logs;
    if (prompt === undefined) return;
    const { diagnostic: _, ...rest } = prompt;
    updateLogView(keyContext.model, { prompt: { ...rest, text } });
    previewSearch(keyContext, prompt.is, text);
  },
});
