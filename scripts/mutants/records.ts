import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordedFile, testFileKey } from '../../test/support/mutants/plan.ts';
import type { Layer, TestFile } from './layers.ts';
import type { Population } from './population.ts';
import { withProbes } from './probed.ts';
import { startVitest } from './start.ts';

/** The directory of everything that is kept between runs for these sources. */
export const cacheOf = ({ hash }: Population): string => join('node_modules/.cache/opsdeck/mutants', hash);

/** Sources of the population with probes. */
const probedSources = ({ texts, mutants }: Population): Record<string, string> => {
  const byFile = Map.groupBy(mutants, ({ file }) => file);
  return Object.fromEntries(
    [...texts].flatMap(([file, text]) => {
      const own = byFile.get(file);
      return own?.[0] === undefined ? [] : [[file, withProbes(text, own, own[0].id)]];
    }),
  );
};

/** A record belongs to the text of its test file and the variables that choose tests in it, in any layer. */
const recordName = async (layer: Layer, { file, env }: TestFile): Promise<string> => {
  const key = [file, await readFile(file, 'utf8'), JSON.stringify({ ...env, ...layer.env })];
  return `${createHash('sha256').update(key.join('\0')).digest('hex').slice(0, 24)}.json`;
};

const readRecord = async (path: string): Promise<RecordedFile | undefined> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
};

/** The records of a layer; `missing`: its test files without one. */
export interface LayerRecords {
  readonly files: readonly RecordedFile[];
  readonly missing: readonly TestFile[];
}

/** Reads the records of a layer. */
export const readRecords = async (population: Population, layer: Layer): Promise<LayerRecords> => {
  const files: RecordedFile[] = [];
  const missing: TestFile[] = [];
  for (const file of layer.files) {
    const record = await readRecord(join(cacheOf(population), 'records', await recordName(layer, file)));
    if (record === undefined) missing.push(file);
    else files.push({ ...record, project: file.project });
  }
  return { files, missing };
};

const filesPerStart = 20;

/**
 * Runs test files that have no record, unmutated, and records which tests reach which mutants. `mayGoOn` is asked before each start of the
 * test runner. A file that fails to load leaves no record.
 */
export const recordMissing = async (
  population: Population,
  layer: Layer,
  missing: readonly TestFile[],
  mayGoOn: () => boolean,
): Promise<void> => {
  const kept = join(cacheOf(population), 'records');
  await mkdir(kept, { recursive: true });
  const sources = probedSources(population);
  for (let index = 0; index < missing.length && mayGoOn(); index += filesPerStart) {
    const files = missing.slice(index, index + filesPerStart);
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-mutants-'));
    try {
      const plan = { sources, record: { dir, mutants: population.mutants.length } };
      const { cpuSeconds } = await startVitest({ layer, files, plan, bail: false, limit: 3600 });
      const names = new Map<string, string>();
      for (const file of files)
        names.set(testFileKey(file.project, file.file), await recordName(layer, file));
      let recorded = 0;
      for (const name of await readdir(dir)) {
        const record = await readRecord(join(dir, name));
        const to = record && names.get(testFileKey(record.project, record.file));
        if (to === undefined) continue;
        // Not renamed across file systems.
        await writeFile(join(kept, `${to}.part`), JSON.stringify(record));
        await rename(join(kept, `${to}.part`), join(kept, to));
        recorded += 1;
      }
      const done = Math.min(index + filesPerStart, missing.length);
      console.error(
        `${layer.name}: recorded ${recorded} of ${files.length} files (${done} of ${missing.length}), ${cpuSeconds.toFixed(0)} s of CPU`,
      );
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
};
