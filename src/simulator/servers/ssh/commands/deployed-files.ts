import type { DeploymentSite } from '../../../model/hosts/deployment-site.ts';
import {
  type DeployedBuild,
  type DiskEntry,
  deployedFileDigest,
  isSameBuild,
} from '../../../model/hosts/deployment-site.ts';
import {
  type CommandOutput,
  commandFailed,
  commandOk,
  type HostCommand,
  operandsOf,
  optionValue,
  type ShellCommandContext,
} from './host-command.ts';

const cannot = (archive: string): CommandOutput =>
  commandFailed(
    2,
    `tar (child): ${archive}: Cannot open: No such file or directory\ntar (child): Error is not recoverable: exiting now\ntar: Child returned status 2\ntar: Error is not recoverable: exiting now`,
  );

/** Archive contents in tar's format; `-v` adds mode, owner, size and time. */
const listed = (
  holds: DeployedBuild | undefined,
  isLong: boolean,
  { machine, toClock }: ShellCommandContext,
  moment: number,
): string => {
  const { user } = machine.spec;
  const files = holds === undefined ? {} : machine.site.files;
  const dirs = new Set(Object.keys(files).map((file) => `${file.slice(0, file.lastIndexOf('/') + 1)}`));
  const time = new Date(toClock(moment)).toISOString().slice(0, 16).replace('T', ' ');
  const line = (name: string, bytes: number): string => {
    const mode =
      name === '' || name.endsWith('/')
        ? 'drwxr-xr-x'
        : name.startsWith('bin/')
          ? '-rwxr-xr-x'
          : '-rw-r--r--';
    return isLong
      ? `${mode} ${user}/${user} ${String(bytes).padStart(9)} ${time} ./${name}\n`
      : `./${name}\n`;
  };
  const below = [...dirs].flatMap((dir) => [
    line(dir, 0),
    ...Object.entries(files).flatMap(([file, bytes]) => (file.startsWith(dir) ? [line(file, bytes)] : [])),
  ]);
  return line('', 0) + below.join('');
};

const pack = (archive: string, dir: string, { machine, now }: ShellCommandContext): CommandOutput => {
  const { disk, packedBytes } = machine.site;
  const tree = disk.find(dir);
  if (tree?.is !== 'tree')
    return commandFailed(
      2,
      `tar: ${dir}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now`,
    );
  const { holds } = tree;
  disk.put(
    archive,
    { is: 'archive', ...(holds === undefined ? { bytes: 45 } : { holds, bytes: packedBytes }) },
    now,
  );
  return commandOk('');
};

/** Requested lines of a listing: all, or those of existing members. */
const listMembers = (listing: string, members: readonly string[]): CommandOutput => {
  if (members.length === 0) return commandOk(listing);
  const lines = listing.trimEnd().split('\n');
  const missing = members.filter((member) => !lines.some((line) => line.endsWith(member)));
  const out = lines.filter((line) => members.some((member) => line.endsWith(member)));
  const err = missing.map((member) => `tar: ${member}: Not found in archive\n`);
  if (missing.length > 0) err.push('tar: Exiting with failure status due to previous errors\n');
  return {
    status: missing.length > 0 ? 2 : 0,
    out: out.map((line) => `${line}\n`).join(''),
    err: err.join(''),
  };
};

const onArchive = (
  mode: string,
  archive: string,
  { dir, members }: { readonly dir: string; readonly members: readonly string[] },
  scene: ShellCommandContext,
): CommandOutput => {
  const { disk, files } = scene.machine.site;
  const packed = disk.find(archive);
  if (packed?.is !== 'archive') return cannot(archive);
  if (mode.includes('t'))
    return listMembers(listed(packed.holds, mode.includes('v'), scene, packed.writtenAt), members);
  const tree = disk.find(dir);
  if (tree?.is !== 'tree') return commandFailed(2, `tar: ${dir}: Cannot open: No such file or directory`);
  if (mode.includes('x')) {
    disk.fill(dir, packed.holds, scene.now);
    scene.machine.site.deployedAt = scene.now;
    return commandOk('');
  }
  if (isSameBuild(tree.holds, packed.holds)) return commandOk('');
  const differ = Object.keys(files).map((file) => `./${file}: Contents differ\n`);
  return { status: 1, out: differ.join(''), err: '' };
};

