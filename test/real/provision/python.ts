import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Availability, Machine } from '../servers/server.ts';

/** A third-party server from the Python package index. */
interface PythonProgram {
  /** Name of its program in the virtual environment. */
  readonly program: string;
  readonly package: string;
  readonly extra: string;
  readonly version: string;
}

type Installed =
  | { readonly is: 'available'; readonly program: string }
  | Exclude<Availability, { readonly is: 'available' }>;

/**
 * Returns the program from the cache, or installs its package in a virtual environment (only with --provision). A
 * failed installation leaves nothing.
 */
export const installedPython = async (it: PythonProgram, machine: Machine): Promise<Installed> => {
  const dir = join(machine.cache, `${it.package}-${it.version}`);
  const program = join(dir, 'bin', it.program);
  const complete = join(dir, 'complete');
  const exists = await access(complete).then(
    () => true,
    () => false,
  );
  if (exists) return { is: 'available', program };
  if (!machine.provision)
    return { is: 'missing', why: 'it is not installed; --provision installs it', excused: true };
  const python = await find('python3');
  if (python === undefined) return { is: 'missing', why: 'python3 is not installed', excused: true };
  machine.say(`installing ${it.package} ${it.version}`);
  const problem = await install(it, dir, python, machine);
  if (problem === undefined) return { is: 'available', program };
  await rm(dir, { recursive: true, force: true });
  return { is: 'missing', why: problem, excused: machine.signal.aborted };
};

/** Installs in place, because the programs of a virtual environment contain its path. */
const install = async (
  it: PythonProgram,
  dir: string,
  python: string,
  { signal }: Machine,
): Promise<string | undefined> => {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const created = await command(python, ['-m', 'venv', dir], { signal });
  if (created.status !== 0) return `python3 -m venv failed: ${lastLine(created.output)}`;
  const expected = `${it.package}[${it.extra}]==${it.version}`;
  const { status, output } = await command(join(dir, 'bin', 'pip'), ['install', '-q', expected], { signal });
  if (status !== 0) return `pip install ${expected} failed: ${lastLine(output)}`;
  await mkdir(join(dir, 'complete'));
  return undefined;
};

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? '';
