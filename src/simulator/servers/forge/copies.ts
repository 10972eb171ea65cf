import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkout } from '../../model/checkout/checkout.ts';
import type { Machine } from '../../model/hosts/machine.ts';
import type { Deployed } from '../../model/hosts/site.ts';
import { digestOf } from '../../model/hosts/site.ts';
import { type Bench, failed, type Ran, type Started, said, type Tool, told, unknownHere } from './ran.ts';

const programs = ['riptide-api', 'riptide-cli'] as const;
/** What is deployed when the world begins. */
const firstVersion = '0.1.0';

const textOf = (program: string, version: string): string => `${program} ${version}\n`;

/** The program that a path of `target/release` names. */
const programOf = (path: string): string | undefined =>
  /^target\/release\/(riptide-(?:api|cli))$/.exec(path)?.[1];

/** A release build: its programs lie in `target/release` of the checkout from now on. */
export const leaveBuilt = (checkout: Checkout, cwd: string): void => {
  checkout.built = checkout.spec.version;
  mkdirSync(join(cwd, 'target/release'), { recursive: true });
  for (const name of programs) {
    const path = join(cwd, 'target/release', name);
    writeFileSync(path, textOf(name, checkout.spec.version));
    chmodSync(path, 0o755);
  }
};

/** cargo marks the directory of its builds when it makes it. */
export const leaveTag = (cwd: string): void => {
  const path = join(cwd, 'target/CACHEDIR.TAG');
  if (existsSync(path)) return;
  mkdirSync(join(cwd, 'target'), { recursive: true });
  writeFileSync(path, 'Signature: 8a477f597d28d172789f06886806bc55\n');
};

/** `cargo clean`: nothing of `target` is left but what benchmarks have measured. */
export const leaveNothing = (cwd: string): void => {
  for (const name of ['release', 'CACHEDIR.TAG'])
    rmSync(join(cwd, 'target', name), { recursive: true, force: true });
};

interface There {
  readonly host: string;
  readonly dir: string;
}

/** `[user@]HOST:DIRECTORY/` */
const thereIn = (text: string): There | undefined => {
  const [, host, dir] = /^(?:[^@:]+@)?([^:]+):(.+?)\/?$/.exec(text) ?? [];
  return host === undefined || dir === undefined ? undefined : { host, dir };
};

const machineOf = ({ view }: Bench, host: string): Machine | undefined =>
  view.model.see(view.env, view.clock.now()).parts.hosts?.machine(host);

const noHost = (host: string, program: string): Ran =>
  failed(
    255,
    `ssh: Could not resolve hostname ${host}: Name or service not known\n${program}: Connection closed\n`,
  );

/** What is deployed once one file of another version was copied into it. */
const withFile = (holds: Deployed, file: string, version: string, all: readonly string[]): Deployed => {
  const of = (one: string): string => holds.others?.[one] ?? holds.version ?? '';
  const isMain = file === 'bin/riptide-api';
  const main = isMain ? version : (holds.version ?? '');
  const each = all.map((one) => [one, one === file ? version : of(one)] as const);
  const others = Object.fromEntries(each.filter(([, found]) => found !== main));
  return {
    ...(main === '' ? {} : { version: main }),
    ...(Object.keys(others).length === 0 ? {} : { others }),
  };
};

/** `scp … -- FILE HOST:DIRECTORY/`: a program that was built is copied into bin/ of a host, and runs from its next start on. */
const copyIn = (started: Started, bench: Bench): Ran => {
  const [file = '', to = '', ...rest] = started.args.slice(started.args.indexOf('--') + 1);
  const there = thereIn(to);
  if (rest.length > 0 || there === undefined) return unknownHere(started);
  const name = programOf(file);
  const { built } = bench.checkout;
  if (name === undefined || built === undefined)
    return failed(255, `scp: stat local "${file}": No such file or directory\n`);
  const machine = machineOf(bench, there.host);
  if (machine === undefined) return noHost(there.host, 'scp');
  const { site } = machine;
  const { now } = bench.view.model.unseen(bench.view.env);
  if (there.dir !== `${site.dir}/bin`)
    return failed(1, `scp: dest open "${there.dir}/": No such file or directory\n`);
  if (site.isLocked(now)) return failed(1, `scp: dest open "${there.dir}/${name}": Permission denied\n`);
  const files = Object.keys(site.files);
  site.disk.fill(site.dir, withFile(site.deployed ?? {}, `bin/${name}`, built, files), now);
  return told('');
};

