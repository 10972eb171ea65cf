import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, importsOf } from './imports.ts';

/** The folder of a file; an entry point of the package, directly in src, stands for itself. */
const roomOf = (file: string): string => (dirname(file) === 'src' ? file : dirname(file));

const imports = (await Promise.all((await filesUnder('src')).map(importsOf))).flat();

/** The folders that each folder imports, types included. */
const imported = new Map<string, Set<string>>();
for (const { file, to } of imports) {
  const from = roomOf(file);
  const target = roomOf(to);
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

test('no folder imports itself through others', () => {
  const cycles = [...imported.keys()]
    .filter((folder) => reachedFrom(folder).has(folder))
    .sort()
    .map(
      (folder) =>
        `${folder} ↔ ${[...(imported.get(folder) ?? [])].filter((to) => reachedFrom(to).has(folder)).join(', ')}`,
    );
  expect(
    cycles,
    "Move what both folders need into a folder of its own: a folder's files compose its rooms, and no room imports them.",
  ).toEqual([]);
});

/** The layers of the screens, from the inside out, and what to do instead of importing a later one. */
const layers = [
  { name: 'kit', remedy: 'The kit draws what it is given: take it as an argument.' },
  {
    name: 'shell',
    remedy:
      'The shell knows features by contract: add a part to Feature (src/ui/shell/contract/features.ts), and let the feature provide it.',
  },
  {
    name: 'features',
    remedy: 'A feature is listed by the app: take it from view.features, or as a service of the shell.',
  },
  { name: 'app', remedy: '' },
] as const;

const layerOf = (file: string): number => layers.findIndex(({ name }) => file.startsWith(`src/ui/${name}/`));

const screens = imports.filter(({ file, to }) => file.startsWith('src/ui/') && to.startsWith('src/ui/'));

test('every file of the screens is in a layer', () => {
  expect(
    [...new Set(screens.flatMap(({ file, to }) => [file, to]))].filter((file) => layerOf(file) < 0),
  ).toEqual([]);
});

test('the layers of the screens import inwards only, types included', () => {
  const back = screens
    .filter(({ file, to }) => layerOf(to) > layerOf(file))
    .map(({ file, line, to }) => `${file}:${line} imports ${to}. ${layers[layerOf(file)]?.remedy}`);
  expect(back).toEqual([]);
});

test('the kit knows the words of the domain, and no state', () => {
  const wrong = imports
    .filter(
      ({ file, to }) => file.startsWith('src/ui/kit/') && !/^src\/(ui\/kit|domain|runs\/policy)\//.test(to),
    )
    .map(({ file, line, to }) => `${file}:${line} imports ${to}. Take the values as arguments.`);
  expect(wrong).toEqual([]);
});

/** The feature of a file; undefined for another layer. */
const featureOf = (file: string): string | undefined => /^src\/ui\/features\/([^/]+)\//.exec(file)?.[1];

/** The folders with a feature of their own. The others are parts that several features share. */
const features = new Set(
  (await filesUnder('src/ui/features')).filter((file) => file.endsWith('/feature.ts')).map(featureOf),
);

const betweenFeatures = screens.filter(({ file, to }) => {
  const from = featureOf(file);
  const target = featureOf(to);
  return from !== undefined && from !== target && features.has(target);
});

const listOf = (arrows: typeof screens): string => arrows.map(({ file, to }) => `${file} → ${to}`).join('\n');

/** Features that are built on another one, by `feature → feature`, and why no service of the shell is between them. */
const builtOn: Readonly<Record<string, string>> = {
  'pods → forwards':
    'the key of a port-forward stands among those of a pod, and has nothing to say anywhere else',
  'runbooks → checklists': 'the list of runbooks opens the checklist of its row as that feature shows it',
  'runs → cards': 'a recorded run is read, undone and handed over with the keys of its card',
};

const nameOf = ({ file, to }: (typeof screens)[number]): string => `${featureOf(file)} → ${featureOf(to)}`;

test('features meet in the shell: one imports another only where it is built on it', () => {
  expect(
    listOf(betweenFeatures.filter((arrow) => !(nameOf(arrow) in builtOn))),
    'Use a service of the shell (src/ui/shell/contract/services.ts), move the shared part to the kit, the shell or a folder without feature.ts, or state in builtOn why one feature is built on the other.',
  ).toBe('');
  const used = new Set(betweenFeatures.map(nameOf));
  expect(Object.keys(builtOn).filter((name) => !used.has(name))).toEqual([]);
});

test('what features share knows none of them', () => {
  const wrong = betweenFeatures.filter(({ file }) => !features.has(featureOf(file)));
  expect(listOf(wrong)).toBe('');
});

test('the app takes each feature from its definition', () => {
  const wrong = screens
    .filter(
      ({ file, to }) =>
        file === 'src/ui/app/features.ts' && featureOf(to) !== undefined && !/\/(feature|pane)\.ts$/.test(to),
    )
    .map(({ line, to }) => `features.ts:${line} imports ${to}: export it with defineFeature from feature.ts`);
  expect(wrong).toEqual([]);
});
