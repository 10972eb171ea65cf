import { count } from '../../../domain/format.ts';
import type { LogView } from '../../../domain/profile.ts';
import type { Chip } from '../../../logs/format/chip.ts';
import { columnOffers } from '../../../logs/format/columns.ts';
import type { ParsedLine } from '../../../logs/format/line.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import type { Hand } from '../../panes/pane.ts';
import type { View } from '../../view.ts';
import { chipWords, hidesText } from './chips-line.ts';
import { changeLook, cursorRow } from './cursor.ts';
import { beginAsking } from './keys/preview.ts';
import type { LogList } from './look.ts';
import { textOf, wordsOf } from './ring-row.ts';
import { rowBefore } from './steps.ts';

/** The chips that a view of the profile stands for. */
const chipsOfView = ({
  include,
  exclude,
  level,
  ignoreCase = false,
}: Pick<LogView, 'include' | 'exclude' | 'level' | 'ignoreCase'>): readonly Chip[] => [
  ...include.map((text): Chip => ({ is: 'include', pattern: { text, regex: true, ignoreCase } })),
  ...exclude.map((text): Chip => ({ is: 'exclude', pattern: { text, regex: true, ignoreCase } })),
  ...(level === undefined ? [] : [{ is: 'level', least: level } satisfies Chip]),
];

/** One line of a list. */
export interface LogListItem {
  readonly key: string;
  readonly text: string;
  readonly told: string;
  /** It is on. */
  readonly isOn?: boolean;
  /** Enter. */
  run(hand: Hand): void;
  /** Backspace; absent: it cannot be dropped. */
  drop?(hand: Hand): void;
}

const withoutAt = <T>(all: readonly T[], at: number): readonly T[] => all.filter((_, index) => index !== at);

const editChip = (hand: Hand, chip: Chip, at: number): void => {
  const { lens } = hand.view.cockpit.logs ?? {};
  if (lens === undefined) return;
  if (chip.is !== 'include' && chip.is !== 'exclude') {
    hand.say('only texts can be written anew: backspace drops it');
    return;
  }
  const { text, regex } = chip.pattern;
  beginAsking(hand, { is: chip.is, text: regex ? `/${text}/` : text, instead: at });
};

const chipItems = ({ view }: Hand): readonly LogListItem[] => {
  const { logs } = view.cockpit;
  if (logs === undefined) return [];
  const { lens, streams } = logs;
  return lens.chips.map((chip, at) => {
    const hides = hidesText(lens.hides(at)).trim();
    return {
      key: `${at} ${chipWords(chip, streams, view.ui.logs.clock)}`,
      text: chipWords(chip, streams, view.ui.logs.clock),
      told: hides === '' ? 'hides nothing' : `hides ${hides}`,
      run: (hand) => editChip(hand, chip, at),
      drop: ({ commands }) => commands.logs.look(withoutAt(lens.chips, at), lens.context),
    };
  });
};

/** So many lines above the cursor are looked at for fields. */
const fieldsFrom = 300;

/** Lines up to the cursor, taken apart. */
const recentLines = (view: View, logs: LogsState): readonly ParsedLine[] => {
  const lines: ParsedLine[] = [];
  for (let id = cursorRow(view); id !== undefined && lines.length < fieldsFrom; id = rowBefore(logs, id))
    lines.push(wordsOf(textOf(logs.ring, id).text));
  return lines;
};

/** The most telling ones first, then those that few lines bear, and those that have a column but are in no line here. */
const columnItems = ({ view }: Hand): readonly LogListItem[] => {
  const { logs } = view.cockpit;
  const lines = logs === undefined ? [] : recentLines(view, logs);
  const found = new Map<string, { count: number; value: string }>();
  for (const { fields } of lines)
    for (const [name, value] of fields) {
      const had = found.get(name);
      if (had === undefined) found.set(name, { count: 1, value });
      else had.count++;
    }
  const { columns } = view.ui.logs;
  const often = [...found].toSorted(([, a], [, b]) => b.count - a.count).map(([name]) => name);
  const names = new Set([...columnOffers(lines).map(({ name }) => name), ...often, ...columns]);
  return [...names].map((name) => {
    const { count: times, value } = found.get(name) ?? { count: 0, value: '' };
    return {
      key: name,
      text: name,
      told: `in ${count(times)} of ${count(lines.length)} lines${value === '' ? '' : `: ${view.pen.maskField(value, name)}`}`,
      isOn: columns.includes(name),
      run: ({ model }) =>
        changeLook(model, {
          columns: columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name],
        }),
    };
  });
};

const viewWords = ({ include, exclude, level }: LogView): string =>
  [
    ...include.map((pattern) => `+ /${pattern}/`),
    ...exclude.map((pattern) => `- /${pattern}/`),
    ...(level === undefined ? [] : [`level ≥ ${level.toUpperCase()}`]),
  ].join(' ');

const viewItems = ({ view }: Hand): readonly LogListItem[] =>
  (view.cockpit.open?.logViews ?? []).map((one) => ({
    key: one.name,
    text: one.name,
    told: [one.title ?? '', viewWords(one)].filter((part) => part !== '').join(' · '),
    run: (hand) => showView(hand, one),
  }));

/** What a view of the profile says takes the place of all chips but that of the time; where it names streams, those are opened. */
export const showView = (hand: Hand, { name, title, of, ...view }: LogView): void => {
  if (of !== undefined) hand.commands.logs.open({ title: title ?? name, of });
  const times = hand.view.cockpit.logs?.lens.chips.filter((chip) => chip.is === 'time') ?? [];
  hand.commands.logs.look([...times, ...chipsOfView(view)]);
  hand.say(`LOGS: ${title ?? name}`);
};

/** The lines of a list, in their order. */
export const itemsOf = (hand: Hand, list: LogList): readonly LogListItem[] =>
  ({ chips: chipItems, columns: columnItems, views: viewItems })[list](hand);
