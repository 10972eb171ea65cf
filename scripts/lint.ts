/**
 * `node scripts/lint.ts [FILE…]`: lints files and checks their format; without names, those that changed since they last
 * passed here. Every rule of biome.json judges a file by itself, so a file with the same text under the same settings
 * passes again: a run after a small change takes a second instead of half a minute.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const kept = 'node_modules/.cache/opsdeck/lint.json';

/** More files than fit into one command line, or than are worth naming, are linted as the whole tree. */
const mostNamed = 500;

const hashOf = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64url').slice(0, 16);
};

/** The files of the working tree, new ones too. Undefined outside of a git repository. */
const filesOfTree = (): readonly string[] | undefined => {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return status === 0
    ? stdout.split('\0').filter((path) => /\.(?:[cm]?[jt]sx?|jsonc?)$/.test(path))
    : undefined;
};

const textOf = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    // Deleted, but not yet committed.
    return undefined;
  }
};

/** Text of each file under the present rules, as a hash. */
const hashesOf = (files: readonly string[]): ReadonlyMap<string, string> => {
  const rules = ['biome.json', '.gitignore', 'node_modules/@biomejs/biome/package.json'].map(
    (path) => textOf(path) ?? '',
  );
  const settings = hashOf(...rules);
  return new Map(
    files.flatMap((path) => {
      const text = textOf(path);
      return text === undefined ? [] : [[path, hashOf(settings, path, text)] as const];
    }),
  );
};

const passedBefore = (): ReadonlySet<string> => {
  try {
    return new Set<string>(JSON.parse(readFileSync(kept, 'utf8')));
  } catch {
    return new Set();
  }
};

const passes = (paths: readonly string[]): boolean => {
  const args = ['check', '--diagnostic-level=error', '--no-errors-on-unmatched', ...paths];
  return spawnSync('biome', args, { stdio: 'inherit' }).status === 0;
};

const files = filesOfTree();
if (files === undefined) process.exitCode = passes(['.']) ? 0 : 1;
else {
  const hashes = hashesOf(files);
  const before = passedBefore();
  const changed = [...hashes].filter(([, hash]) => !before.has(hash)).map(([path]) => path);
  if (changed.length === 0 || passes(changed.length > mostNamed ? ['.'] : changed)) {
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, JSON.stringify([...hashes.values()]));
  } else process.exitCode = 1;
}
