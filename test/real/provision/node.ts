import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Availability, Machine } from '../servers/server.ts';

/** A program from the npm registry. */
interface NodeProgram {
  readonly program: string;
  readonly package: string;
  readonly version: string;
}

type Installed =
  | { readonly is: 'available'; readonly program: string }
  | Exclude<Availability, { readonly is: 'available' }>;

/** Returns the program from the cache, or installs its package (only with --provision). Install scripts do not run. */
export const installedNode = async (it: NodeProgram, machine: Machine): Promise<Installed> => {
  const cached = join(machine.cache, `${it.package}-${it.version}`);
  const program = join(cached, 'node_modules', '.bin', it.program);
  const exists = await access(program).then(
    () => true,
    () => false,
  );
  if (exists) return { is: 'available', program };
  if (!machine.provision)
    return { is: 'missing', why: 'it is not installed; --provision installs it', excused: true };
  if ((await find('npm')) === undefined) return { is: 'missing', why: 'npm is not installed', excused: true };
  machine.say(`installing ${it.package} ${it.version}`);
  const problem = await install(it, cached, machine);
  return problem === undefined
    ? { is: 'available', program }
    : { is: 'missing', why: problem, excused: machine.signal.aborted };
};

/** Installs into a temporary directory and renames it into the cache. */
const install = async (
  it: NodeProgram,
  cached: string,
  { cache, signal }: Machine,
): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    // Without a package of its own, npm would install into that of a parent directory.
    await writeFile(join(dir, 'package.json'), '{"private":true}\n');
    const expected = `${it.package}@${it.version}`;
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, output } = await command('npm', ['install', '--prefix', dir, ...options, expected], {
      signal,
    });
    if (status !== 0) return `npm install ${expected} failed: ${output.trimEnd().split('\n').at(-1) ?? ''}`;
    await rename(dir, cached);
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
