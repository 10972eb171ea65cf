import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, importsOf } from './imports.ts';

/** The folder of a file; an entry point of the package, directly in src, stands for itself. */
const roomOf = (file: string): string => (dirname(file) === 'src' ? file : dirname(file));

/** The folders that each folder imports, types included. */
const imported = new Map<string, Set<string>>();
for (const { file, to } of (await Promise.all((await filesUnder('src')).map(importsOf))).flat()) {
  const [from, target] = [roomOf(file), roomOf(to)];
  if (from === target || !to.startsWith('src/')) continue;
  imported.set(from, (imported.get(from) ?? new Set()).add(target));
}

/** The folders that a folder reaches through any number of imports. */
const reachedFrom = (folder: string): ReadonlySet<string> => {
  const reached = new Set<string>();
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const target of imported.get(next) ?? [])
      if (!reached.has(target)) {
        reached.add(target);
        open.push(target);
      }
  return reached;
};

const inCycles = [...imported.keys()].filter((folder) => reachedFrom(folder).has(folder)).sort();

test('outside of the screens, no folder imports itself through others', () => {
  const cycles = inCycles
    .filter((folder) => !folder.startsWith('src/ui'))
    .map(
      (folder) =>
        `${folder} ↔ ${[...(imported.get(folder) ?? [])].filter((to) => reachedFrom(to).has(folder)).join(', ')}`,
    );
  expect(
    cycles,
    "Move what both folders need into a folder of its own: a folder's files compose its rooms, and no room imports them.",
  ).toEqual([]);
});

test('no further folder of the screens imports itself through others', () => {
  expect(inCycles.filter((folder) => folder.startsWith('src/ui')).length).toBeLessThanOrEqual(71);
});
