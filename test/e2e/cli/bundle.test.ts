import { basename, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { joinChunks } from '../../../scripts/build/join-chunks.ts';
import { sourceRoots, startRoots } from '../../../scripts/build/joined-roots.ts';
import { bundleOptions } from '../../../scripts/build/options.ts';
import { sourceTypes } from '../../../src/sources/registry.ts';

let outputs: Metafile['outputs'];
/** The files of the build by name, with the chunks joined as in `npm run build`. */
let joined: ReadonlyMap<string, string>;
beforeAll(async () => {
  const outdir = resolve('dist');
  const { metafile, outputFiles = [] } = await build(bundleOptions([resolve('src/main.ts')], outdir));
  outputs = metafile?.outputs ?? {};
  const files = await joinChunks(outputFiles, { inputs: {}, outputs }, outdir, startRoots, sourceRoots);
  joined = new Map(files.map(({ path, contents }) => [basename(path), Buffer.from(contents).toString()]));
});

/** Returns chunks and all their static imports, transitively. */
const loadedWith = (
  entries: readonly string[],
  importsOf: (chunk: string) => readonly string[],
): readonly string[] => {
  const seen = new Set<string>();
  const visit = (chunk: string): void => {
    if (seen.has(chunk)) return;
    seen.add(chunk);
    for (const next of importsOf(chunk)) visit(next);
  };
  for (const entry of entries) visit(entry);
  return [...seen];
};

const outputsWith = (...entries: readonly string[]): readonly string[] =>
  loadedWith(entries, (path) =>
    (outputs[path]?.imports ?? []).flatMap(({ path: next, kind }) =>
      kind === 'import-statement' && outputs[next] !== undefined ? [next] : [],
    ),
  );

/** Returns the sources of a chunk and of all its static imports. */
const inputsWith = (entry: string): readonly string[] =>
  outputsWith(entry).flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));

const joinedWith = (...entries: readonly string[]): readonly string[] =>
  loadedWith(entries, (name) =>
    [...(joined.get(name) ?? '').matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)].map(([, to = '']) => to),
  );

/** Returns the chunk that a dynamic import of a source file loads. */
const chunkOf = (source: string): string => {
  const output = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (output === undefined) throw new Error(`${source} has no separate chunk: import() it`);
  return output[0];
};

const matching = (inputs: readonly string[], unwanted: RegExp): readonly string[] =>
  inputs.filter((input) => unwanted.test(input));

describe('lazy loading', () => {
  test('startup loads the command line and the opening frame, but no UI, client, simulator or profile parser', () => {
    const unwanted =
      /node_modules\/(ink|react|undici|zod|yaml)\/|^src\/(ui\/(?!shell\/terminal\/modes\.ts)|(simulator|sources|clients|engine|runs|profile)\/)/;
    expect(matching(inputsWith('dist/main.js'), unwanted)).toEqual([]);
  });

  test('the first frame loads the UI, but no source, executor or simulator', () => {
    const unwanted = /node_modules\/(undici|yaml|execa)\/|^src\/(simulator\/|sources\/|runs\/executor\.ts)/;
    expect(matching(inputsWith(chunkOf('src/cli/cockpit/open-screen.ts')), unwanted)).toEqual([]);
  });

  test('check loads no UI, simulator, source type or client, and the HTTP client only for the first request', () => {
    const unwanted = /node_modules\/(ink|react|undici|execa)\/|^src\/(ui|simulator|clients|sources\/[^/]+)\//;
    expect(matching(inputsWith(chunkOf('src/cli/check/check.ts')), unwanted)).toEqual([]);
  });

  test.each(sourceTypes.map(({ type }) => type))(
    'a profile of type %s loads no other source type',
    (type) => {
      const inputs = inputsWith(chunkOf(`src/sources/${type}/index.ts`));
      expect(inputs).toContain(`src/sources/${type}/index.ts`);
      const folders = inputs.flatMap((input) => /^src\/sources\/([^/]+)\//.exec(input)?.[1] ?? []);
      // What several types are made of is in kit.
      expect([...new Set(folders)].filter((folder) => folder !== 'kit')).toEqual([type]);
    },
  );

  test('the HTTP client has no HTTP/2, no second parser and no fetch', () => {
    const unwanted = /node_modules\/undici\/lib\/(web\/|milo\/|dispatcher\/(client-h2|parser-h1)\.js)/;
    const inputs = inputsWith(chunkOf('src/platform/network/undici.ts'));
    expect(matching(inputs, /node_modules\/undici\/lib\/dispatcher\/client-h1\.js$/)).toHaveLength(1);
    expect(matching(inputs, unwanted)).toEqual([]);
  });
});

test.each([
  { sources: ['src/cli/check/check.ts'] },
  { sources: ['src/cli/check/check.ts', 'src/engine/check-text.ts', 'src/sources/http/index.ts'] },
  { sources: ['src/cli/check/check.ts', 'src/sources/http/index.ts', 'src/platform/network/undici.ts'] },
])('joining chunks makes $sources load fewer files and no more code', ({ sources }) => {
  const chunks = sources.map(chunkOf);
  const apart = outputsWith(...chunks);
  const together = joinedWith(...chunks.map((path) => basename(path)));
  const bytesApart = apart.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  const bytesTogether = together.reduce((sum, name) => sum + Buffer.byteLength(joined.get(name) ?? ''), 0);
  expect(together.length).toBeLessThan(apart.length);
  expect(bytesTogether).toBeLessThan(bytesApart * 1.1);
});

test('the bundle contains no tests and no development-only code', () => {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  expect(
    matching(
      inputs,
      /^(test|bench|scripts\/(?!build\/))|react-devtools-core\/|react(-reconciler)?\.development\.js/,
    ),
  ).toEqual([]);
});
