import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Had, Machine } from '../servers/server.ts';

/** One of our Go modules that builds a third-party server: its go.mod pins the versions. */
export interface GoProgram {
  readonly name: string;
  /** The directory of its go.mod. */
  readonly dir: string;
  /** The package whose program it is. Absent: that of the module itself. */
  readonly package?: string;
  readonly version: string;
  /** What the linker writes into variables: their full names, and values. */
  readonly variables: Readonly<Record<string, string>>;
}

export type BuiltGo = { readonly is: 'had'; readonly program: string } | Exclude<Had, { readonly is: 'had' }>;

/** The version of a module that this go.mod requires. */
export const requiredVersion = async (dir: string, module: string): Promise<string> => {
  const lines = (await readFile(join(dir, 'go.mod'), 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(' '));
  const [, version] = lines.find(([name, second]) => name === module && second?.startsWith('v')) ?? [];
  if (version === undefined) throw new Error(`${dir}/go.mod requires no ${module}`);
  return version;
};

/** The program: out of the cache, or built into it (only with --provision, through the Go module proxy). */
export const builtGo = async (it: GoProgram, machine: Machine): Promise<BuiltGo> => {
  const kept = join(machine.cache, `${it.name}-${it.version}-${await fingerprint(it)}`);
  const program = join(kept, it.name);
  const there = await access(program).then(
    () => true,
    () => false,
  );
  if (there) return { is: 'had', program };
  if (!machine.provision)
    return { is: 'missing', why: 'it has not been built here; --provision builds it', excused: true };
  const problem = await unfit(it, machine);
  if (problem !== undefined) return { is: 'missing', why: problem, excused: true };
  machine.say(`building ${it.name} ${it.version}, which takes minutes`);
  const failure = await build(it, kept, machine);
  return failure === undefined
    ? { is: 'had', program }
    : { is: 'missing', why: failure, excused: machine.signal.aborted };
};

/** Why this machine's Go cannot build it. No other Go is downloaded: Debian's own is years older. */
const unfit = async ({ dir }: GoProgram, { signal }: Machine): Promise<string | undefined> => {
  const wanted = /^go (\d+)\.(\d+)/m.exec(await readFile(join(dir, 'go.mod'), 'utf8'));
  const words = `it is built with Go ${wanted?.[1]}.${wanted?.[2]} or later`;
  if ((await find('go')) === undefined) return `${words}, and there is no go here`;
  const { output } = await command('go', ['env', 'GOVERSION'], { env: localGo, signal });
  const here = /go(\d+)\.(\d+)/.exec(output);
  const fits =
    here?.[1] === wanted?.[1]
      ? Number(here?.[2]) >= Number(wanted?.[2])
      : Number(here?.[1]) > Number(wanted?.[1]);
  return fits ? undefined : `${words}, and here is ${here?.[0] ?? 'one that does not say its version'}`;
};

const localGo = { GOTOOLCHAIN: 'local' } as const;

/** Builds beside the cache and moves the result into it whole, so that a build that was cut short is never found there. */
const build = async (
  { name, dir, variables, package: built = '.' }: GoProgram,
  kept: string,
  { cache, signal }: Machine,
): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const room = await mkdtemp(join(cache, 'building-'));
  try {
    const written = Object.entries(variables).map(([variable, value]) => `-X ${variable}=${value}`);
    const args = [
      'build',
      '-C',
      dir,
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      ['-s -w', ...written].join(' '),
    ];
    const { status, output } = await command('nice', ['go', ...args, '-o', join(room, name), built], {
      env: { ...localGo, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      signal,
    });
    if (status !== 0) return `go build failed: ${output.trimEnd().split('\n').at(-1) ?? ''}`;
    await mkdir(kept, { recursive: true });
    await rename(join(room, name), join(kept, name));
    return undefined;
  } finally {
    await rm(room, { recursive: true, force: true });
  }
};

/** Changes with every file of the module, and with what is written into it. */
const fingerprint = async ({ dir, variables }: GoProgram): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(variables));
  for (const file of (await readdir(dir)).sort()) hash.update(file).update(await readFile(join(dir, file)));
  return hash.digest('hex').slice(0, 12);
};
