import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { factKinds } from '../../src/kinds/registry/registry.ts';
import { filesUnder, importsOf } from './imports.ts';

const root = 'src/kinds';
/** What kinds are made of, and the list of them. */
const shared = ['define', 'registry'];
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
  .map((entry) => entry.name);

test('the registry contains every kind folder under its name', () => {
  const forgotten = folders.filter((name) => !factKinds().some((kind) => kind === name));
  expect(forgotten, `add ${forgotten.join(', ')} to ${root}/registry/registry.ts`).toEqual([]);
  const elsewhere = factKinds().filter((name) => !folders.includes(name));
  expect(elsewhere, `a kind is a folder of its name below ${root}`).toEqual([]);
});

test.each(folders)('%s declares its rows and its kind', (name) => {
  for (const file of ['fact.ts', 'kind.ts']) expect(existsSync(`${root}/${name}/${file}`), file).toBe(true);
});

test('only the registry imports a kind', async () => {
  const imports = (await Promise.all((await filesUnder('src')).map(importsOf))).flat();
  const wrong = imports.filter(
    ({ file, to }) => /^src\/kinds\/[^/]+\/kind\.ts$/.test(to) && file !== `${root}/registry/registry.ts`,
  );
  expect(wrong.map(({ file, line }) => `${file}:${line} call kindOf`)).toEqual([]);
});