/**
 * tar(1): `-czf ARCHIVE -C DIR .`, `-xzf` and `-dzf ARCHIVE -C DIR`, `-tzf` and `-tvzf ARCHIVE [MEMBER…]`, each also as
 * `-tz --file=ARCHIVE`.
 */
export const tar: HostCommand = ([options = '', file = '', ...rest], scene) => {
  const archive = file.replace(/^--file=/, '');
  const mode = `${options.replace(/^-/, '')}${archive === file ? '' : 'f'}`;
  if (!/^(?:[cxd]|tv?)zf$/.test(mode)) return commandFailed(64, `tar: unsupported options: ${options}`);
  const dir = rest[rest.indexOf('-C') + 1] ?? '';
  return mode.startsWith('c')
    ? pack(archive, dir, scene)
    : onArchive(mode, archive, { dir, members: mode.includes('t') ? rest : [] }, scene);
};

const notThere = 'No such file or directory';
const treeBytes = 4096;

/** The deployed file at a path: its name below the directory, and the directory's contents. */
const deployedFile = (
  path: string,
  { disk, files }: DeploymentSite,
): { readonly file: string; readonly holds: DeployedBuild; readonly inode: number } | undefined => {
  for (const dir of disk.paths) {
    const entry = disk.find(dir);
    const file = path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : '';
    if (entry?.is === 'tree' && entry.holds !== undefined && files[file] !== undefined)
      return { file, holds: entry.holds, inode: entry.inode };
  }
  return undefined;
};

/** Directories with contents, and that of the archives. */
const isParent = (path: string, { backups, disk, files }: DeploymentSite): boolean =>
  path === backups ||
  disk.paths.some((text) => {
    const entry = disk.find(text);
    const below = entry?.is === 'tree' && entry.holds !== undefined ? Object.keys(files) : [];
    return text.startsWith(`${path}/`) || below.some((file) => `${text}/${file}`.startsWith(`${path}/`));
  });

const bytesOf = (entry: DiskEntry): number =>
  entry.is === 'archive' ? entry.bytes : entry.is === 'file' ? entry.text.length : treeBytes;

/** stat(1): `-L -c FORMAT -- PATH…` of deployed files and archives; undefined if none of the paths exists. */
export const statDeployed = (
  args: readonly string[],
  scene: ShellCommandContext,
): CommandOutput | undefined => {
  const { site } = scene.machine;
  const paths = operandsOf(args, ['-c']);
  if (!paths.some((path) => path.startsWith('/opt/') || site.disk.find(path) !== undefined)) return undefined;
  const format = optionValue(args, '-c') ?? '';
  let out = '';
  let err = '';
  for (const path of paths) {
    const entry = site.disk.find(path);
    const file = deployedFile(path, site);
    if (entry === undefined && file === undefined) err += `stat: cannot statx '${path}': ${notThere}\n`;
    else {
      const time = scene.toClock(entry?.writtenAt ?? 0);
      const changedAt = scene.toClock(entry?.writtenAt ?? site.deployedAt);
      const values: Readonly<Record<string, string>> = {
        i: String(entry?.inode ?? `${file?.inode}7`),
        Y: String(Math.floor(time / 1000)),
        Z: String(Math.floor(changedAt / 1000)),
        s: String(entry === undefined ? site.files[file?.file ?? ''] : bytesOf(entry)),
        n: path,
      };
      out += `${format.replaceAll(/%(.)/g, (_, letter: string) => values[letter] ?? '?')}\n`;
    }
  }
  return { status: err === '' ? 0 : 1, out, err };
};

