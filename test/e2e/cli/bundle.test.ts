import { resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleOptions } from '../../../scripts/build/options.ts';

let outputs: Metafile['outputs'];
beforeAll(async () => {
  const { metafile } = await build(bundleOptions([resolve('src/main.ts')], resolve('dist')));
  outputs = metafile?.outputs ?? {};
});

/** Returns the sources of a chunk and of all its static imports, transitively. */
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
      /node_modules\/(ink|react|undici|zod|yaml)\/|^src\/(ui\/(?!terminal\/modes\.ts)|(simulator|sources|clients|engine|runs|profile)\/)/;
    expect(matching(inputsWith('dist/main.js'), unwanted)).toEqual([]);
  });

  test('the first frame loads the UI, but no source, executor or simulator', () => {
    const unwanted = /node_modules\/(undici|yaml|execa)\/|^src\/(simulator\/|sources\/|runs\/executor\.ts)/;
    expect(matching(inputsWith(chunkOf('src/cli/cockpit/open-screen.ts')), unwanted)).toEqual([]);
  });

  test('check loads no UI or simulator, and the HTTP client only for the first request', () => {
    const unwanted = /node_modules\/(ink|react|undici|execa)\/|^src\/(ui|simulator)\//;
    expect(matching(inputsWith(chunkOf('src/cli/check/check.ts')), unwanted)).toEqual([]);
  });
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
