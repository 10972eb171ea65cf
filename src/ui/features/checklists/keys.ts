import { checklistHistory } from '../../../domain/checklists/history.ts';
import {
  checklistHistoryMarkdown,
  checklistHistoryReport,
} from '../../../domain/checklists/history-report.ts';
import { modeOf, tickEffect } from '../../../domain/checklists/modes/item-mode.ts';
import type { ChecklistMark } from '../../../domain/checklists/record.ts';
import { checklistMarkdown, checklistReport } from '../../../domain/checklists/report.ts';
import type { Checklist } from '../../../domain/profile/profile.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Overlay } from '../../shell/contract/overlay.ts';
import { overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { wallNow } from '../../shell/contract/render-context.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { documentKeys } from '../../shell/output/documents.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { type ChecklistRow, checklistRows, checklistsPaneId, listRowKey } from './rows.ts';

/** The row under the cursor. */
const selected = ({ view, row }: KeyContext): ChecklistRow | undefined =>
  checklistRows(view).find(({ key }) => key === row?.key);

const toggle = ({ model, view }: KeyContext, key: string): void => {
  const { expandedKeys = [] } = paneState(view.ui, checklistsPaneId);
  updatePane(model, checklistsPaneId, {
    expandedKeys: expandedKeys.includes(key)
      ? expandedKeys.filter((expandedKey) => expandedKey !== key)
      : [...expandedKeys, key],
  });
};

const ask = (context: KeyContext, { list, item }: ChecklistRow, mark: ChecklistMark): void => {
  if (item === undefined) return;
  context.model.setState({
    overlay: {
      is: 'checklist',
      list: list.list.id,
      item: item.item.id,
      title: item.item.title,
      mark,
      text: '',
      over: context.view.ui.overlay,
    },
  });
};

/** Ticks an item, or withdraws the mark of a person. An auto item needs a reason, because its check decides. */
const tick = (context: KeyContext, row: ChecklistRow): void => {
  const { commands, notify } = context;
  const { list, item } = row;
  if (item === undefined) return;
  const { state } = item;
  const isChecked = state.is === 'done' && state.by === 'reading';
  const effect = tickEffect(item.item, item.reading?.value);
  if (list.hasEnded) notify('this list is complete. The next one begins with the next period');
  else if (isChecked) notify('a check decides this item, which is done while the check holds');
  else if (state.is === 'open' && effect === 'needs-reason') ask(context, row, 'override');
  else if (state.is === 'open' && effect === 'none')
    notify(`you cannot tick this item now: ${modeOf(item.item).words}`);
  else commands.markChecklistItem(list.list.id, item.item.id, state.is === 'open' ? 'done' : 'open', '');
};

/** Opens or closes a list; on an item, ticks it. */
export const enterChecklistRow = (context: KeyContext, row: ChecklistRow): void => {
  if (row.item === undefined) {
    toggle(context, row.key);
    return;
  }
  const why = timeTravelBlockedReason(context.view);
  if (why === undefined) tick(context, row);
  else context.notify(why);
};

const onItem =
  (more: (row: ChecklistRow) => string | undefined = () => undefined): NonNullable<Binding['whyNot']> =>
  (context) => {
    const row = selected(context);
    if (row?.item === undefined) return 'no item is selected: move the cursor to an item';
    return timeTravelBlockedReason(context.view) ?? more(row);
  };

const withRow =
  (act: (context: KeyContext, row: ChecklistRow) => void): Binding['run'] =>
  (context) => {
    const row = selected(context);
    if (row !== undefined) act(context, row);
  };

const endReason = (context: KeyContext): string | undefined => {
  const row = selected(context);
  if (row === undefined) return 'no checklist is selected: move the cursor to a checklist';
  if (row.list.beganAt === undefined) return 'nothing is ticked in this list yet';
  return row.list.hasEnded
    ? 'this checklist has ended: open the next one that is due'
    : timeTravelBlockedReason(context.view);
};

/** The list and its history as Markdown, as `opsdeck checklist` prints them. */
const markdownOf = ({ view }: KeyContext, { list }: ChecklistRow): string => {
  const { checklistRecords: records = [], open } = view.cockpit;
  const now = wallNow(view);
  const place = { system: open?.system ?? '', env: open?.env ?? '' };
  const past = checklistHistory(list.list, { records, now, zone: open?.zone }, mostExported);
  const lines = [
    ...checklistMarkdown(checklistReport(list, open?.zone), place),
    ...checklistHistoryMarkdown(checklistHistoryReport(list.list, past), place),
  ];
  return `${lines.map((line) => maskForExport(view, line)).join('\n')}\n`;
};

/** Occurrences in an exported list. */
const mostExported = 90;

/** Saves the list under the cursor. */
const checklistExportKey: Binding = {
  id: 'checklist.export',
  keys: ['D'],
  description: 'save the list with history as Markdown in the current directory',
  whyNot: (context) =>
    selected(context) === undefined ? 'no checklist is selected: move the cursor to a checklist' : undefined,
  run: (context) => {
    const row = selected(context);
    if (row !== undefined)
      context.commands.save(`checklist-${row.list.list.id}.md`, markdownOf(context, row));
  },
};

/** Opens the list with its whole history full screen, in the pager. The keys of a row have no room for an editor. */
const checklistPagerKeys = documentKeys(
  'checklist',
  (context) => {
    const row = selected(context);
    return row === undefined
      ? undefined
      : { name: `checklist-${row.list.list.id}.md`, text: markdownOf(context, row) };
  },
  (context) =>
    selected(context) === undefined ? 'no checklist is selected: move the cursor to a checklist' : undefined,
)
  .filter(({ id }) => id === 'checklist.pager')
  .map((key) => ({ ...key, description: 'open the list and its history full screen in $PAGER' }));

/** Keys of Checklists. A mark is a record, not a change of the system, so they work in read-only. */
export const checklistKeys: readonly Binding[] = [
  {
    id: 'checklist.tick',
    keys: ['space'],
    description: 'tick the item, or withdraw the tick. An override of a check needs a reason',
    footer: 'tick',
    whyNot: onItem(),
    run: withRow(tick),
  },
  {
    id: 'checklist.not-needed',
    keys: ['-'],
    description: 'mark the item as not needed, and say why',
    footer: 'not needed',
    whyNot: onItem(({ item }) =>
      item?.state.is === 'open' ? undefined : 'this item is already done or not needed',
    ),
    run: withRow((context, row) => ask(context, row, 'not-needed')),
  },
  {
    id: 'checklist.note',
    keys: ['!'],
    description: 'add a note to the item',
    footer: 'note',
    whyNot: onItem(),
    run: withRow((context, row) => ask(context, row, 'note')),
  },
  {
    id: 'checklist.end',
    keys: ['d'],
    description: 'end the list now, even with open items, and keep the list in the history',
    footer: 'end list',
    whyNot: endReason,
    run: withRow(({ commands }, { list }) => commands.endChecklist(list.list.id)),
  },
  {
    id: 'checklist.data',
    keys: ['L'],
    description: 'read the data of the item that a person decides, and show the data below',
    whyNot: onItem(({ item }) =>
      item?.item.use === undefined ? 'this item has no data to read' : undefined,
    ),
    run: withRow(({ commands }, { list, item }) => {
      if (item !== undefined) commands.readChecklistItem(list.list.id, item.item.id);
    }),
  },
  checklistExportKey,
  ...checklistPagerKeys,
];

/** The list of a runbook: one that gates it, else one that belongs to it. */
const checklistOf = (lists: readonly Checklist[], runbook: string): Checklist | undefined =>
  lists.find(({ gates }) => gates?.includes(runbook)) ?? lists.find((list) => list.runbook === runbook);

const listsOf = ({ view }: KeyContext): readonly Checklist[] =>
  (view.cockpit.checklists ?? []).map(({ list }) => list);

/** `c` in Runbooks: the checklist of the runbook. */
export const runbookChecklistKey: Binding = {
  id: 'runbook.checklist',
  keys: ['c'],
  description: 'open the checklist of the runbook',
  footer: 'checklist',
  footerMinColumns: 100,
  whyNot: (context) =>
    context.row === undefined || checklistOf(listsOf(context), context.row.key) === undefined
      ? 'this runbook requires no checklist'
      : undefined,
  run: (context) => {
    const list = context.row === undefined ? undefined : checklistOf(listsOf(context), context.row.key);
    if (list === undefined) return;
    const { model, view } = context;
    const key = listRowKey(list.id);
    const { expandedKeys = [] } = paneState(view.ui, checklistsPaneId);
    updatePane(model, checklistsPaneId, { expandedKeys: [...new Set([...expandedKeys, key])] });
    moveCursorToRow(model, checklistsPaneId, key);
    navigateTo(model, checklistsPaneId);
  },
};

/** The reason or note for a mark on an item of a checklist. */
export interface ChecklistOverlay {
  readonly is: 'checklist';
  readonly list: string;
  readonly item: string;
  readonly title: string;
  readonly mark: ChecklistMark;
  readonly text: string;
  readonly over: Overlay;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly checklist: ChecklistOverlay;
  }
}