/** find(1) of archives: `DIR -maxdepth 1 -type f -name PATTERN -printf FORMAT`; undefined for any other directory. */
export const findArchives = (
  args: readonly string[],
  scene: ShellCommandContext,
): CommandOutput | undefined => {
  const { site } = scene.machine;
  const [dir = ''] = operandsOf(args);
  if (!isParent(dir, site)) return undefined;
  const pattern = optionValue(args, '-name') ?? '*';
  const fits = new RegExp(
    `^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`,
  );
  const entries = site.disk.paths.flatMap((path) => {
    const entry = site.disk.find(path);
    const name = path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : '/';
    return entry === undefined || entry.is === 'tree' || !fits.test(name) ? [] : [{ path, name, entry }];
  });
  const format = (optionValue(args, '-printf') ?? '%p\\n').replaceAll('\\n', '\n');
  const line = ({ path, name, entry }: (typeof entries)[number]): string => {
    const values: Readonly<Record<string, string>> = {
      i: String(entry.inode),
      s: String(bytesOf(entry)),
      p: path,
      f: name,
    };
    const seconds = (scene.toClock(entry.writtenAt) / 1000).toFixed(10);
    return format
      .replaceAll('%T@', seconds)
      .replaceAll(/%(.)/g, (_, letter: string) => values[letter] ?? '?');
  };
  return commandOk(entries.map(line).join(''));
};

/** mkdir(1) of one directory, with or without `-p`. */
export const mkdir: HostCommand = (args, { machine, now }) => {
  const [path = ''] = operandsOf(args);
  const { disk } = machine.site;
  if (args.includes('-p')) return commandOk('');
  if (disk.find(path) !== undefined)
    return commandFailed(1, `mkdir: cannot create directory '${path}': File exists`);
  disk.put(path, { is: 'tree' }, now);
  return commandOk('');
};

/** mv(1) with `-T FROM TO`. */
export const mv: HostCommand = (args, { machine }) => {
  const [from = '', to = ''] = operandsOf(args);
  const { disk } = machine.site;
  const source = disk.find(from);
  const target = disk.find(to);
  if (source === undefined) return commandFailed(1, `mv: cannot stat '${from}': ${notThere}`);
  if (target?.is === 'tree' && (source.is !== 'tree' || target.holds !== undefined))
    return commandFailed(1, `mv: cannot overwrite '${to}': Directory not empty`);
  disk.move(from, to);
  return commandOk('');
};

/** rm(1) of files: `-f`. */
export const rm: HostCommand = (args, { machine }) => {
  const { disk } = machine.site;
  for (const path of operandsOf(args)) {
    const entry = disk.find(path);
    if (entry?.is === 'tree') return commandFailed(1, `rm: cannot remove '${path}': Is a directory`);
    if (entry === undefined && !args.includes('-f'))
      return commandFailed(1, `rm: cannot remove '${path}': ${notThere}`);
    disk.remove(path);
  }
  return commandOk('');
};

/** du(1) with `-sb DIR`. */
export const du: HostCommand = (args, { machine }) => {
  const [path = ''] = operandsOf(args);
  const entry = machine.site.disk.find(path);
  if (entry === undefined) return commandFailed(1, `du: cannot access '${path}': ${notThere}`);
  const bytes = entry.is === 'tree' && entry.holds !== undefined ? machine.site.bytes : 0;
  return commandOk(`${bytes + bytesOf(entry)}\t${path}\n`);
};

/** sha256sum(1) of deployed files. */
export const hostSha256sum: HostCommand = (args, { machine }) => {
  const missing = operandsOf(args).filter((path) => deployedFile(path, machine.site) === undefined);
  const out = operandsOf(args).flatMap((path) => {
    const deployed = deployedFile(path, machine.site);
    return deployed === undefined ? [] : [`${deployedFileDigest(deployed.file, deployed.holds)}  ${path}\n`];
  });
  const err = missing.map((path) => `sha256sum: ${path}: ${notThere}\n`).join('');
  return { status: missing.length === 0 ? 0 : 1, out: out.join(''), err };
};

/** test(1) of deployed files and archives: -e, -d, -r, -w. */
export const testPath = (
  [flag = '', path = '']: readonly string[],
  { machine, now }: ShellCommandContext,
): boolean => {
  const { site } = machine;
  if (flag === '-w' && site.isLocked(now) && `${path}/`.startsWith(`${site.dir}/`)) return false;
  const entry = site.disk.find(path);
  const isDirectory = entry?.is === 'tree' || isParent(path, site);
  if (flag === '-d') return isDirectory;
  return ['-e', '-r', '-w'].includes(flag) && (entry !== undefined || isDirectory);
};
