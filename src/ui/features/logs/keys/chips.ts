import type { LogLevel } from '../../../../domain/log-level.ts';
import type { Chip, Context } from '../../../../logs/format/chip.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import { chipWords, contextWords } from '../chips-line.ts';
import { cursorRow, noStream } from '../cursor.ts';
import { headOf } from '../ring-row.ts';

/** The chips as they are now, and how many lines around are shown. */
const lensOf = ({ view }: Hand): { readonly chips: readonly Chip[]; readonly context: Context } =>
  view.cockpit.logs?.lens ?? { chips: [], context: { before: 0, after: 0 } };

const look = (hand: Hand, chips: readonly Chip[]): void =>
  hand.commands.logs.look(chips, lensOf(hand).context);

/** Levels that `v` goes through; undefined: all. */
const levels: readonly (LogLevel | undefined)[] = [undefined, 'info', 'warn', 'error'];

const nextLevel = (hand: Hand): void => {
  const { chips } = lensOf(hand);
  const least = chips.find((chip) => chip.is === 'level')?.least;
  const next = levels[(levels.indexOf(least) + 1) % levels.length];
  const others = chips.filter(({ is }) => is !== 'level');
  look(hand, next === undefined ? others : [...others, { is: 'level', least: next }]);
  hand.say(`LOGS: ${next === undefined ? 'every level' : `level ≥ ${next.toUpperCase()}`}`);
};

/** The stream of the row under the cursor. */
const streamHere = ({ view }: Hand): string | undefined => {
  const { logs } = view.cockpit;
  const id = cursorRow(view);
  if (logs === undefined || id === undefined) return undefined;
  return logs.streams[headOf(logs.ring, id)?.stream ?? -1]?.id;
};

const noStreamHere = (hand: Hand): string | undefined =>
  streamHere(hand) === undefined ? 'no line is selected' : undefined;

const isOnly = (chip: Chip, id: string): boolean =>
  chip.is === 'stream' && !chip.not && chip.streams.length === 1 && chip.streams[0] === id;

const onlyStream = (hand: Hand): void => {
  const id = streamHere(hand);
  if (id === undefined) return;
  const { chips } = lensOf(hand);
  const others = chips.filter((chip) => chip.is !== 'stream' || chip.not);
  look(
    hand,
    chips.some((chip) => isOnly(chip, id))
      ? others
      : [...others, { is: 'stream', streams: [id], not: false }],
  );
};

const hideStream = (hand: Hand): void => {
  const id = streamHere(hand);
  if (id === undefined) return;
  const { chips } = lensOf(hand);
  const hidden = chips.flatMap((chip) => (chip.is === 'stream' && chip.not ? chip.streams : []));
  const others = chips.filter((chip) => chip.is !== 'stream' || !chip.not);
  look(hand, [...others, { is: 'stream', streams: [...new Set([...hidden, id])], not: true }]);
};

const noChip = (hand: Hand): string | undefined => {
  const { chips, context } = lensOf(hand);
  return (
    noStream(hand) ?? (chips.length === 0 && contextWords(context) === '' ? 'there is no chip' : undefined)
  );
};

/** The lines around are the last chip where there are some. */
const dropLast = (hand: Hand) => {
  const { chips, context } = lensOf(hand);
  const around = contextWords(context);
  if (around !== '') {
    hand.commands.logs.look(chips);
    return hand.say(`dropped: ${around}`);
  }
  const last = chips.at(-1);
  if (last === undefined) return;
  look(hand, chips.slice(0, -1));
  hand.say(`dropped: ${chipWords(last, hand.view.cockpit.logs?.streams ?? [], hand.view.ui.logs.clock)}`);
};

/** Lines around those that pass, before and after, step by step. */
const steps: readonly number[] = [0, 1, 2, 3, 5, 10, 20];

const around =
  (step: 1 | -1) =>
  (hand: Hand): void => {
    const { chips, context } = lensOf(hand);
    const at = Math.max(
      0,
      steps.findLastIndex((count) => count <= context.after),
    );
    const count = steps[Math.max(0, Math.min(steps.length - 1, at + step))] ?? 0;
    hand.commands.logs.look(chips, { before: count, after: count });
    hand.say(
      count === 0 ? 'LOGS: no lines around' : `LOGS: ${contextWords({ before: count, after: count })}`,
    );
  };

/** Keys that choose which lines are shown. */
export const chipKeys: readonly Binding[] = [
  {
    id: 'level',
    keys: ['v'],
    does: 'level: all, INFO, WARN, ERROR and graver',
    footer: 'level',
    whyNot: noStream,
    run: nextLevel,
  },
  {
    id: 'logs.only',
    keys: ['o'],
    does: 'only the stream of this line; again, all',
    whyNot: noStreamHere,
    run: onlyStream,
  },
  {
    id: 'logs.hide',
    keys: ['O'],
    does: 'hide the stream of this line',
    whyNot: noStreamHere,
    run: hideStream,
  },
  {
    id: 'logs.more-around',
    keys: [')'],
    does: 'more lines around those that pass',
    whyNot: noStream,
    run: around(1),
  },
  { id: 'logs.less-around', keys: ['('], does: 'fewer lines around', whyNot: noStream, run: around(-1) },
  {
    id: 'logs.drop',
    keys: ['backspace'],
    does: 'drop the last chip',
    whyNot: noChip,
    run: dropLast,
  },
];
