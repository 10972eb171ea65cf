import type { PaneId } from '../../kit/components/cursor.ts';
import { seenKey } from '../changes/seen.ts';
import type { Features } from '../contract/features.ts';
import { type LevelFilter, paneState, updatePane } from '../contract/model.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { applyFilter } from '../filter/filter.ts';
import { panesOnOverview } from '../layout/layout.ts';
import { navigate, navigationBlockedReason } from '../navigation/navigate.ts';
import { closeSplit, focusPane, navigateTo, noteNavigation, showMainView } from '../navigation/navigation.ts';
import { inOverview, paneKeys } from '../navigation/pane-keys.ts';
import { orderText } from '../panes/order.ts';
import { levelFilterLabels } from '../panes/pane-query.ts';
import { markKeys } from './mark-keys.ts';
import { requestRowDetails } from './shared-keys.ts';

/** The search text of n and N: the current filter or the last one. */
const soughtOf = ({ view, pane }: KeyContext): string => {
  const { filter, sought = '' } = paneState(view.ui, pane.id);
  return filter === '' ? sought : filter;
};

const nothingSought = (context: KeyContext): string | undefined => {
  if (soughtOf(context) === '') return 'search first: press /';
  return context.rows.length === 0 ? 'this pane shows no rows' : undefined;
};

/**
 * Moves to the next matching row, wrapping around. With an active filter all rows match; after it is cleared, the
 * same rows match among the others.
 */
const goToHit = (context: KeyContext, step: 1 | -1) => {
  const { model, pane, rows, index, notify: say, view } = context;
  const hits = new Set(applyFilter(rows, view.pen.resolveAliases(soughtOf(context))).rows);
  const sought = view.pen.maskTyped(soughtOf(context));
  if (hits.size === 0) return say(`no rows match /${sought}/`);
  for (let turn = 1; turn <= rows.length; turn++) {
    const position = (index + step * turn + rows.length * 2) % rows.length;
    const row = rows[position];
    if (row === undefined || !hits.has(row)) continue;
    updatePane(model, pane.id, { cursor: { key: row.key, index: position } });
    return say(`${[...hits].indexOf(row) + 1} of ${hits.size} matching /${sought}/`);
  }
};

/** Keys that move between matching rows. */
const rowSearchKeys: readonly Binding[] = [
  {
    id: 'hit.next',
    keys: ['n'],
    description: 'go to the next matching row',
    whyNot: nothingSought,
    run: (context) => goToHit(context, 1),
  },
  {
    id: 'hit.previous',
    keys: ['N'],
    description: 'go to the previous matching row',
    whyNot: nothingSought,
    run: (context) => goToHit(context, -1),
  },
];

/** The initial second pane of a split: the previously focused pane, or the next available one. */
const besideOf = ({ view, pane }: KeyContext): PaneId | undefined => {
  const all = view.features.panes.all();
  const known = (id: string): boolean => id !== pane.id && all.some((other) => other.id === id);
  const before = view.ui.history.back.findLast(({ focus }) => known(focus))?.focus;
  if (before !== undefined) return before;
  const index = all.indexOf(pane);
  return [...all.slice(index + 1), ...all.slice(0, index)].find((other) => other.isAvailable(view))?.id;
};

/** Opens a split with the focused and another pane, or closes it. */
const toggleSplit = (context: KeyContext): void => {
  const { model, pane, view, notify: say } = context;
  const { split, place } = view.ui;
  noteNavigation(model);
  if (split !== undefined) {
    closeSplit(model, split.from);
    return;
  }
  const other = besideOf(context);
  if (other === undefined) {
    say('no other pane can be shown beside this one');
    return;
  }
  model.setState({ split: { panes: [pane.id, other], from: place }, place: pane.id, focus: pane.id });
  say('split view: a pane key changes this pane, tab switches panes, | closes the split');
};

const nextLeast = (least: LevelFilter | undefined): LevelFilter | undefined => {
  if (least === undefined) return 'bad';
  return least === 'bad' ? 'crit' : undefined;
};

const narrow = ({ model, pane, view, notify: say }: KeyContext): void => {
  const least = nextLeast(paneState(view.ui, pane.id).least);
  updatePane(model, pane.id, { least });
  say(`${pane.title}: ${least === undefined ? 'every level' : levelFilterLabels[least]}`);
};

const nextOrder = ({ model, pane, view, notify: say }: KeyContext): void => {
  const { order, reversed, sortColumn } = paneState(view.ui, pane.id);
  // After a sort by a column the first press returns to the last order.
  const next = sortColumn === undefined ? (order + 1) % pane.orders.length : order;
  updatePane(model, pane.id, { order: next, reversed: false, sortColumn: undefined });
  const was = reversed === true ? ', no longer reversed' : '';
  say(`${pane.title}: ${pane.orders[next] ?? ''}${was}`);
};

const noColumnsToSort = ({ pane, view }: KeyContext): string | undefined =>
  (pane.sortColumns?.(view) ?? []).length === 0 ? 'this pane has no columns' : undefined;

