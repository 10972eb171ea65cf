import { defined } from '../../../domain/base/defined.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import type { Layout, OverviewBands, SplitView } from '../contract/layout.ts';

type Named<T> = Readonly<Record<string, T>>;

/**
 * Merges saved things when several cockpits write one file: the file's current content, plus those saved here (`mine`
 * differs from `base`), minus those deleted here (in `base`, not in `mine`). `base` is the last known content.
 */
export const mergeNamed = <T>(file: Named<T>, base: Named<T>, mine: Named<T>): Named<T> => {
  const deleted = new Set(Object.keys(base).filter((name) => !Object.hasOwn(mine, name)));
  const saved = Object.entries(mine).filter(
    ([name, item]) => !Object.hasOwn(base, name) || base[name] !== item,
  );
  return Object.fromEntries([...Object.entries(file).filter(([name]) => !deleted.has(name)), ...saved]);
};

const longestName = 40;

/** True for a name: short text without control characters. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longestName && !/[\u0000-\u001f]/.test(value);

const bandsIn = (value: unknown): OverviewBands | undefined => {
  if (!Array.isArray(value)) return undefined;
  const bands = value.map((band) => (Array.isArray(band) ? band.filter(isName) : []));
  const some = bands.filter((band) => band.length > 0);
  return some.length === 0 ? undefined : some;
};

const splitIn = (value: unknown): SplitView | undefined => {
  if (!isObject(value) || !Array.isArray(value.panes) || !isName(value.from)) return undefined;
  const [left, right] = value.panes;
  return isName(left) && isName(right) ? { panes: [left, right], from: value.from } : undefined;
};

/** Parses a layout; undefined if it is not one. */
export const layoutIn = (value: unknown): Layout | undefined => {
  if (!isObject(value) || !isName(value.place) || !isName(value.focus)) return undefined;
  const bands = bandsIn(value.bands);
  const split = splitIn(value.split);
  return {
    ...defined({ bands }),
    place: value.place,
    focus: value.focus,
    ...defined({ split }),
  };
};
