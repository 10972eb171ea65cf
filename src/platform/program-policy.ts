import { isAbsolute, relative, resolve, sep } from 'node:path';
import { commandWords } from '../domain/command-words.ts';
import {
  readCoveredFile,
  readSnapshotEntry,
  type SnapshotEntry,
  type TreeSnapshot,
} from './files/tree-snapshot.ts';
import type { Program } from './processes/program.ts';
import type { Programs } from './processes/programs.ts';
import { markUnsent, ProgramError } from './wire-error.ts';

/** Files that were compared with the trusted snapshot. */
interface CoveredFiles {
  /** The directory; its paths in `tree` are relative to it. */
  readonly dir: string;
  readonly tree: TreeSnapshot;
  /** Files outside the directory, by absolute path. */
  readonly outside: ReadonlyMap<string, SnapshotEntry>;
}

/** Checks programs before they start on this machine. */
export interface ProgramPolicy {
  /** False: no files are covered, and every program may start. */
  covers(): boolean;
  /**
   * Allows these files to start only with the content that was read. Replaces an earlier snapshot of the same
   * directory.
   */
  cover(files: CoveredFiles): void;
  /** Rejects with a ProgramError (`denied`) for a program that names a changed covered file. */
  check(program: Pick<Program, 'argv' | 'cwd' | 'at'>): Promise<void>;
}

const denied = (path: string, dir: string, how: string): ProgramError =>
  markUnsent(
    new ProgramError('denied', `${path} ${how} since its directory was trusted; not started`, {
      remedy: `look at the change, then run opsdeck trust ${dir}`,
    }),
  );

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

/** Creates a policy that covers no files yet. */
export const createProgramPolicy = (): ProgramPolicy => {
  const covered = new Map<string, CoveredFiles>();
  return {
    covers: () => covered.size > 0,
    cover: (files) => void covered.set(resolve(files.dir), files),
    check: async ({ argv, cwd = '', at }) => {
      if (at !== undefined) return;
      for (const [index, word] of argv.entries()) {
        const path = resolve(cwd, pathIn(word));
        for (const files of covered.values()) await checkOne(path, index === 0 && word.includes('/'), files);
        const paths = new Set(commandWords(word).map((part) => resolve(cwd, part)));
        for (const part of paths) for (const files of covered.values()) await checkOne(part, false, files);
      }
    },
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
