import { isAbsolute, relative, resolve, sep } from 'node:path';
import { commandWords } from '../domain/text/command-words.ts';
import { errorMessage } from '../domain/text/error-message.ts';
import { type CoveredFiles, createTreeComparison, type FindTreeChange } from './files/tree-changes.ts';
import { readCoveredFile, readSnapshotEntry } from './files/tree-snapshot.ts';
import type { Program } from './processes/program.ts';
import type { Programs } from './processes/programs.ts';
import { markUnsent, ProgramError } from './runtime/wire-error.ts';

/** Checks programs before they start on this machine. */
export interface ProgramPolicy {
  /** False: no files are covered, and every program may start. */
  covers(): boolean;
  /**
   * Allows these files to start only with the content that was read. Replaces an earlier snapshot of the same
   * directory.
   */
  cover(files: CoveredFiles): void;
  /**
   * Rejects with a ProgramError (`denied`) if any covered program has changed, whether or not the command line names
   * it: which files a shell starts cannot be read from its text. A document that it names must be unchanged too.
   */
  check(program: CheckedProgram): Promise<void>;
  /** The same for a program of the user's settings (an editor): only files that its command line names are compared. */
  checkNamed(program: CheckedProgram): Promise<void>;
}

type CheckedProgram = Pick<Program, 'argv' | 'cwd' | 'at'>;

const refusal = (why: string, dir: string): ProgramError =>
  markUnsent(
    new ProgramError('denied', `${why}, so opsdeck did not start the program`, {
      remedy: `review the change, then run opsdeck trust ${dir}`,
    }),
  );

const denied = (path: string, dir: string, how: string): ProgramError =>
  refusal(`${path} ${how} since the directory was trusted`, dir);

/** The path of an option word: `--file=x` names x. */
const pathIn = (word: string): string => /^-[^=]*=(.+)$/s.exec(word)?.[1] ?? word;

const checkOne = async (
  path: string,
  isStarted: boolean,
  { dir, tree, outside }: CoveredFiles,
): Promise<void> => {
  const root = resolve(dir);
  const rel = relative(root, path);
  const isInside = rel !== '' && rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel);
  const elsewhere = outside.get(path);
  const known = elsewhere ?? (isInside ? tree.get(rel.split(sep).join('/')) : undefined);
  if (known === undefined && !(isInside && isStarted)) return;
  const now = await (elsewhere === undefined ? readSnapshotEntry(path) : readCoveredFile(path));
  if (known === undefined && now.sum !== 'absent') throw denied(path, dir, 'was added');
  if (known !== undefined && known.sum !== now.sum) throw denied(path, dir, 'has changed');
};

/** A covered directory. */
interface CoveredDir {
  readonly files: CoveredFiles;
  readonly findChange: FindTreeChange;
}

const checkTree = async ({ files: { dir }, findChange }: CoveredDir): Promise<void> => {
  let change: Awaited<ReturnType<FindTreeChange>>;
  try {
    change = await findChange();
  } catch (error) {
    throw refusal(`cannot compare ${dir} with the trusted content: ${errorMessage(error)}`, dir);
  }
  if (change !== undefined) throw denied(change.path, dir, change.how);
};

/** Creates a policy that covers no files yet. */
export const createProgramPolicy = (): ProgramPolicy => {
  const covered = new Map<string, CoveredDir>();
  const checkNamed = async ({ argv, cwd = '', at }: CheckedProgram): Promise<void> => {
    if (at !== undefined) return;
    for (const [index, word] of argv.entries()) {
      const path = resolve(cwd, pathIn(word));
      for (const { files } of covered.values())
        await checkOne(path, index === 0 && word.includes('/'), files);
      const paths = new Set(commandWords(word).map((part) => resolve(cwd, part)));
      for (const part of paths) for (const { files } of covered.values()) await checkOne(part, false, files);
    }
  };
  return {
    covers: () => covered.size > 0,
    cover: (files) =>
      void covered.set(resolve(files.dir), { files, findChange: createTreeComparison(files) }),
    check: async (program) => {
      await checkNamed(program);
      if (program.at === undefined) for (const dir of covered.values()) await checkTree(dir);
    },
    checkNamed,
  };
};

/** Wraps programs with a check before each start. */
export const withProgramPolicy = (programs: Programs, { covers, check }: ProgramPolicy): Programs => ({
  start: (program, options, signal) => {
    if (!covers()) return programs.start(program, options, signal);
    const running = check(program).then(() => programs.start(program, options, signal));
    const end = running.then((started) => started.end);
    // A caller that ignores `end` awaits `gone`.
    end.catch(() => {});
    return {
      end,
      gone: running.then(
        (started) => started.gone,
        () => [],
      ),
    };
  },
  wire: async (wire, signal) => {
    await check(wire.program);
    return programs.wire(wire, signal);
  },
});
