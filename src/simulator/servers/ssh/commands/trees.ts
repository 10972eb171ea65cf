import { type Deployed, digestOf, type Entry } from '../../../model/hosts/disk.ts';
import type { Site } from '../../../model/hosts/site.ts';
import { bad, type Command, type Done, good, type Scene } from './command.ts';
import { behind, operandsOf } from './options.ts';

const notThere = 'No such file or directory';
const treeBytes = 4096;

/** The deployed file at a path: which one it is below its directory, and what that directory holds. */
const deployedFile = (
  path: string,
  { disk, files }: Site,
): { readonly file: string; readonly holds: Deployed; readonly inode: number } | undefined => {
  for (const dir of disk.paths) {
    const entry = disk.find(dir);
    const file = path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : '';
    if (entry?.is === 'tree' && entry.holds !== undefined && files[file] !== undefined)
      return { file, holds: entry.holds, inode: entry.inode };
  }
  return undefined;
};

/** Directories that are there because something is in them, and that of the archives. */
const isParent = (path: string, { backups, disk, files }: Site): boolean =>
  path === backups ||
  disk.paths.some((one) => {
    const entry = disk.find(one);
    const below = entry?.is === 'tree' && entry.holds !== undefined ? Object.keys(files) : [];
    return one.startsWith(`${path}/`) || below.some((file) => `${one}/${file}`.startsWith(`${path}/`));
  });

const bytesOf = (entry: Entry): number =>
  entry.is === 'archive' ? entry.bytes : entry.is === 'file' ? entry.text.length : treeBytes;

/** stat(1): `-L -c FORMAT -- PATH…` of what is deployed, kept or put aside; undefined when none of the paths is. */
export const statOfDisk = (args: readonly string[], scene: Scene): Done | undefined => {
  const { site } = scene.machine;
  const paths = operandsOf(args, ['-c']);
  if (!paths.some((path) => path.startsWith('/opt/') || site.disk.find(path) !== undefined)) return undefined;
  const format = behind(args, '-c') ?? '';
  let [out, err] = ['', ''];
  for (const path of paths) {
    const entry = site.disk.find(path);
    const file = deployedFile(path, site);
    if (entry === undefined && file === undefined) err += `stat: cannot statx '${path}': ${notThere}\n`;
    else {
      const at = scene.toClock(entry?.writtenAt ?? 0);
      const values: Readonly<Record<string, string>> = {
        i: String(entry?.inode ?? `${file?.inode}7`),
        Y: String(Math.floor(at / 1000)),
        s: String(entry === undefined ? site.files[file?.file ?? ''] : bytesOf(entry)),
        n: path,
      };
      out += `${format.replaceAll(/%(.)/g, (_, letter: string) => values[letter] ?? '?')}\n`;
    }
  }
  return { status: err === '' ? 0 : 1, out, err };
};

/** find(1) of archives: `DIR -maxdepth 1 -type f -name PATTERN -printf FORMAT`; undefined for any other directory. */
export const findOnDisk = (args: readonly string[], scene: Scene): Done | undefined => {
  const { site } = scene.machine;
  const [dir = ''] = operandsOf(args);
  if (!isParent(dir, site)) return undefined;
  const pattern = behind(args, '-name') ?? '*';
  const fits = new RegExp(
    `^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`,
  );
  const found = site.disk.paths.flatMap((path) => {
    const entry = site.disk.find(path);
    const name = path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : '/';
    return entry === undefined || entry.is === 'tree' || !fits.test(name) ? [] : [{ path, name, entry }];
  });
  const format = (behind(args, '-printf') ?? '%p\\n').replaceAll('\\n', '\n');
  const line = ({ path, name, entry }: (typeof found)[number]): string => {
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
  return good(found.map(line).join(''));
};

/** mkdir(1) of one directory, with or without `-p`. */
export const mkdir: Command = (args, { machine, now }) => {
  const [path = ''] = operandsOf(args);
  const { disk } = machine.site;
  if (args.includes('-p')) return good('');
  if (disk.find(path) !== undefined) return bad(1, `mkdir: cannot create directory '${path}': File exists`);
  disk.put(path, { is: 'tree' }, now);
  return good('');
};

/** mv(1) with `-T FROM TO`. */
export const mv: Command = (args, { machine }) => {
  const [from = '', to = ''] = operandsOf(args);
  const { disk } = machine.site;
  const [source, target] = [disk.find(from), disk.find(to)];
  if (source === undefined) return bad(1, `mv: cannot stat '${from}': ${notThere}`);
  if (target?.is === 'tree' && (source.is !== 'tree' || target.holds !== undefined))
    return bad(1, `mv: cannot overwrite '${to}': Directory not empty`);
  disk.move(from, to);
  return good('');
};

/** rm(1) of files: `-f`. */
export const rm: Command = (args, { machine }) => {
  const { disk } = machine.site;
  for (const path of operandsOf(args)) {
    const entry = disk.find(path);
    if (entry?.is === 'tree') return bad(1, `rm: cannot remove '${path}': Is a directory`);
    if (entry === undefined && !args.includes('-f'))
      return bad(1, `rm: cannot remove '${path}': ${notThere}`);
    disk.remove(path);
  }
  return good('');
};

/** du(1) with `-sb DIR`. */
export const du: Command = (args, { machine }) => {
  const [path = ''] = operandsOf(args);
  const entry = machine.site.disk.find(path);
  if (entry === undefined) return bad(1, `du: cannot access '${path}': ${notThere}`);
  const bytes = entry.is === 'tree' && entry.holds !== undefined ? machine.site.bytes : 0;
  return good(`${bytes + bytesOf(entry)}\t${path}\n`);
};

/** sha256sum(1) of deployed files. */
export const sha256sum: Command = (args, { machine }) => {
  const missing = operandsOf(args).filter((path) => deployedFile(path, machine.site) === undefined);
  const out = operandsOf(args).flatMap((path) => {
    const found = deployedFile(path, machine.site);
    return found === undefined ? [] : [`${digestOf(found.file, found.holds)}  ${path}\n`];
  });
  const err = missing.map((path) => `sha256sum: ${path}: ${notThere}\n`).join('');
  return { status: missing.length === 0 ? 0 : 1, out: out.join(''), err };
};

/** test(1) of what is deployed or kept: -e, -d, -r, -w. */
export const isThere = ([flag = '', path = '']: readonly string[], { machine, now }: Scene): boolean => {
  const { site } = machine;
  if (flag === '-w' && site.isLocked(now) && `${path}/`.startsWith(`${site.dir}/`)) return false;
  const entry = site.disk.find(path);
  const isDirectory = entry?.is === 'tree' || isParent(path, site);
  if (flag === '-d') return isDirectory;
  return ['-e', '-r', '-w'].includes(flag) && (entry !== undefined || isDirectory);
};
