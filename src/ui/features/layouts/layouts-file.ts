import { isObject } from '../../../domain/text/value-text.ts';
import type { OverviewBands } from '../../shell/contract/layout.ts';
import {
  type Layout,
  maxSavedLayouts,
  type SavedLayouts,
  type SplitView,
} from '../../shell/contract/layout.ts';

type Named<T> = Readonly<Record<string, T>>;

/**
 * Merges saved things when several cockpits write one file: the file's current content, plus those saved here (`mine`
 * differs from `base`), minus those deleted here (in `base`, not in `mine`). `base` is the last known content.
 */
export const mergeNamed = <T>(file: Named<T>, base: Named<T>, mine: Named<T>): Named<T> => {
  const deleted = new Set(Object.keys(base).filter((name) => !Object.hasOwn(mine, name)));
  const saved = Object.entries(mine).filter(
    ([name, one]) => !Object.hasOwn(base, name) || base[name] !== one,
  );
  return Object.fromEntries([...Object.entries(file).filter(([name]) => !deleted.has(name)), ...saved]);
};

/** Saved layouts by 'system/env', most recently used last. */
export type SavedLayoutsByEnvironment = Readonly<Record<string, SavedLayouts>>;

const version = 1;
const environmentsKept = 50;
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
  const [bands, split] = [bandsIn(value.bands), splitIn(value.split)];
  return {
    ...(bands === undefined ? {} : { bands }),
    place: value.place,
    focus: value.focus,
    ...(split === undefined ? {} : { split }),
  };
};

const keptIn = (value: unknown): SavedLayouts => {
  if (!isObject(value)) return { layouts: {} };
  const last = layoutIn(value.last);
  const layouts = Object.entries(isObject(value.layouts) ? value.layouts : {}).flatMap(([name, one]) => {
    const layout = layoutIn(one);
    return layout === undefined || !isName(name) ? [] : [[name, layout] as const];
  });
  return {
    ...(last === undefined ? {} : { last }),
    layouts: Object.fromEntries(layouts.slice(0, maxSavedLayouts)),
  };
};

/** Parses a layouts file; undefined if it is not one. Invalid entries are skipped. */
export const parseLayoutsFile = (text: string): SavedLayoutsByEnvironment | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== version || !isObject(value.environments)) return undefined;
  return Object.fromEntries(
    Object.entries(value.environments)
      .slice(-environmentsKept)
      .map(([name, kept]) => [name, keptIn(kept)]),
  );
};

/** Replaces one environment's layouts; drops the least recently used environments. */
export const withSavedLayouts = (
  all: SavedLayoutsByEnvironment,
  env: string,
  kept: SavedLayouts,
): SavedLayoutsByEnvironment => {
  const others = Object.entries(all).filter(([name]) => name !== env);
  return Object.fromEntries([...others, [env, kept] as const].slice(-environmentsKept));
};

export const formatLayoutsFile = (environments: SavedLayoutsByEnvironment): string =>
  `${JSON.stringify({ version, environments }, undefined, 1)}\n`;
