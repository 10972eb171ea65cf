import { basename, dirname } from 'node:path';
import type { Millis } from '../domain/base/fault.ts';
import { errorMessage } from '../domain/text/error-message.ts';
import type { Diagnostic } from '../domain/text/position.ts';
import type { Files } from '../platform/files/local-files.ts';
import { findProfiles, type ProfileCatalog, type ProfileCatalogEntry } from './catalog/profile-catalog.ts';
import { yamlDiagnosticsIn } from './catalog/profile-directory.ts';
import { coverageDiagnostics, coverageFileName, readCoverageFile } from './document/coverage-file.ts';
import { errorAt, sortDiagnostics } from './document/diagnostics.ts';
import { yamlReader } from './document/layers.ts';
import { readProfileTree } from './document/read.ts';
import { sharedTargets } from './document/targets.ts';
import { beginTimeBudget, type TimeBudget } from './document/timed-files.ts';
import { type LoadedProfile, type LoadOptions, loadProfile } from './load.ts';

type ValidateOptions = Omit<LoadOptions, 'catalogue' | 'blind'> & {
  /** Returns whether a named file or directory is trusted. External values of others are not resolved. */
  isTrusted?(path: string): Promise<boolean>;
  /** Milliseconds of a clock that only advances. Absent: the time is not limited. */
  elapsed?(): Millis;
};

/** The time for all files of one call: ten times that of the largest systems on a slow machine. */
const budgetMs: Millis = 60_000;

/** Validates the coverage file of a directory; empty when it has none. */
const ofCoverageFile = async (
  dir: string,
  entries: readonly ProfileCatalogEntry[],
  files: Files,
): Promise<readonly Diagnostic[]> => {
  const side = await readCoverageFile(dir, files);
  if (side.tree === undefined) return side.diagnostics;
  const environments = await Promise.all(
    entries.map(async ({ env, file }) => ({ env, tree: (await readProfileTree(file, files)).tree })),
  );
  return coverageDiagnostics(
    side,
    environments.flatMap(({ env, tree }) => (tree === undefined ? [] : [{ env, tree }])),
  );
};

/** Validates the coverage files next to the environments of a catalog. */
const ofCoverageFiles = async ({ entries }: ProfileCatalog, files: Files): Promise<readonly Diagnostic[]> => {
  const byDir = Map.groupBy(entries, ({ file }) => dirname(file));
  const all = [...byDir].map(([dir, own]) => ofCoverageFile(dir, own, own[0]?.files ?? files));
  return (await Promise.all(all)).flat();
};

/** Options whose files are those of the budget. */
interface LimitedOptions extends ValidateOptions {
  readonly budget: TimeBudget;
}

/** Validates every environment in a catalog, and the files that could not become one. */
const ofCatalogue = async (
  catalogue: ProfileCatalog,
  options: LimitedOptions,
): Promise<readonly Diagnostic[]> => {
  const { unnamed = [] } = catalogue;
  const { budget } = options;
  const loaded: LoadedProfile[] = [];
  // One after the other, so that the time that is left is known before each.
  for (const { file, files, untrusted } of [...catalogue.entries, ...unnamed]) {
    const limited = files === undefined ? options.files : budget.limit(files);
    loaded.push(
      await loadProfile(file, { ...options, files: limited, catalogue, blind: untrusted === true }),
    );
  }
  // The validation of the file says it, too.
  const repeated = new Set(unnamed.map(({ why }) => why));
  // Only possible environments were parsed so far; a base that nothing extends yet may be invalid too.
  const broken = await Promise.all(
    (catalogue.dirs ?? []).map((dir) => yamlDiagnosticsIn(dir, options.files)),
  );
  const covered = await ofCoverageFiles(catalogue, options.files);
  const shared = sharedTargets(loaded.flatMap(({ targets }) => (targets === undefined ? [] : [targets])));
  return [
    ...catalogue.diagnostics.filter((diagnostic) => !repeated.has(diagnostic)),
    ...broken.flat(),
    ...loaded.flatMap((loadedProfile) => loadedProfile.diagnostics),
    ...covered,
    ...shared,
  ];
};

const trusts = async (path: string, { isTrusted }: ValidateOptions): Promise<boolean> =>
  isTrusted === undefined || isTrusted(path);

const isDirectory = async (path: string, files: Files): Promise<boolean> =>
  (await files.list(path)).length > 0 || (await files.isDirectory?.(path)) === true;

/** Validates every environment of a directory named on the command line. */
const ofDirectory = async (path: string, options: LimitedOptions): Promise<readonly Diagnostic[]> => {
  const blind = (await trusts(path, options)) ? {} : { untrusted: 'only validated' };
  const catalogue = await findProfiles([{ dir: path, files: options.files, ...blind }], options.files);
  const diagnostics = await ofCatalogue(catalogue, options);
  const hasYaml = (await options.files.list(path)).some((name) => /\.ya?ml$/.test(name));
  if (hasYaml) return diagnostics;
  const what = 'this directory contains no profile: there is no .yaml file';
  return [
    errorAt(
      { file: path, line: 1, col: 1 },
      what,
      'name another directory, or write a profile with opsdeck init',
    ),
  ];
};

/**
 * Validates a file named on the command line. A coverage file is compared with the environments next to it; a base
 * without `env:` is only parsed, since the files that extend it complete it.
 */
const ofFile = async (path: string, options: ValidateOptions): Promise<readonly Diagnostic[]> => {
  if (basename(path) === coverageFileName) {
    const { files } = options;
    const { entries } = await findProfiles([dirname(path)], files);
    return ofCoverageFile(dirname(path), entries, files);
  }
  const { tree, diagnostics } = await readProfileTree(path, options.files);
  // An empty `env:` is dropped from the merged tree: it makes the file an environment, too.
  const { tree: written } = await yamlReader(options.files)(path);
  const isEnvironment = written?.is === 'map' && written.entries.has('env');
  if (tree === undefined || !(isEnvironment || tree.entries.has('env'))) return diagnostics;
  return (await loadProfile(path, { ...options, blind: !(await trusts(path, options)) })).diagnostics;
};

const ofPath = async (path: string, options: LimitedOptions): Promise<readonly Diagnostic[]> => {
  try {
    if (!(await isDirectory(path, options.files))) return await ofFile(path, options);
    return await ofDirectory(path, options);
  } catch (error) {
    const what = `cannot be read: ${errorMessage(error)}`;
    return [
      errorAt({ file: path, line: 1, col: 1 }, what, 'make the file readable for the user that runs opsdeck'),
    ];
  }
};

/** The diagnostic as the command reports it: an error where it refuses what an environment opens with. */
export const asRefused = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.isRefused === true ? { ...diagnostic, severity: 'error' } : diagnostic;

/**
 * Validates all environments of a catalog, or the named files and directories. Reports each diagnostic once, by file and
 * line. Contacts nothing. Files that are left when the time has passed are named with an error each.
 */
export const validateProfiles = async (
  what: ProfileCatalog | readonly string[],
  given: ValidateOptions,
): Promise<readonly Diagnostic[]> => {
  const budget = beginTimeBudget(budgetMs, given.elapsed ?? (() => 0));
  const options: LimitedOptions = { ...given, files: budget.limit(given.files), budget };
  const diagnostics =
    'diagnostics' in what
      ? await ofCatalogue(what, options)
      : (await Promise.all(what.map((path) => ofPath(path, options)))).flat();
  return sortDiagnostics(diagnostics);
};
