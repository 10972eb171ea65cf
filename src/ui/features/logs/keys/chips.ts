import type { LogLevel } from '../../../../domain/facts/log-level.ts';
import type { ContextLineCount, FilterChip } from '../../../../logs/format/filter-chip.ts';
import type { Binding, KeyContext } from '../../../shell/contract/pane.ts';
import { chipLabel, contextLabel } from '../view/header.ts';
import { ringRowHead } from '../view/ring-row.ts';
import { logCursorRow, streamUnavailableReason } from '../view/view-state-access.ts';

/** The current chips and context line count. */
const currentFilter = ({
  view,
}: KeyContext): { readonly chips: readonly FilterChip[]; readonly context: ContextLineCount } =>
  view.cockpit.logs?.filteredView ?? { chips: [], context: { before: 0, after: 0 } };

const setChips = (keyContext: KeyContext, chips: readonly FilterChip[]): void =>
  keyContext.commands.logs.setFilters(chips, currentFilter(keyContext).context);

/** The levels that `v` cycles through; undefined means all. */
const levels: readonly (LogLevel | undefined)[] = [undefined, 'info', 'warn', 'error'];

const nextLevel = (keyContext: KeyContext): void => {
  const { chips } = currentFilter(keyContext);
  const least = chips.find((chip) => chip.is === 'level')?.least;
  const next = levels[(levels.indexOf(least) + 1) % levels.length];
  const others = chips.filter(({ is }) => is !== 'level');
  setChips(keyContext, next === undefined ? others : [...others, { is: 'level', least: next }]);
  keyContext.notify(`Logs: ${next === undefined ? 'all levels' : `level ≥ ${next.toUpperCase()}`}`);
};

/** Id of the stream of the row under the cursor. */
const streamHere = ({ view }: KeyContext): string | undefined => {
  const { logs } = view.cockpit;
  const id = logCursorRow(view);
  if (logs === undefined || id === undefined) return undefined;
  return logs.streams[ringRowHead(logs.ring, id)?.stream ?? -1]?.id;
};

const noStreamHere = (keyContext: KeyContext): string | undefined =>
  streamHere(keyContext) === undefined ? 'no line is selected: move the cursor to a line' : undefined;

const isOnly = (chip: FilterChip, id: string): boolean =>
  chip.is === 'stream' && !chip.not && chip.streams.length === 1 && chip.streams[0] === id;

const onlyStream = (keyContext: KeyContext): void => {
  const id = streamHere(keyContext);
  if (id === undefined) return;
  const { chips } = currentFilter(keyContext);
  const others = chips.filter((chip) => chip.is !== 'stream' || chip.not);
  setChips(
    keyContext,
    chips.some((chip) => isOnly(chip, id))
      ? others
      : [...others, { is: 'stream', streams: [id], not: false }],
  );
};

const hideStream = (keyContext: KeyContext): void => {
  const id = streamHere(keyContext);
  if (id === undefined) return;
  const { chips } = currentFilter(keyContext);
  const hidden = chips.flatMap((chip) => (chip.is === 'stream' && chip.not ? chip.streams : []));
  const others = chips.filter((chip) => chip.is !== 'stream' || !chip.not);
  setChips(keyContext, [...others, { is: 'stream', streams: [...new Set([...hidden, id])], not: true }]);
};

const noChip = (keyContext: KeyContext): string | undefined => {
  const { chips, context } = currentFilter(keyContext);
  return (
    streamUnavailableReason(keyContext) ??
    (chips.length === 0 && contextLabel(context) === ''
      ? 'no filter is set, so there is nothing to remove'
      : undefined)
  );
};

/** Removes the context lines if any are shown, otherwise the last chip. */
const dropLast = (keyContext: KeyContext) => {
  const { chips, context } = currentFilter(keyContext);
  const around = contextLabel(context);
  if (around !== '') {
    keyContext.commands.logs.setFilters(chips);
    return keyContext.notify(`removed: ${around}`);
  }
  const last = chips.at(-1);
  if (last === undefined) return;
  setChips(keyContext, chips.slice(0, -1));
  keyContext.notify(
    `removed: ${chipLabel(last, keyContext.view.cockpit.logs?.streams ?? [], keyContext.view.ui.logs.clock)}`,
  );
};

/** The context line counts that ( and ) step through. */
const steps: readonly number[] = [0, 1, 2, 3, 5, 10, 20];

const around =
  (step: 1 | -1) =>
  (keyContext: KeyContext): void => {
    const { chips, context } = currentFilter(keyContext);
    const index = Math.max(
      0,
      steps.findLastIndex((count) => count <= context.after),
    );
    const count = steps[Math.max(0, Math.min(steps.length - 1, index + step))] ?? 0;
    keyContext.commands.logs.setFilters(chips, { before: count, after: count });
    keyContext.notify(
      count === 0 ? 'Logs shows no context lines' : `Logs: ${contextLabel({ before: count, after: count })}`,
    );
  };

/** Keys that filter lines. */
export const logFilterKeys: readonly Binding[] = [
  {
    id: 'level',
    keys: ['v'],
    description: 'cycle the minimum level: all, INFO, WARN, ERROR',
    footer: 'level',
    whyNot: streamUnavailableReason,
    run: nextLevel,
  },
  {
    id: 'logs.only',
    keys: ['o'],
    description: "show only this line's stream, or all streams",
    whyNot: noStreamHere,
    run: onlyStream,
  },
  {
    id: 'logs.hide',
    keys: ['O'],
    description: "hide this line's stream",
    whyNot: noStreamHere,
    run: hideStream,
  },
  {
    id: 'logs.more-around',
    keys: [')'],
    description: 'show more context lines',
    whyNot: streamUnavailableReason,
    run: around(1),
  },
  {
    id: 'logs.less-around',
    keys: ['('],
    description: 'show fewer context lines',
    whyNot: streamUnavailableReason,
    run: around(-1),
  },
  {
    id: 'logs.drop',
    keys: ['backspace'],
    description: 'remove the last filter chip',
    whyNot: noChip,
    run: dropLast,
  },
];
