import { defined } from '../../../domain/base/defined.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import type { ColumnChoice } from '../../shell/contract/column-choice.ts';
import type { LevelFilter } from '../../shell/contract/model.ts';
import { isName, layoutIn } from '../../shell/saved/saved-layout.ts';
import type { Bookmark, SavedView } from './view-state.ts';

type Named<T> = Readonly<Record<string, T>>;

/** The saved views of one environment. */
export interface EnvironmentViews {
  readonly views: Named<SavedView>;
  readonly bookmarks: Named<Bookmark>;
}

/** The content of the file. */
export interface ViewsFile {
  /** By pane: a matter of taste, so they apply to every environment. */
  readonly columns: Named<ColumnChoice>;
  /** By 'system/env'. */
  readonly environments: Named<EnvironmentViews>;
}

export const emptyViews: ViewsFile = { columns: {}, environments: {} };

export const noSavedViews: EnvironmentViews = { views: {}, bookmarks: {} };

const version = 1;
/** Maximum number of saved views and of bookmarks per environment. */
export const maxSaved = 50;
const maxFilterLength = 500;
const maxColumns = 200;

const namesIn = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.length <= maxColumns && value.every(isName) ? value : undefined;

const choiceIn = (value: unknown): ColumnChoice | undefined => {
  if (!isObject(value)) return undefined;
  const order = namesIn(value.order);
  const off = namesIn(value.off);
  const on = namesIn(value.on);
  return order === undefined || off === undefined || on === undefined
    ? undefined
    : { order, off, on, wide: value.wide === true };
};

const isLevelFilter = (value: unknown): value is LevelFilter => value === 'bad' || value === 'crit';

const optionsIn = (value: unknown): Readonly<Record<string, number>> | undefined =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
      )
    : undefined;

const viewIn = (value: unknown): SavedView | undefined => {
  if (!isObject(value) || !isName(value.pane)) return undefined;
  const { pane, filter, order, windowMs, least, sortColumn } = value;
  const layout = layoutIn(value.layout);
  const columns = value.columns === undefined ? undefined : choiceIn(value.columns);
  const options = optionsIn(value.options);
  if (layout === undefined || typeof order !== 'string' || typeof windowMs !== 'number') return undefined;
  if (typeof filter !== 'string' || filter.length > maxFilterLength) return undefined;
  if (value.columns !== undefined && columns === undefined) return undefined;
  return {
    pane,
    layout,
    filter,
    order,
    windowMs,
    reversed: value.reversed === true,
    ...(isLevelFilter(least) ? { least } : {}),
    ...(isName(sortColumn) ? { sortColumn } : {}),
    ...defined({ columns, options }),
  };
};

const bookmarkIn = (value: unknown): Bookmark | undefined => {
  if (!isObject(value) || !isName(value.pane)) return undefined;
  const { pane, key, label } = value;
  return typeof key === 'string' && typeof label === 'string' ? { pane, key, label } : undefined;
};

/** The valid entries of an object, and the number of invalid ones. */
const entriesIn = <T>(
  value: unknown,
  parse: (element: unknown) => T | undefined,
): { readonly entries: Named<T>; readonly invalid: number } => {
  if (!isObject(value)) return { entries: {}, invalid: value === undefined ? 0 : 1 };
  const all = Object.entries(value).map(([name, element]) => [name, parse(element)] as const);
  const valid = all.flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const]));
  return { entries: Object.fromEntries(valid), invalid: all.length - valid.length };
};

/**
 * Parses a file of saved views; undefined if it is none, or of a later version. `invalid`: the number of entries that
 * cannot be read, which the next write would drop.
 */
export const parseViewsFile = (
  text: string,
): { readonly content: ViewsFile; readonly invalid: number } | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== version || !isObject(value.environments)) return undefined;
  const columns = entriesIn(value.columns, choiceIn);
  let { invalid } = columns;
  const environments = entriesIn(value.environments, (element): EnvironmentViews | undefined => {
    if (!isObject(element)) return undefined;
    const views = entriesIn(element.views, viewIn);
    const bookmarks = entriesIn(element.bookmarks, bookmarkIn);
    invalid += views.invalid + bookmarks.invalid;
    return { views: views.entries, bookmarks: bookmarks.entries };
  });
  return {
    content: { columns: columns.entries, environments: environments.entries },
    invalid: invalid + environments.invalid,
  };
};

export const formatViewsFile = ({ columns, environments }: ViewsFile): string =>
  `${JSON.stringify({ version, columns, environments }, undefined, 1)}\n`;
