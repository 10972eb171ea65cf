import { defined } from '../../../domain/base/defined.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import { maxSavedLayouts, type SavedLayouts } from '../../shell/contract/layout.ts';
import { isName, layoutIn } from '../../shell/saved/saved-layout.ts';

/** Saved layouts by 'system/env', most recently used last. */
export type SavedLayoutsByEnvironment = Readonly<Record<string, SavedLayouts>>;

const version = 1;
const environmentsKept = 50;
const keptIn = (value: unknown): SavedLayouts => {
  if (!isObject(value)) return { layouts: {} };
  const last = layoutIn(value.last);
  const layouts = Object.entries(isObject(value.layouts) ? value.layouts : {}).flatMap(([name, element]) => {
    const layout = layoutIn(element);
    return layout === undefined || !isName(name) ? [] : [[name, layout] as const];
  });
  return {
    ...defined({ last }),
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
