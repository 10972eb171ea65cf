import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import type { RunExercise } from '../coverage/support/exercises.ts';

/** An exercise with well-formed but wrong input. */
export interface Mistake {
  readonly what: string;
  readonly exercise: RunExercise;
}

/** 1.9.1 → 1.9.0, 1.9.0 → 1.8.0; undefined for text that is not a version. */
const olderVersion = (text: string): string | undefined => {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  if (Number(patch) > 0) return `${major}.${minor}.${Number(patch) - 1}`;
  return Number(minor) > 0 ? `${major}.${Number(minor) - 1}.0` : undefined;
};

/** A number below any plausible input. */
const lowerNumber = (text: string): string | undefined =>
  /^\d+$/.test(text) && text !== '1' ? '1' : undefined;

const filesFrom = async (path: string): Promise<readonly (readonly [string, string])[]> => {
  const content = await readFile(path);
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-sabotage-'));
  const saved = async (what: string, bytes: Buffer) => {
    const file = join(dir, `${what.split(' ')[0]}-${basename(path)}`);
    await writeFile(file, bytes);
    return [what, file] as const;
  };
  return [
    await saved('truncated file', content.subarray(0, Math.floor(content.length / 2))),
    await saved('empty file', Buffer.alloc(0)),
  ];
};

/** Plausible mistakes for a value. */
const mistakesOf = async (value: string): Promise<readonly (readonly [string, string])[]> => {
  if (isAbsolute(value)) return await filesFrom(value).catch(() => []);
  const older = olderVersion(value);
  const lower = lowerNumber(value);
  return [
    ...(older === undefined ? [] : [['older version', older] as const]),
    ...(lower === undefined ? [] : [['lower number', lower] as const]),
  ];
};

/** Variants of an exercise, each with one wrong parameter or setting: an older version, a lower number, a truncated or empty file. */
export const mistakesIn = async (exercise: RunExercise): Promise<readonly Mistake[]> => {
  const { params = {}, sets = {} } = exercise;
  const inParams = await Promise.all(
    Object.entries(params).map(async ([name, value]) =>
      typeof value === 'string'
        ? (await mistakesOf(value)).map(([what, wrong]) => ({
            what: `${name}: ${what}`,
            exercise: { ...exercise, params: { ...params, [name]: wrong } },
          }))
        : [],
    ),
  );
  const inSets = await Promise.all(
    Object.entries(sets).map(async ([name, value]) =>
      (await mistakesOf(value)).map(([what, wrong]) => ({
        what: `${name}: ${what}`,
        exercise: { ...exercise, sets: { ...sets, [name]: wrong } },
      })),
    ),
  );
  return [...inParams, ...inSets].flat();
};
