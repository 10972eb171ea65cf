/**
 * The start of the single executable file. It unpacks the embedded program once per version into a private cache directory, and
 * starts it there: the program reads its profiles and lazily loaded parts from files, as in an installation.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module, { enableCompileCache } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getAsset, getAssetKeys } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import { scriptFlag } from '../../src/simulator/servers/http/script-interpreter.ts';

/** The user's cache directory; undefined when there is no home directory. */
const cacheDir = (): string | undefined => {
  const given = process.env.XDG_CACHE_HOME;
  if (given?.startsWith('/')) return join(given, 'opsdeck');
  try {
    return join(homedir(), '.cache', 'opsdeck');
  } catch {
    return undefined;
  }
};

/** True for a directory that only this user can write: another user could otherwise replace the program. */
const isPrivate = (dir: string): boolean => {
  const stat = lstatSync(dir);
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
};

const unpack = (to: string): void => {
  for (const name of getAssetKeys()) {
    const path = join(to, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, Buffer.from(getAsset(name)), { mode: 0o600 });
  }
};

/** Unpacks into `parent` unless it is there already. Complete when it has its name: it is renamed last. */
const unpackedIn = (parent: string, name: string): string => {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const dir = join(parent, name);
  if (!isPrivate(parent)) throw new Error(`${parent} is writable by other users`);
  if (existsSync(dir) && isPrivate(dir)) return dir;
  const draft = join(parent, `.${randomUUID()}.part`);
  mkdirSync(draft, { mode: 0o700 });
  try {
    unpack(draft);
    renameSync(draft, dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(dir) || !isPrivate(dir)) throw error;
  }
  return dir;
};

/** A directory of this process alone, removed at its end. */
const ownDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'opsdeck-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  unpack(dir);
  return dir;
};

/** The directory of the program, and whether it is kept for the next start. */
const programDir = (): { readonly dir: string; readonly isKept: boolean } => {
  const name = `program-${createHash('sha256').update(getAsset('files.sha256', 'utf8')).digest('hex').slice(0, 16)}`;
  const cache = cacheDir();
  const problems: string[] = [];
  const note = (error: unknown): void => {
    problems.push(error instanceof Error ? error.message : String(error));
  };
  try {
    if (cache === undefined) throw new Error('no home directory');
    return { dir: unpackedIn(cache, name), isKept: true };
  } catch (error) {
    note(error);
  }
  try {
    return { dir: ownDir(), isKept: false };
  } catch (error) {
    note(error);
  }
  process.stderr.write(
    `opsdeck: cannot unpack the program: ${problems.join('; ')}. Set XDG_CACHE_HOME to a private directory.\n`,
  );
  process.exit(4);
};

/** Starts the unpacked program. */
const startProgram = async (): Promise<void> => {
  const { dir, isKept } = programDir();
  const main = join(dir, 'dist', 'main.js');
  // Only in the private directory: compiled code is program code.
  if (isKept) enableCompileCache(join(dir, 'compiled'));
  process.argv[1] = main;
  // An embedded main module can import only Node's own modules. Source: Node.js documentation, Single executable applications.
  const load = new Script('(url) => import(url)', {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
  await load(pathToFileURL(main).href);
};

/** Runs a script of the simulator as `node SCRIPT ARG…` does. */
const runScript = (argv: readonly string[]): void => {
  process.argv = [process.execPath, ...argv];
  Module.runMain();
};

if (process.argv[2] === scriptFlag) runScript(process.argv.slice(3));
else await startProgram();