/** Sorts by the next column, from left to right. */
const nextSortColumn = ({ model, pane, view, notify: say }: KeyContext): void => {
  const heads = pane.sortColumns?.(view) ?? [];
  const index = heads.indexOf(paneState(view.ui, pane.id).sortColumn ?? '');
  const sortColumn = heads[(index + 1) % heads.length];
  updatePane(model, pane.id, { sortColumn, reversed: false });
  say(`${pane.title}: by ${sortColumn?.trim()} · B next column · i reverses · o leaves it`);
};

const reverse = ({ model, pane, view, notify: say }: KeyContext): void => {
  const { reversed } = paneState(view.ui, pane.id);
  updatePane(model, pane.id, { reversed: reversed !== true });
  say(`${pane.title}: ${orderText(pane.orders, paneState(model.getState(), pane.id))}`);
};

/** Keys that change level filter and order. */
const narrowKeys: readonly Binding[] = [
  { id: 'level', keys: ['v'], description: 'cycle levels: all, worse than OK, CRIT only', run: narrow },
  { id: 'order', keys: ['o'], description: 'change the sort order', run: nextOrder },
  {
    id: 'order.column',
    keys: ['B'],
    description: 'sort by the next column',
    whyNot: noColumnsToSort,
    run: nextSortColumn,
  },
  { id: 'order.reverse', keys: ['i'], description: 'reverse the sort order', run: reverse },
];

const step = (context: KeyContext, by: number) => {
  const { model, pane, view } = context;
  const { split } = view.ui;
  if (split !== undefined) {
    const other = split.panes.find((id) => id !== pane.id);
    return other === undefined ? undefined : showMainView(model, other);
  }
  const panes = inOverview(context) ? panesOnOverview(view) : view.features.panes.all();
  const index = panes.findIndex((other) => other.id === pane.id);
  const next = panes[(index + by + panes.length) % panes.length];
  if (next === undefined) return;
  if (inOverview(context)) focusPane(model, next.id);
  else showMainView(model, next.id);
};

const open = (context: KeyContext) => {
  const { model, pane, view } = context;
  if (inOverview(context)) return navigateTo(model, pane.id);
  if (pane.enter !== undefined) return pane.enter(context);
  const { opened } = paneState(view.ui, pane.id);
  updatePane(model, pane.id, { opened: !opened });
  if (!opened) requestRowDetails(context);
};

/** Returns to the view where the card was closed, and reopens the card. */
const backToCard = (context: KeyContext): void => {
  if (navigationBlockedReason('back')(context) === undefined) navigate('back')(context);
  else showMainView(context.model, 'overview');
  context.commands.background(false);
};

/** Goes back one step: clears marks, level filter or filter, closes the row, then the pane. */
const back = (context: KeyContext) => {
  const { model, pane, view } = context;
  const { filter, opened, least, marks } = paneState(view.ui, pane.id);
  const { split } = view.ui;
  if (marks !== undefined) return updatePane(model, pane.id, { marks: undefined });
  if (least !== undefined) return updatePane(model, pane.id, { least: undefined });
  if (filter !== '') return updatePane(model, pane.id, { filter: '', sought: filter });
  if (!inOverview(context) && opened) return updatePane(model, pane.id, { opened: false });
  if (pane.isOpenedFromCard?.(view) === true) return backToCard(context);
  if (split === undefined) return navigateTo(model, 'overview');
  noteNavigation(model);
  closeSplit(model, split.from);
};

/** Shows the focused pane alone; returns to the overview if it is alone already. */
const zoom = ({ model, pane, view }: KeyContext) => {
  if (view.ui.split === undefined)
    return navigateTo(model, view.ui.place === 'overview' ? pane.id : 'overview');
  noteNavigation(model);
  closeSplit(model, pane.id);
};

/** Keys that open, close and navigate. */
export const displayKeys = (features: Features): readonly Binding[] => [
  // Before row.open, so that enter takes it where the opened row has a runbook.
  ...features.keys('opened row'),
  {
    id: 'row.open',
    keys: ['enter'],
    description: 'open or close the row',
    footer: 'open',
    whyNot: (context) => features.openedRow?.staysOpenReason(context),
    run: open,
  },
  { id: 'back', keys: ['esc'], description: 'go back one level', run: back },
  { id: 'pane.next', keys: ['tab'], description: 'focus the next pane', run: (context) => step(context, 1) },
  {
    id: 'pane.previous',
    keys: ['shift-tab'],
    description: 'focus the previous pane',
    run: (context) => step(context, -1),
  },
  {
    id: 'overview',
    keys: ['0'],
    description: 'show the overview',
    run: ({ model }) => navigateTo(model, 'overview'),
  },
  {
    id: 'filter',
    keys: ['/'],
    description: 'filter rows',
    footer: 'filter',
    run: ({ model }) => model.setState({ isFiltering: true }),
  },
];

/** Keys that change the view of a pane. */
export const paneViewKeys = (features: Features): readonly Binding[] => [
  {
    id: 'zoom',
    keys: ['z'],
    description: 'zoom the pane, or return to the overview',
    footer: 'zoom',
    run: zoom,
  },
  {
    id: 'split',
    keys: ['|'],
    description: 'toggle the split view',
    run: toggleSplit,
  },
  ...narrowKeys,
  ...features.keys('columns'),
  ...rowSearchKeys,
  seenKey,
  ...markKeys,
  ...features.keys('saved'),
  ...features.keys('copy'),
  ...paneKeys(features.panes),
  ...features.keys('row'),
];