/** `scp -3 … -- HOST:ARCHIVE HOST:DIRECTORY/`: an archive from one host to another, through this machine. */
const copyAcross = (started: Started, bench: Bench): Ran => {
  const [from = '', to = ''] = started.args.slice(started.args.indexOf('--') + 1);
  const [source, there] = [thereIn(from), thereIn(to)];
  if (source === undefined || there === undefined) return unknownHere(started);
  const [giver, taker] = [machineOf(bench, source.host), machineOf(bench, there.host)];
  if (giver === undefined || taker === undefined)
    return noHost(giver === undefined ? source.host : there.host, 'scp');
  const archive = giver.site.disk.find(source.dir);
  if (archive?.is !== 'archive') return failed(1, `scp: ${source.dir}: No such file or directory\n`);
  const { inode: _, writtenAt, ...packed } = archive;
  const name = source.dir.slice(source.dir.lastIndexOf('/') + 1);
  taker.site.disk.put(`${there.dir}/${name}`, packed, writtenAt);
  return told('');
};

/** `scp … -- HOST:DIRECTORY/bin/PROGRAM FILE`: what is installed, as a file of the checkout. */
const copyBack = (started: Started, bench: Bench): Ran => {
  const [from = '', to = ''] = started.args.slice(started.args.indexOf('--') + 1);
  const there = thereIn(from);
  const machine = there === undefined ? undefined : machineOf(bench, there.host);
  if (there === undefined || machine === undefined) return noHost(there?.host ?? '', 'scp');
  const { deployed, dir } = machine.site;
  const name = /^bin\/(riptide-(?:api|cli))$/.exec(there.dir.replace(`${dir}/`, ''))?.[1];
  if (name === undefined || deployed === undefined)
    return failed(1, `scp: ${there.dir}: No such file or directory\n`);
  const version = deployed.others?.[`bin/${name}`] ?? deployed.version ?? firstVersion;
  writeFileSync(join(started.cwd, to), textOf(name, version));
  return told('');
};

export const scp: Tool = (started, bench): Ran => {
  const { args } = started;
  if (!args.includes('--')) return unknownHere(started);
  if (args.includes('-3')) return copyAcross(started, bench);
  return (args[args.indexOf('--') + 1] ?? '').includes(':')
    ? copyBack(started, bench)
    : copyIn(started, bench);
};

/**
 * `rsync --dry-run --checksum --out-format=%n … -- FILE HOST:DIRECTORY/`: names the file where the host's is another one, or
 * none; says nothing where both are the same.
 */
export const rsync: Tool = (started, bench): Ran => {
  const { args } = started;
  const operands = args.slice(args.indexOf('--') + 1);
  const files = operands.slice(0, -1);
  const there = thereIn(operands.at(-1) ?? '');
  if (!args.includes('--dry-run') || !args.includes('--checksum') || there === undefined)
    return unknownHere(started);
  const { built } = bench.checkout;
  const missing = files.find((file) => programOf(file) === undefined || built === undefined);
  if (missing !== undefined)
    return failed(
      23,
      `rsync: [sender] link_stat "${join(started.cwd, missing)}" failed: No such file or directory (2)\nrsync error: some files/attrs were not transferred (code 23) at main.c(1338) [sender=3.2.7]\n`,
    );
  const machine = machineOf(bench, there.host);
  if (machine === undefined) return noHost(there.host, 'rsync');
  const { deployed, dir } = machine.site;
  const names = files.flatMap((file) => programOf(file) ?? []);
  const other = names.filter(
    (name) =>
      there.dir !== `${dir}/bin` ||
      deployed === undefined ||
      digestOf(`bin/${name}`, deployed) !== digestOf(`bin/${name}`, { version: built ?? '' }),
  );
  return said(other.map((name) => `${name}\n`).join(''));
};

/** `sha256sum -- FILE` of what was built. */
export const sha256sum: Tool = ({ args }, { checkout }) => {
  const path = args.at(-1) ?? '';
  const name = programOf(path);
  const { built } = checkout;
  return name === undefined || built === undefined
    ? failed(1, `sha256sum: ${path}: No such file or directory\n`)
    : said(`${digestOf(`bin/${name}`, { version: built })}  ${path}\n`);
};