const problems: Readonly<Record<ChecklistMark, string>> = {
  override: 'say why you override the check',
  'not-needed': 'say why the item is not needed',
  note: 'the note is empty: write some text',
  done: '',
  open: '',
};

/** Keys of the dialog that asks for a reason or a note. */
export const checklistDialogKeys: readonly Binding[] = [
  {
    id: 'checklist-reason.give',
    keys: ['enter'],
    description: 'record the tick with this text',
    footer: 'record',
    confirms: true,
    run: (context) => {
      const { overlay } = context.view.ui;
      if (overlay.is !== 'checklist') return;
      const text = overlay.text.trim();
      if (text === '') return context.notify(problems[overlay.mark]);
      context.model.setState({ overlay: overlay.over });
      context.commands.markChecklistItem(overlay.list, overlay.item, overlay.mark, text);
    },
  },
  {
    id: 'checklist-reason.close',
    keys: ['esc'],
    description: 'close without recording anything',
    footer: 'close',
    run: ({ model, view }) => model.setState({ overlay: overlayBelow(view.ui.overlay) }),
  },
];

export const checklistDialogField = (overlay: ChecklistOverlay): TextField => ({
  value: overlay.text,
  set: ({ model }, text) => model.setState({ overlay: { ...overlay, text } }),
});
