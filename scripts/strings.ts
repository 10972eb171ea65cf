/**
 * `npm run strings [-- --seed N] [--count N]`: draws texts of the program that people read, for a blind reading beside those of other
 * programs. Prints them one per line, with `{name}` for each value, and on stderr the share that joins sentences with `; ` or refers to something as *it*.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { visibleStrings } from './words/strings.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { seed, count, help } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '120' },
    help: { type: 'boolean', default: false },
  },
}).values;
if (help) {
  console.log(
    'npm run strings -- [--seed N] [--count N]\nDraws texts of the program that people read: 120 without --count.',
  );
  process.exit();
}

/** Parts of `src` that do not speak to people: servers that are simulated, helpers of tests, and the vocabulary of log formats. */
const silent = /^src\/(?:simulator|testing|logs\/format)\//;

/** mulberry32, by Tommy Ettinger: a small generator with a seed. */
const generator = (start: number): (() => number) => {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const files = (await readdir('src', { recursive: true }))
  .map((path) => join('src', path))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !silent.test(path))
  .toSorted();
const all = (await Promise.all(files.map(visibleStrings))).flat();
const next = generator(Number(seed));
const drawn = all
  .map((string) => ({ string, place: next() }))
  .toSorted((a, b) => a.place - b.place)
  .slice(0, Number(count))
  .map(({ string }) => string);
for (const { text } of drawn) console.log(text.replaceAll(/\s*\n\s*/g, ' ⏎ '));

const share = (pattern: RegExp): string =>
  `${((100 * all.filter(({ text }) => pattern.test(text)).length) / all.length).toFixed(1)} %`;
console.error(`${all.length} texts: "; " in ${share(/; /)}, it/its in ${share(/\b[Ii]ts?\b/)}`);
