import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Shorter lines are alike by nature: `source: k8s`. */
const shortest = 40;
const longest = 400;
/** Of the characters of long lines, the share that another line of the same system has already. */
const mostRepeated = 0.07;

const linesOf = async (system: string): Promise<readonly string[]> => {
  const dir = join('profiles', system);
  const files = (await readdir(dir)).filter((file) => file.endsWith('.yaml') && file !== 'coverage.yaml');
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line.length >= shortest && !line.startsWith('#'));
};

const charactersOf = (lines: Iterable<string>): number =>
  [...lines].reduce((sum, { length }) => sum + length, 0);

test.each(['event-bus', 'event-processing', 'eventmesh', 'saga', 'trading'])(
  'the profiles of %s write a step once (`parts:`), in lines that can be read',
  async (system) => {
    const lines = await linesOf(system);
    const repeated = 1 - charactersOf(new Set(lines)) / charactersOf(lines);
    expect(repeated).toBeLessThan(mostRepeated);
    expect(lines.filter(({ length }) => length > longest)).toEqual([]);
  },
);
