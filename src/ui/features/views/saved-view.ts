import { defined } from '../../../domain/base/defined.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import { toAscii } from '../../kit/theme/glyphs.ts';
import { currentLayout } from '../../shell/contract/layout.ts';
import { applyLayout, paneState, type UiStore, updatePane } from '../../shell/contract/model.ts';
import type { KeyContext, Pane } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { matrixWindowMs, matrixWindows } from '../signals/chart-window.ts';
import type { Bookmark, SavedView } from './view-state.ts';

const matrix: PaneId = 'matrix';

/** The current view of the focused pane. Aliases of share mode are replaced by the names that they stand for. */
export const captureView = ({ view, pane }: KeyContext): SavedView => {
  const { ui, pen } = view;
  const { filter, least, order, sortColumn, reversed, columns, options } = paneState(ui, pane.id);
  return {
    pane: pane.id,
    layout: currentLayout(ui),
    filter: pen.resolveAliases(filter),
    ...defined({ least }),
    order: pane.orders[order] ?? '',
    ...defined({ sortColumn }),
    reversed: reversed === true,
    ...defined({ columns, options }),
    windowMs: matrixWindowMs(view),
  };
};

/** True if the text contains a secret, which must not be written to a file. */
export const hasSecret = ({ pen }: RenderContext, text: string): boolean =>
  pen.unmasked(text).text !== (pen.ascii ? toAscii(text) : text);

const paneOf = ({ features }: RenderContext, id: PaneId): Pane | undefined =>
  features.panes.all().find((pane) => pane.id === id);

/** The panes of the layout that do not exist. */
const missingPanes = (view: RenderContext, { pane, layout }: SavedView): readonly PaneId[] => {
  const { place, focus, split } = layout;
  const named = [pane, focus, ...(place === 'overview' ? [] : [place]), ...(split?.panes ?? [])];
  return [...new Set(named)].filter((id) => paneOf(view, id) === undefined);
};

/** Columns that the applied view names and the pane lacks. */
const missingParts = (view: RenderContext, pane: Pane, saved: SavedView): readonly string[] => {
  const { order, sortColumn, columns, windowMs } = saved;
  const known = new Set([
    ...(pane.columns?.(view) ?? []).map(({ name }) => name),
    ...(pane.sortColumns?.(view) ?? []).map((head) => head.trim()),
  ]);
  const named = new Set([
    ...(sortColumn === undefined ? [] : [sortColumn.trim()]),
    ...(columns?.off ?? []),
    ...(columns?.on ?? []),
    ...(columns?.order ?? []),
  ]);
  const lost = [...named].filter((name) => !known.has(name));
  return [
    ...lost.map((name) => `no column ${name} in ${pane.title} now`),
    ...(pane.orders.includes(order) ? [] : [`no order "${order}" in ${pane.title} now`]),
    ...(matrixWindows.includes(windowMs) ? [] : ['the time window of the view no longer exists']),
  ];
};

/** Applies a saved view. Returns why it cannot be applied, or what of it no longer exists; '' if all of it does. */
export const applyView = (
  { model, view }: KeyContext,
  saved: SavedView,
): { readonly applied: boolean; readonly missing: string } => {
  const [lost] = missingPanes(view, saved);
  const pane = paneOf(view, saved.pane);
  if (pane === undefined || lost !== undefined)
    return { applied: false, missing: `pane ${lost ?? saved.pane} no longer exists` };
  model.setState((s) => applyLayout(s, saved.layout), true);
  const window = matrixWindows.indexOf(saved.windowMs) + 1;
  if (window > 0)
    updatePane(model, matrix, { options: { ...paneState(model.getState(), matrix).options, window } });
  const { filter, least, order, sortColumn, reversed, columns, options } = saved;
  updatePane(model, pane.id, {
    filter,
    goodFilter: filter,
    least,
    order: Math.max(0, pane.orders.indexOf(order)),
    sortColumn,
    reversed,
    columns,
    options: { ...options, ...(pane.id === matrix && window > 0 ? { window } : {}) },
  });
  const now = { ...view, ui: model.getState() };
  return { applied: true, missing: missingParts(now, pane, saved).join(' · ') };
};

/** The name of a bookmark: 'pods billing-0'. */
export const bookmarkName = ({ pane, label }: Bookmark): string => `${pane} ${label}`;

/** Expands the branches above a row of a tree. */
const expandTo = (model: UiStore, view: RenderContext, pane: Pane, key: string): void => {
  const rows = new Map(pane.everyRow(view).map((row) => [row.key, row]));
  const { expandedKeys = [] } = paneState(model.getState(), pane.id);
  const parents: string[] = [];
  let parent = rows.get(key)?.treePosition?.parent;
  while (parent !== undefined && !parents.includes(parent)) {
    parents.push(parent);
    parent = rows.get(parent)?.treePosition?.parent;
  }
  if (parents.length > 0)
    updatePane(model, pane.id, { expandedKeys: [...new Set([...expandedKeys, ...parents])] });
};

/**
 * Finds the row of a bookmark, by its key or else its label, and expands the branches above it. Returns why it cannot be
 * shown.
 */
export const findBookmark = (
  { model, view }: KeyContext,
  { pane: id, key, label }: Bookmark,
): { readonly pane: Pane; readonly key: string } | { readonly whyNot: string } => {
  const pane = paneOf(view, id);
  if (pane === undefined) return { whyNot: `pane ${id} no longer exists` };
  const every = pane.everyRow(view);
  const row =
    every.find((paneRow) => paneRow.key === key) ?? every.find((paneRow) => paneRow.label === label);
  if (row === undefined) return { whyNot: `${label} is not in ${pane.title} now` };
  expandTo(model, view, pane, row.key);
  const now = { ...view, ui: model.getState() };
  return pane.rows(now).some((paneRow) => paneRow.key === row.key)
    ? { pane, key: row.key }
    : {
        whyNot: `${label} is hidden by the filter of ${pane.title}: press esc in that pane to clear the filter`,
      };
};
