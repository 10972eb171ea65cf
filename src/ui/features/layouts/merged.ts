import type { Kept } from './layout.ts';

type Layouts = Kept['layouts'];

/**
 * The layouts of a file that several cockpits write: what is in it now, with what this one has saved (`mine` differs from
 * `base`) and without what it has forgotten (in `base`, not in `mine`). `base` is what this one last saw there.
 */
export const mergedLayouts = (file: Layouts, base: Layouts, mine: Layouts): Layouts => {
  const forgotten = new Set(Object.keys(base).filter((name) => !Object.hasOwn(mine, name)));
  const saved = Object.entries(mine).filter(
    ([name, layout]) => !Object.hasOwn(base, name) || base[name] !== layout,
  );
  return Object.fromEntries([...Object.entries(file).filter(([name]) => !forgotten.has(name)), ...saved]);
};
