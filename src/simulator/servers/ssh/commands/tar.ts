import { type Deployed, isSame } from '../../../model/hosts/disk.ts';
import { bad, type Command, type Done, good, type Scene } from './command.ts';

const cannot = (archive: string): Done =>
  bad(
    2,
    `tar (child): ${archive}: Cannot open: No such file or directory\ntar (child): Error is not recoverable: exiting now\ntar: Child returned status 2\ntar: Error is not recoverable: exiting now`,
  );

/** What an archive holds, as tar lists it; `-v` with modes, owners, sizes and times. */
const listed = (
  holds: Deployed | undefined,
  isLong: boolean,
  { machine, toClock }: Scene,
  at: number,
): string => {
  const { user } = machine.spec;
  const files = holds === undefined ? {} : machine.site.files;
  const dirs = new Set(Object.keys(files).map((file) => `${file.slice(0, file.lastIndexOf('/') + 1)}`));
  const time = new Date(toClock(at)).toISOString().slice(0, 16).replace('T', ' ');
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

const pack = (archive: string, dir: string, { machine, now }: Scene): Done => {
  const { disk, packedBytes } = machine.site;
  const tree = disk.find(dir);
  if (tree?.is !== 'tree')
    return bad(
      2,
      `tar: ${dir}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now`,
    );
  const { holds } = tree;
  disk.put(
    archive,
    { is: 'archive', ...(holds === undefined ? { bytes: 45 } : { holds, bytes: packedBytes }) },
    now,
  );
  return good('');
};

/** The lines of a listing that were asked for: all, or those of some members, each of which must be there. */
const wanted = (listing: string, members: readonly string[]): Done => {
  if (members.length === 0) return good(listing);
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
  scene: Scene,
): Done => {
  const { disk, files } = scene.machine.site;
  const packed = disk.find(archive);
  if (packed?.is !== 'archive') return cannot(archive);
  if (mode.includes('t'))
    return wanted(listed(packed.holds, mode.includes('v'), scene, packed.writtenAt), members);
  const tree = disk.find(dir);
  if (tree?.is !== 'tree') return bad(2, `tar: ${dir}: Cannot open: No such file or directory`);
  if (mode.includes('x')) {
    disk.fill(dir, packed.holds, scene.now);
    return good('');
  }
  if (isSame(tree.holds, packed.holds)) return good('');
  const differ = Object.keys(files).map((file) => `./${file}: Contents differ\n`);
  return { status: 1, out: differ.join(''), err: '' };
};

/** tar(1): `-czf ARCHIVE -C DIR .`, `-xzf` and `-dzf ARCHIVE -C DIR`, `-tzf` and `-tvzf ARCHIVE [MEMBER…]`. */
export const tar: Command = ([options = '', archive = '', ...rest], scene) => {
  const mode = options.replace(/^-/, '');
  if (!/^(?:[cxd]|tv?)zf$/.test(mode)) return bad(64, `tar: this world knows no such options: ${options}`);
  const dir = rest[rest.indexOf('-C') + 1] ?? '';
  return mode.startsWith('c')
    ? pack(archive, dir, scene)
    : onArchive(mode, archive, { dir, members: mode.includes('t') ? rest : [] }, scene);
};
