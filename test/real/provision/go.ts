import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Availability, Machine } from '../servers/server.ts';

/** One of our Go modules that builds a third-party server: its go.mod pins the versions. */
export interface GoProgram {
  readonly name: string;
  /** The directory of its go.mod. */
  readonly dir: string;
  /** Package of the program. Absent: the root package of the module. */
  readonly package?: string;
  readonly version: string;
  /** Values of variables that the linker sets, by full name. */
  readonly variables: Readonly<Record<string, string>>;
}

export type BuiltGo =
  | { readonly is: 'available'; readonly program: string }
  | Exclude<Availability, { readonly is: 'available' }>;

/** The version of a module that this go.mod requires. */
export const requiredVersion = async (dir: string, module: string): Promise<string> => {
  const lines = (await readFile(join(dir, 'go.mod'), 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(' '));
  const [, version] = lines.find(([name, second]) => name === module && second?.startsWith('v')) ?? [];
  if (version === undefined) throw new Error(`${dir}/go.mod requires no ${module}`);
  return version;
};

/** Returns the program from the cache, or builds it (only with --provision, through the Go module proxy). */
export const builtGo = async (it: GoProgram, machine: Machine): Promise<BuiltGo> => {
  const cached = join(machine.cache, `${it.name}-${it.version}-${await fingerprint(it)}`);
  const program = join(cached, it.name);
  const exists = await access(program).then(
    () => true,
    () => false,
  );
  if (exists) return { is: 'available', program };
  if (!machine.provision)
    return { is: 'missing', why: 'it has not been built; --provision builds it', excused: true };
  const problem = await goProblem(it, machine);
  if (problem !== undefined) return { is: 'missing', why: problem, excused: true };
  machine.say(`building ${it.name} ${it.version}, which takes some minutes`);
  const failure = await build(it, cached, machine);
  return failure === undefined
    ? { is: 'available', program }
    : { is: 'missing', why: failure, excused: machine.signal.aborted };
};

/** The reason why the installed Go cannot build it. No other Go is downloaded; Debian's is years older. */
const goProblem = async ({ dir }: GoProgram, { signal }: Machine): Promise<string | undefined> => {
  const wantedMatch = /^go (\d+)\.(\d+)/m.exec(await readFile(join(dir, 'go.mod'), 'utf8'));
  const requirement = `it requires Go ${wantedMatch?.[1]}.${wantedMatch?.[2]} or later`;
  if ((await find('go')) === undefined) return `${requirement}, and go is not installed`;
  const { output } = await command('go', ['env', 'GOVERSION'], { env: localGo, signal });
  const installed = /go(\d+)\.(\d+)/.exec(output);
  const isRecent =
    installed?.[1] === wantedMatch?.[1]
      ? Number(installed?.[2]) >= Number(wantedMatch?.[2])
      : Number(installed?.[1]) > Number(wantedMatch?.[1]);
  return isRecent ? undefined : `${requirement}; installed: ${installed?.[0] ?? 'unknown version'}`;
};

const localGo = { GOTOOLCHAIN: 'local' } as const;

/** Builds in a temporary directory and renames the result into the cache, so that the cache has no incomplete build. */
const build = async (
  { name, dir, variables, package: built = '.' }: GoProgram,
  cached: string,
  { cache, signal }: Machine,
): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const buildDir = await mkdtemp(join(cache, 'building-'));
  try {
    const assignments = Object.entries(variables).map(([variable, value]) => `-X ${variable}=${value}`);
    const args = [
      'build',
      '-C',
      dir,
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      ['-s -w', ...assignments].join(' '),
    ];
    const { status, output } = await command('nice', ['go', ...args, '-o', join(buildDir, name), built], {
      env: { ...localGo, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      signal,
    });
    if (status !== 0) return `go build failed: ${output.trimEnd().split('\n').at(-1) ?? ''}`;
    await mkdir(cached, { recursive: true });
    await rename(join(buildDir, name), join(cached, name));
    return undefined;
  } finally {
    await rm(buildDir, { recursive: true, force: true });
  }
};

/** Hash of all files of the module and the linked variables. */
const fingerprint = async ({ dir, variables }: GoProgram): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(variables));
  for (const file of (await readdir(dir)).sort()) hash.update(file).update(await readFile(join(dir, file)));
  return hash.digest('hex').slice(0, 12);
};
