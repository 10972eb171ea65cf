import { resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleOptions } from '../../../scripts/build/options.ts';

let outputs: Metafile['outputs'];
beforeAll(async () => {
  const { metafile } = await build(bundleOptions([resolve('src/main.ts')], resolve('dist')));
  outputs = metafile?.outputs ?? {};
});

/** Everything that is loaded with a file: itself and what it imports statically, all the way. */
const inputsWith = (entry: string): readonly string[] => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement') visit(next);
  };
  visit(entry);
  return [...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
};

/** The chunk that a dynamic import of this source file loads. */
const chunkOf = (source: string): string => {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (found === undefined) throw new Error(`${source} has no chunk of its own: import() it`);
  return found[0];
};

const within = (inputs: readonly string[], unwanted: RegExp): readonly string[] =>
  inputs.filter((input) => unwanted.test(input));

describe('what is loaded when', () => {
  test('at once: the command line, and nothing that draws, reads or serves', () => {
    const unwanted = /node_modules\/(ink|react|undici|zod|yaml)\/|^src\/(ui|world|sources|engine|profile)\//;
    // A few words are shared with everything; they are small and import nothing.
    const words = /^src\/profile\/did-you-mean\.ts$/;
    expect(within(inputsWith('dist/main.js'), unwanted).filter((path) => !words.test(path))).toEqual([]);
  });

  test('before the first frame: the screen, and no client of a source, no world', () => {
    const unwanted = /node_modules\/(undici|yaml|execa)\/|^src\/(world|sources|engine\/executor)\//;
    expect(within(inputsWith(chunkOf('src/cli/cockpit/open-screen.ts')), unwanted)).toEqual([]);
  });

  test('check: no screen, no world, and the HTTP client only when something is asked', () => {
    const unwanted = /node_modules\/(ink|react|undici|execa)\/|^src\/(ui|world)\//;
    expect(within(inputsWith(chunkOf('src/cli/check/check.ts')), unwanted)).toEqual([]);
  });
});

test('nothing of the tests, and nothing for development only, is in the bundle', () => {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  expect(
    within(
      inputs,
      /^(test|bench|scripts\/(?!build\/))|react-devtools-core\/|react(-reconciler)?\.development\.js/,
    ),
  ).toEqual([]);
});
