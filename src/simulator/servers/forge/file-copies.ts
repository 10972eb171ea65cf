import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirSync } from '../../../platform/files/make-dir.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import type { DeployedBuild } from '../../model/hosts/deployment-site.ts';
import { deployedFileDigest } from '../../model/hosts/deployment-site.ts';
import type { HostMachine } from '../../model/hosts/host-machine.ts';
import {
  type Tool,
  type ToolContext,
  type ToolInvocation,
  type ToolResult,
  toolFailed,
  toolOk,
  toolOkWithStderr,
  unsupportedInvocation,
} from './tool.ts';

const programs = ['riptide-api', 'riptide-cli'] as const;
/** The initial deployment. */
const firstVersion = '0.1.0';

const textOf = (program: string, version: string): string => `${program} ${version}\n`;

/** The program at a path of `target/release`. */
const programOf = (path: string): string | undefined =>
  /^target\/release\/(riptide-(?:api|cli))$/.exec(path)?.[1];

/** A release build: writes its programs to `target/release` of the checkout. */
export const writeBuildOutput = (checkout: Checkout, cwd: string): void => {
  checkout.built = checkout.spec.version;
  makeDirSync(join(cwd, 'target/release'));
  for (const name of programs) {
    const path = join(cwd, 'target/release', name);
    writeFileSync(path, textOf(name, checkout.spec.version));
    chmodSync(path, 0o755);
  }
};

/** cargo marks its target directory when it creates it. */
export const writeCacheTag = (cwd: string): void => {
  const path = join(cwd, 'target/CACHEDIR.TAG');
  if (existsSync(path)) return;
  makeDirSync(join(cwd, 'target'));
  writeFileSync(path, 'Signature: 8a477f597d28d172789f06886806bc55\n');
};

/** `cargo clean`: removes `target` except for benchmark results. */
export const cleanBuildOutput = (cwd: string): void => {
  for (const name of ['release', 'CACHEDIR.TAG'])
    rmSync(join(cwd, 'target', name), { recursive: true, force: true });
};

interface RemotePath {
  readonly host: string;
  readonly dir: string;
}

/** `[user@]HOST:DIRECTORY/` */
const parseRemotePath = (text: string): RemotePath | undefined => {
  const [, host, dir] = /^(?:[^@:]+@)?([^:]+):(.+?)\/?$/.exec(text) ?? [];
  return host === undefined || dir === undefined ? undefined : { host, dir };
};

const machineOf = ({ view }: ToolContext, host: string): HostMachine | undefined =>
  view.model.environmentAt(view.env, view.clock.now()).parts.hosts?.machine(host);

const noHost = (host: string, program: string): ToolResult =>
  toolFailed(
    255,
    `ssh: Could not resolve hostname ${host}: Name or service not known\n${program}: Connection closed\n`,
  );

/** The deployment after a file of another version was copied into it. */
const withFile = (
  holds: DeployedBuild,
  file: string,
  version: string,
  all: readonly string[],
): DeployedBuild => {
  const of = (text: string): string => holds.others?.[text] ?? holds.version ?? '';
  const isMain = file === 'bin/riptide-api';
  const main = isMain ? version : (holds.version ?? '');
  const each = all.map((text) => [text, text === file ? version : of(text)] as const);
  const others = Object.fromEntries(each.filter(([, digest]) => digest !== main));
  return {
    ...(main === '' ? {} : { version: main }),
    ...(Object.keys(others).length === 0 ? {} : { others }),
  };
};

/** `scp … -- FILE HOST:DIRECTORY/`: copies a built program to bin/ of a host, where it runs from the next start. */
const copyIn = (started: ToolInvocation, bench: ToolContext): ToolResult => {
  const [file = '', to = '', ...rest] = started.args.slice(started.args.indexOf('--') + 1);
  const destination = parseRemotePath(to);
  if (rest.length > 0 || destination === undefined) return unsupportedInvocation(started);
  const name = programOf(file);
  const { built } = bench.checkout;
  if (name === undefined || built === undefined)
    return toolFailed(255, `scp: stat local "${file}": No such file or directory\n`);
  const machine = machineOf(bench, destination.host);
  if (machine === undefined) return noHost(destination.host, 'scp');
  const { site } = machine;
  const { now } = bench.view.model.peekEnvironment(bench.view.env);
  if (destination.dir !== `${site.dir}/bin`)
    return toolFailed(1, `scp: dest open "${destination.dir}/": No such file or directory\n`);
  if (site.isLocked(now))
    return toolFailed(1, `scp: dest open "${destination.dir}/${name}": Permission denied\n`);
  const files = Object.keys(site.files);
  site.disk.fill(site.dir, withFile(site.deployed ?? {}, `bin/${name}`, built, files), now);
  return toolOkWithStderr('');
};

