import type { LogView } from '../../../domain/profile/profile.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { suggestColumns } from '../../../logs/format/column-suggestions.ts';
import type { FilterChip } from '../../../logs/format/filter-chip.ts';
import type { ParsedLine } from '../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { openLogPrompt } from './keys/search.ts';
import { chipLabel, hiddenCountText } from './view/header.ts';
import { parsedLine, ringRowText } from './view/ring-row.ts';
import type { LogList } from './view/view-state.ts';
import { logCursorRow, updateLogView } from './view/view-state-access.ts';
import { previousVisibleRow } from './view/visible-rows.ts';

/** Converts a log view of the profile to filter chips. */
const chipsOfView = ({
  include,
  exclude,
  level,
  ignoreCase = false,
}: Pick<LogView, 'include' | 'exclude' | 'level' | 'ignoreCase'>): readonly FilterChip[] => [
  ...include.map((text): FilterChip => ({ is: 'include', pattern: { text, regex: true, ignoreCase } })),
  ...exclude.map((text): FilterChip => ({ is: 'exclude', pattern: { text, regex: true, ignoreCase } })),
  ...(level === undefined ? [] : [{ is: 'level', least: level } satisfies FilterChip]),
];

/** One entry of a list dialog. */
export interface LogListItem {
  readonly key: string;
  readonly text: string;
  readonly detail: string;
  /** True while the entry is switched on; absent for entries without a switch. */
  readonly isOn?: boolean;
  /** Runs on Enter. */
  run(keyContext: KeyContext): void;
  /** Runs on Backspace; absent if the entry cannot be removed. */
  drop?(keyContext: KeyContext): void;
}

const withoutAt = <T>(all: readonly T[], position: number): readonly T[] =>
  all.filter((_, index) => index !== position);

const editChip = (keyContext: KeyContext, chip: FilterChip, position: number): void => {
  const { filteredView } = keyContext.view.cockpit.logs ?? {};
  if (filteredView === undefined) return;
  if (chip.is !== 'include' && chip.is !== 'exclude') {
    keyContext.notify('only text filters can be edited: backspace removes this filter');
    return;
  }
  const { text, regex } = chip.pattern;
  openLogPrompt(keyContext, { is: chip.is, text: regex ? `/${text}/` : text, replacesChip: position });
};

const chipItems = ({ view }: KeyContext): readonly LogListItem[] => {
  const { logs } = view.cockpit;
  if (logs === undefined) return [];
  const { filteredView, streams } = logs;
  return filteredView.chips.map((chip, index) => {
    const hides = hiddenCountText(filteredView.hides(index)).trim();
    return {
      key: `${index} ${chipLabel(chip, streams, view.ui.logs.clock)}`,
      text: chipLabel(chip, streams, view.ui.logs.clock),
      detail: hides === '' ? 'hides nothing' : hides,
      run: (keyContext) => editChip(keyContext, chip, index),
      drop: ({ commands }) =>
        commands.logs.setFilters(withoutAt(filteredView.chips, index), filteredView.context),
    };
  });
};

/** Number of lines above the cursor that are searched for fields. */
const maxSampledLines = 300;

/** The lines up to the cursor, parsed; newest first. */
const recentLines = (view: RenderContext, logs: LogsState): readonly ParsedLine[] => {
  const lines: ParsedLine[] = [];
  for (
    let id = logCursorRow(view);
    id !== undefined && lines.length < maxSampledLines;
    id = previousVisibleRow(logs, id)
  )
    lines.push(parsedLine(ringRowText(logs.ring, id).text, logs.keys));
  return lines;
};

/** Lists the fields: suggested columns first, then by frequency, then shown columns that no recent line contains. */
const columnItems = ({ view }: KeyContext): readonly LogListItem[] => {
  const { logs } = view.cockpit;
  const lines = logs === undefined ? [] : recentLines(view, logs);
  const counts = new Map<string, { count: number; value: string }>();
  for (const { fields } of lines)
    for (const [name, value] of fields) {
      const known = counts.get(name);
      if (known === undefined) counts.set(name, { count: 1, value });
      else known.count++;
    }
  const { columns } = view.ui.logs;
  const often = [...counts].toSorted(([, a], [, b]) => b.count - a.count).map(([name]) => name);
  const names = new Set([...suggestColumns(lines).map(({ name }) => name), ...often, ...columns]);
  return [...names].map((name) => {
    const { count: times, value } = counts.get(name) ?? { count: 0, value: '' };
    return {
      key: name,
      text: name,
      detail: `in ${formatCount(times)} of ${formatCount(lines.length)} lines${value === '' ? '' : `: ${view.pen.maskField(value, name)}`}`,
      isOn: columns.includes(name),
      run: ({ model }) =>
        updateLogView(model, {
          columns: columns.includes(name) ? columns.filter((column) => column !== name) : [...columns, name],
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

const viewItems = ({ view }: KeyContext): readonly LogListItem[] =>
  (view.cockpit.open?.logViews ?? []).map((logView) => ({
    key: logView.name,
    text: logView.name,
    detail: [logView.title ?? '', viewWords(logView)].filter((part) => part !== '').join(' · '),
    run: (keyContext) => applyLogView(keyContext, logView),
  }));

/** Applies a log view of the profile. It replaces all chips except time chips, and opens the streams the view names. */
export const applyLogView = (keyContext: KeyContext, { name, title, of, ...view }: LogView): void => {
  if (of !== undefined) keyContext.commands.logs.open({ title: title ?? name, of });
  const times = keyContext.view.cockpit.logs?.filteredView.chips.filter((chip) => chip.is === 'time') ?? [];
  keyContext.commands.logs.setFilters([...times, ...chipsOfView(view)]);
  keyContext.notify(`Logs: ${title ?? name}`);
};

/** The entries of a list dialog, in display order. */
export const logListItems = (keyContext: KeyContext, list: LogList): readonly LogListItem[] =>
  ({ chips: chipItems, columns: columnItems, views: viewItems })[list](keyContext);
