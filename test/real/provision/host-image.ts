import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { command } from '../machine/command.ts';
import type { Had, Machine } from '../servers/server.ts';

export type Image = { readonly is: 'had'; readonly tar: string } | Exclude<Had, { readonly is: 'had' }>;

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
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** A root file system of a Debian host with systemd, as a tar: out of the cache, or made into it (only with --provision). */
export const hostImage = async (machine: Machine): Promise<Image> => {
  const kept = join(machine.cache, `host-${release}-${await fingerprint()}`);
  const tar = join(kept, 'host.tar');
  const there = await access(tar).then(
    () => true,
    () => false,
  );
  if (there) return { is: 'had', tar };
  if (!machine.provision)
    return { is: 'missing', why: 'its image has not been made here; --provision makes it', excused: true };
  machine.say('making the image of a systemd host, which takes a minute');
  const problem = await make(kept, machine);
  return problem === undefined ? { is: 'had', tar } : { is: 'missing', why: problem, excused: false };
};

/** Makes it beside the cache and moves it into it whole. */
const make = async (kept: string, { cache, signal }: Machine): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    const args = [
      '--quiet',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
      `--customize-hook=sh '${resolve(sources, 'furnish.sh')}' "$1"`,
      release,
      join(dir, 'host.tar'),
    ];
    const { status, output } = await command('mmdebstrap', args, { env: { TMPDIR: dir }, signal });
    if (status !== 0) return `mmdebstrap failed: ${output.trimEnd().split('\n').at(-1) ?? ''}`;
    await mkdir(kept, { recursive: true });
    await rename(join(dir, 'host.tar'), join(kept, 'host.tar'));
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Changes with what is installed and with every file that is put onto the host. */
const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify([release, packages, leftOut]));
  for (const name of (await readdir(sources)).sort())
    if (!name.endsWith('.ts')) hash.update(name).update(await readFile(join(sources, name)));
  return hash.digest('hex').slice(0, 12);
};