/** `scp -3 … -- HOST:ARCHIVE HOST:DIRECTORY/`: copies an archive between hosts through this machine. */
const copyAcross = (started: ToolInvocation, bench: ToolContext): ToolResult => {
  const [from = '', to = ''] = started.args.slice(started.args.indexOf('--') + 1);
  const source = parseRemotePath(from);
  const destination = parseRemotePath(to);
  if (source === undefined || destination === undefined) return unsupportedInvocation(started);
  const giver = machineOf(bench, source.host);
  const taker = machineOf(bench, destination.host);
  if (giver === undefined || taker === undefined)
    return noHost(giver === undefined ? source.host : destination.host, 'scp');
  const archive = giver.site.disk.find(source.dir);
  if (archive?.is !== 'archive') return toolFailed(1, `scp: ${source.dir}: No such file or directory\n`);
  const { inode: _, writtenAt, ...packed } = archive;
  const name = source.dir.slice(source.dir.lastIndexOf('/') + 1);
  taker.site.disk.put(`${destination.dir}/${name}`, packed, writtenAt);
  return toolOkWithStderr('');
};

/** `scp … -- HOST:DIRECTORY/bin/PROGRAM FILE`: copies the installed program to the checkout. */
const copyBack = (started: ToolInvocation, bench: ToolContext): ToolResult => {
  const [from = '', to = ''] = started.args.slice(started.args.indexOf('--') + 1);
  const remoteSource = parseRemotePath(from);
  const machine = remoteSource === undefined ? undefined : machineOf(bench, remoteSource.host);
  if (remoteSource === undefined || machine === undefined) return noHost(remoteSource?.host ?? '', 'scp');
  const { deployed, dir } = machine.site;
  const name = /^bin\/(riptide-(?:api|cli))$/.exec(remoteSource.dir.replace(`${dir}/`, ''))?.[1];
  if (name === undefined || deployed === undefined)
    return toolFailed(1, `scp: ${remoteSource.dir}: No such file or directory\n`);
  const version = deployed.others?.[`bin/${name}`] ?? deployed.version ?? firstVersion;
  writeFileSync(join(started.cwd, to), textOf(name, version));
  return toolOkWithStderr('');
};

export const scp: Tool = (started, bench): ToolResult => {
  const { args } = started;
  if (!args.includes('--')) return unsupportedInvocation(started);
  if (args.includes('-3')) return copyAcross(started, bench);
  return (args[args.indexOf('--') + 1] ?? '').includes(':')
    ? copyBack(started, bench)
    : copyIn(started, bench);
};

/**
 * `rsync --dry-run --checksum --out-format=%n … -- FILE HOST:DIRECTORY/`: prints the file name if the host's file differs or is
 * missing.
 */
export const rsync: Tool = (started, bench): ToolResult => {
  const { args } = started;
  const operands = args.slice(args.indexOf('--') + 1);
  const files = operands.slice(0, -1);
  const destination = parseRemotePath(operands.at(-1) ?? '');
  if (!args.includes('--dry-run') || !args.includes('--checksum') || destination === undefined)
    return unsupportedInvocation(started);
  const { built } = bench.checkout;
  const missing = files.find((file) => programOf(file) === undefined || built === undefined);
  if (missing !== undefined)
    return toolFailed(
      23,
      `rsync: [sender] link_stat "${join(started.cwd, missing)}" failed: No such file or directory (2)\nrsync error: some files/attrs were not transferred (code 23) at main.c(1338) [sender=3.2.7]\n`,
    );
  const machine = machineOf(bench, destination.host);
  if (machine === undefined) return noHost(destination.host, 'rsync');
  const { deployed, dir } = machine.site;
  const names = files.flatMap((file) => programOf(file) ?? []);
  const other = names.filter(
    (name) =>
      destination.dir !== `${dir}/bin` ||
      deployed === undefined ||
      deployedFileDigest(`bin/${name}`, deployed) !==
        deployedFileDigest(`bin/${name}`, { version: built ?? '' }),
  );
  return toolOk(other.map((name) => `${name}\n`).join(''));
};

/** `sha256sum -- FILE` of a built file. */
export const sha256sum: Tool = ({ args }, { checkout }) => {
  const path = args.at(-1) ?? '';
  const name = programOf(path);
  const { built } = checkout;
  return name === undefined || built === undefined
    ? toolFailed(1, `sha256sum: ${path}: No such file or directory\n`)
    : toolOk(`${deployedFileDigest(`bin/${name}`, { version: built })}  ${path}\n`);
};
