import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Figure, median, ms } from './support/figure.ts';
import { launcher, openPlace, type Place, timeOf } from './support/place.ts';

const rounds = 7;
const fileBytes = 1_000_000_000;
const most = 1.5;

/** Service log lines, one in 200 an error; a block of about 16 MB, repeated. */
const lines = (): Buffer => {
  const made: string[] = [];
  for (let index = 0, size = 0; size < 16_000_000; index++) {
    const level = index % 200 === 0 ? 'ERROR' : index % 11 === 0 ? 'WARN' : 'INFO';
    const time = new Date(Date.UTC(2026, 2, 4) + 37 * index).toISOString();
    const end = level === 'ERROR' ? 'timeout after 3000 ms' : 'ok';
    const line = `${time} ${level} [worker-${index % 8}] shop.billing.Psp - order=${index * 7919} took ${index % 3000} ms ${end}\n`;
    made.push(line);
    size += line.length;
  }
  return Buffer.from(made.join(''));
};

const writeLog = async (path: string): Promise<void> => {
  const part = lines();
  const parts = Array.from({ length: Math.ceil(fileBytes / part.length) }, () => part);
  await pipeline(Readable.from(parts), createWriteStream(path));
};

/** Time for Node to only read the file. */
const bareStream = (path: string): string =>
  `const { createReadStream } = require('node:fs');
   (async () => { let size = 0; for await (const chunk of createReadStream(${JSON.stringify(path)})) size += chunk.length; console.log(size); })();`;

const hasRipgrep = (): Promise<boolean> =>
  promisify(execFile)('rg', ['--version']).then(
    () => true,
    () => false,
  );

const profileOf = async (place: Place, log: string): Promise<string> => {
  const text = `opsdeck: 1\nsystem: bench\nenv: dev\ntier: dev\nsources:\n  app: { type: file, paths: ["${log}"] }\n`;
  await writeFile(join(place.dir, 'dev.yaml'), text);
  return place.dir;
};

/** `opsdeck logs --count` of one gigabyte, whole process, compared with Node only reading it, in alternating runs. */
export const logsCount = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const log = join(place.dir, 'app.log');
  await writeLog(log);
  const dir = await profileOf(place, log);
  const bare = [process.execPath, '-e', bareStream(log)];
  const count = [process.execPath, launcher, 'logs', '--env', 'bench/dev', '--profiles', dir, '--count'];
  const asked: Readonly<Record<string, readonly string[]>> = {
    'one word': ['--include', 'ERROR'],
    'four words': ['--include', 'ERROR|FATAL|OutOfMemoryError|SQLException'],
    'all but one word': ['--exclude', 'ERROR'],
  };
  const other = (await hasRipgrep()) ? ['rg', '--count', 'ERROR', log] : undefined;
  const times = new Map<string, number[]>();
  const take = async (name: string, argv: readonly string[]): Promise<void> => {
    times.set(name, [...(times.get(name) ?? []), await timeOf(argv, place)]);
  };
  // Fills the page cache for both sides.
  await timeOf(bare, place);
  for (let round = 0; round < rounds; round++) {
    await take('bare', bare);
    for (const [name, args] of Object.entries(asked)) await take(name, [...count, ...args]);
    if (other !== undefined) await take('ripgrep', other);
  }
  const base = median(times.get('bare') ?? []);
  return [...times]
    .filter(([name]) => name !== 'bare')
    .map(([name, all]): Figure => {
      const ratio = median(all) / base;
      const from = `${ms(median(all))} against ${ms(base)}, medians of ${rounds}`;
      const value = `${ratio.toFixed(2)} × a bare Node stream`;
      if (name === 'ripgrep') return { name: 'ripgrep counts the lines of 1 GB', value, from };
      return {
        name: `logs --count of 1 GB: ${name}`,
        value,
        target: `≤ ${most} ×`,
        met: ratio <= most,
        from,
      };
    });
};
