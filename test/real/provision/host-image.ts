import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { command } from '../machine/command.ts';
import type { Availability, Machine } from '../servers/server.ts';

export type Image =
  | { readonly is: 'available'; readonly tar: string }
  | Exclude<Availability, { readonly is: 'available' }>;

const sources = 'test/real/host';
const release = 'bookworm';
const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'procps',
  'iproute2',
  'sudo',
  'busybox-static',
];
/** Files not needed on a short-lived host. */
const excludedPaths = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** Returns the root file system of a Debian host with systemd (tar) from the cache, or builds it (only with --provision). */
export const hostImage = async (machine: Machine): Promise<Image> => {
  const cached = join(machine.cache, `host-${release}-${await fingerprint()}`);
  const tar = join(cached, 'host.tar');
  const exists = await access(tar).then(
    () => true,
    () => false,
  );
  if (exists) return { is: 'available', tar };
  if (!machine.provision)
    return { is: 'missing', why: 'its image has not been built; --provision builds it', excused: true };
  machine.say('building the image of a systemd host, which takes a minute');
  const problem = await build(cached, machine);
  return problem === undefined ? { is: 'available', tar } : { is: 'missing', why: problem, excused: false };
};

/** Builds in a temporary directory and renames the result into the cache. */
const build = async (cached: string, { cache, signal }: Machine): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    const args = [
      '--quiet',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      ...excludedPaths.map((path) => `--dpkgopt=path-exclude=${path}`),
      `--customize-hook=sh '${resolve(sources, 'furnish.sh')}' "$1"`,
      release,
      join(dir, 'host.tar'),
    ];
    const { status, output } = await command('mmdebstrap', args, { env: { TMPDIR: dir }, signal });
    if (status !== 0) return `mmdebstrap failed: ${output.trimEnd().split('\n').at(-1) ?? ''}`;
    await mkdir(cached, { recursive: true });
    await rename(join(dir, 'host.tar'), join(cached, 'host.tar'));
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Hash of the packages and of all files copied to the host. */
const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify([release, packages, excludedPaths]));
  for (const name of (await readdir(sources)).sort())
    if (!name.endsWith('.ts')) hash.update(name).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 12);
};
