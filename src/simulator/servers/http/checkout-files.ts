import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Millis } from '../../../domain/base/fault.ts';
import { makeDirSync } from '../../../platform/files/make-dir.ts';
import { buildLog, reportsOf } from '../../model/checkout/build-reports.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { parseLockFile, renderLockFile } from '../../model/checkout/checkout.ts';

const blockBytes = 512;

/** A header of the ustar format. Source: POSIX.1-2017, pax. */
const headerOf = (name: string, bytes: number): Buffer => {
  const block = Buffer.alloc(blockBytes);
  block.write(`./${name}`, 0, 100);
  block.write('0000755\0', 100);
  block.write('0001750\0', 108);
  block.write('0001750\0', 116);
  block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
};

/** A `tar.gz` of files given as name → text. */
const tarOf = (files: Readonly<Record<string, string>>): Buffer => {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const data = Buffer.from(text);
    return [
      headerOf(name, data.length),
      data,
      Buffer.alloc((blockBytes - (data.length % blockBytes)) % blockBytes),
    ];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]));
};

/** The version of the package in the checkout at the start: that of the nightly deployment. */
const deployedBefore = '0.1.0';

/** Writes a text file and returns whether its content changed. */
const putIfOther = (path: string, text: string): boolean => {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  makeDirSync(dirname(path));
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
  return true;
};

/** Synchronizes the lock file: writes the model's changes, and reads manual changes back. */
export const syncLockFile = (checkout: Checkout, dir: string): void => {
  const path = join(dir, 'Cargo.lock');
  if (checkout.isLockWritten && existsSync(path)) {
    checkout.lockFound(parseLockFile(readFileSync(path, 'utf8')));
    return;
  }
  putIfOther(path, renderLockFile(checkout));
  checkout.isLockWritten = true;
};

const estimates = 'target/criterion/publish_1k/new/estimates.json';
const estimatesText = `${JSON.stringify({ mean: { point_estimate: 414_110.2, standard_error: 812.4 } })}\n`;
const cacheTag = 'Signature: 8a477f597d28d172789f06886806bc55\n';

/** Files that existed before the simulator started, with that modification time (seconds). */
const putFirst = (path: string, text: string, index: number): void => {
  if (!existsSync(path) && putIfOther(path, text)) utimesSync(path, index, index);
};

/** Results of `cargo bench`, written now. */
export const writeBenchmarkEstimates = (dir: string): void => {
  makeDirSync(dirname(join(dir, estimates)));
  writeFileSync(join(dir, estimates), estimatesText);
};

/** The package of a version with its programs, as packed by deploy.sh. */
export const writeReleasePackage = (dir: string, version: string): void => {
  const programs = ['riptide-api', 'riptide-cli'].map(
    (name) => [`bin/${name}`, `${name} ${version}\n`] as const,
  );
  const path = join(dir, `eventmesh-${version}.tar.gz`);
  writeFileSync(`${path}.part`, tarOf(Object.fromEntries(programs)));
  renameSync(`${path}.part`, path);
};

/** Updates the checkout of an environment: reports, the log of the last build, a package, known issues, the lock file. */
export const writeCheckout = (checkout: Checkout, dir: string, toClock: (time: Millis) => Millis): void => {
  const time = toClock(checkout.reportedAt) / 1000;
  for (const [name, text] of Object.entries(reportsOf(checkout, toClock))) {
    const path = join(dir, 'metrics', name);
    if (putIfOther(path, text)) utimesSync(path, time, time);
  }
  putIfOther(join(dir, 'build_error.log'), buildLog(checkout));
  if (!existsSync(join(dir, `eventmesh-${deployedBefore}.tar.gz`))) writeReleasePackage(dir, deployedBefore);
  const day = (days: number): string =>
    new Date(toClock(checkout.env.now) + days * 86_400_000).toISOString().slice(0, 10);
  const issues = [
    ['riptide-cli: a struct field is not initialised', day(-9), day(21)],
    ['riptide-api: does not compile', day(-9), day(21)],
  ];
  const path = join(dir, 'known-issues.csv');
  if (!existsSync(path))
    putIfOther(path, `${['issue,added,expires', ...issues.map((row) => row.join(','))].join('\n')}\n`);
  putFirst(join(dir, estimates), estimatesText, time);
  if (!checkout.isCleaned) putFirst(join(dir, 'target/CACHEDIR.TAG'), cacheTag, time);
  syncLockFile(checkout, dir);
};
