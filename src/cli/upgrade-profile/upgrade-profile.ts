import { basename, join, normalize, relative, resolve } from 'node:path';
import { pluralize } from '../../domain/text/count-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { type Diagnostic, formatDiagnostic, positionText } from '../../domain/text/position.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { realPathOf, replaceFilesTogether } from '../../platform/files/replace-files.ts';
import { steadyNow } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { coverageFileName } from '../../profile/document/coverage-file.ts';
import { readProfileTree } from '../../profile/document/read.ts';
import { parseYaml } from '../../profile/document/yaml-tree.ts';
import { type UpgradedFile, upgradeFile } from '../../profile/upgrade/upgrade-file.ts';
import { validateProfiles } from '../../profile/validate.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError, usageExit } from '../command/exit-code.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import { pluginProblems, pluginsOf, typesWith } from '../opening/plugins.ts';
import { isBelowTrusted, readRecords, searchDirs } from '../opening/profile-dirs.ts';
import type { UpgradeProfileFlags } from './flags.ts';

type Call = Invocation<UpgradeProfileFlags>;

/** Files of a profile directory that are not profiles: the default system, and the coverage file. */
const isBeside = (path: string): boolean =>
  /^config\.ya?ml$/.test(basename(path)) || basename(path) === coverageFileName;

interface ReadText {
  readonly path: string;
  readonly text: string;
}

const readText = async (path: string, files: Files): Promise<ReadText> => {
  const text = await files.read(path).catch((error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${errorMessage(error)}. Correct the permissions or the path.`);
  });
  if (text === undefined) throw new UsageError(`cannot read ${path}: no such file. Correct the path.`);
  return { path, text };
};

const listed = (path: string, files: Files): Promise<readonly string[]> =>
  files.list(path).catch((error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${errorMessage(error)}. Correct the permissions.`);
  });

/** The profiles below a path: itself, or every YAML file of the directory; none when it is empty. */
const below = async (path: string, files: Files): Promise<readonly string[]> => {
  const names = await listed(path, files);
  if (names.length === 0) return (await files.isDirectory?.(path)) === true ? [] : [normalize(path)];
  const profiles = names.filter((name) => /\.ya?ml$/.test(name) && !isBeside(name));
  return profiles.map((name) => normalize(join(path, name)));
};

/** The paths of the command line; without any, the directories of the search path that are the user's to change. */
const scopeOf = async ({ args, context }: Call): Promise<readonly string[]> => {
  if (args.length > 0) return args;
  const dirs = context.places.filter(({ trust }) => trust !== 'shipped').map(({ dir }) => dir);
  const lists = await Promise.all(
    dirs.map(async (dir) => ({ dir, names: await listed(dir, context.files) })),
  );
  const found = lists.filter(({ names }) => names.length > 0).map(({ dir }) => dir);
  if (found.length === 0)
    throw new UsageError(
      'found no profiles of your own. Name a file or a directory: opsdeck upgrade-profile PATH',
    );
  return found;
};

/** Reads every profile in scope once, also when two paths or a symbolic link lead to the same file. */
const readScope = async (scope: readonly string[], files: Files): Promise<readonly ReadText[]> => {
  const paths = (await Promise.all(scope.map((path) => below(path, files)))).flat();
  const byFile = new Map<string, string>();
  for (const path of paths) {
    const real = await realPathOf(resolve(path));
    if (!byFile.has(real)) byFile.set(real, path);
  }
  if (byFile.size === 0)
    throw new UsageError(`found no profiles in ${scope.join(', ')}. Name a directory with .yaml files.`);
  return Promise.all([...byFile.values()].map((path) => readText(path, files)));
};

/** Whether the file or one of its bases has `opsdeck:`. */
const isMarked = async (path: string, files: Files): Promise<boolean> => {
  const { tree } = await readProfileTree(path, files);
  // A file whose base cannot be read is reported by the validation.
  return tree === undefined || tree.entries.has('opsdeck');
};

const hasPlugins = ({ path, text }: ReadText): boolean => {
  const { tree } = parseYaml(text, path);
  return tree?.is === 'map' && tree.entries.has('plugins');
};

const upgradeAll = async (texts: readonly ReadText[], files: Files): Promise<readonly UpgradedFile[]> => {
  const withPlugins = texts.some(hasPlugins);
  return Promise.all(
    texts.map(async ({ path, text }) =>
      upgradeFile(path, text, { isMarked: await isMarked(path, files), hasPlugins: withPlugins }),
    ),
  );
};

/** The files as they will be, by every path that leads to them. */
const inMemory = async (files: Files, upgraded: readonly UpgradedFile[]): Promise<Files> => {
  const after = new Map<string, string>();
  for (const upgradedFile of upgraded)
    after.set(await realPathOf(resolve(upgradedFile.file)), upgradedFile.after);
  return {
    ...files,
    read: async (path) => after.get(await realPathOf(resolve(path))) ?? files.read(path),
  };
};

/** The errors that `validate` reports for the scope, with the given files. */
const errorsWith = async (
  files: Files,
  scope: readonly string[],
  { context, global }: Call,
): Promise<readonly Diagnostic[]> => {
  const plugins = await pluginsOf(context);
  const dirs = await searchDirs(context);
  const diagnostics = await validateProfiles(scope, {
    elapsed: steadyNow,
    files,
    ...typesWith(context, plugins),
    processEnv: context.processEnv,
    sets: global.sets,
    now: context.clock.now(),
    isTrusted: (path) => isBelowTrusted(path, dirs),
  });
  return diagnostics.filter(({ severity }) => severity === 'error');
};

/** The errors among `errors` that `others` does not have, wherever their lines are. */
const without = (errors: readonly Diagnostic[], others: readonly Diagnostic[]): readonly Diagnostic[] => {
  const left = new Map<string, number>();
  const keyOf = ({ position, what }: Diagnostic): string => `${position.file}\0${what}`;
  for (const diagnostic of others) left.set(keyOf(diagnostic), (left.get(keyOf(diagnostic)) ?? 0) + 1);
  return errors.filter((error) => {
    const count = left.get(keyOf(error)) ?? 0;
    left.set(keyOf(error), count - 1);
    return count <= 0;
  });
};

/** Names the trusted directories whose files were changed: they have to be trusted again. */
const tellTrust = async (
  written: readonly string[],
  { stateDir }: CommandContext,
  { output }: Call,
): Promise<void> => {
  const records = await readRecords(stateDir).catch(() => []);
  const changed = records.filter(({ dir, files }) =>
    written.some((path) => path.startsWith(`${dir}/`) || Object.hasOwn(files, path)),
  );
  for (const { at } of changed) {
    const dir = relative('', at) || '.';
    output.line(
      `${dir} is no longer trusted, because files in the directory have changed. Review the changes, then run opsdeck trust ${dir}`,
    );
  }
};

const write = async (changed: readonly UpgradedFile[], call: Call): Promise<void> => {
  const { context, output } = call;
  const replacements = await Promise.all(
    changed.map(async ({ file, before, after }) => ({
      path: await realPathOf(resolve(file)),
      before,
      after,
    })),
  );
  try {
    const replaced = await replaceFilesTogether(replacements);
    for (const { path, backup } of replaced)
      output.line(`wrote ${relative('', path)}. The old file is now ${relative('', backup)}`);
  } catch (error) {
    if (error instanceof WireError) throw new UsageError(`nothing was written: ${error.message}`);
    throw error;
  }
  await tellTrust(
    replacements.map(({ path }) => path),
    context,
    call,
  );
};

const printChanges = (changed: readonly UpgradedFile[], { output }: Call): void => {
  for (const { position, step, what, lines } of changed.flatMap(({ changes }) => changes)) {
    output.line(`${positionText(position)}: ${what} (${step})`);
    output.lines(lines.map((line) => `  ${line}`));
  }
};

/** Prints what stops every change, and returns the exit code. */
const refuse = (diagnostics: readonly Diagnostic[], why: string, { output }: Call): number => {
  for (const diagnostic of diagnostics) output.line(formatDiagnostic(diagnostic));
  output.error(why);
  return usageExit;
};

/** Prints what is left to a person, and the summary. Returns the exit code. */
const summarize = (
  upgraded: readonly UpgradedFile[],
  left: readonly Diagnostic[],
  isWritten: boolean,
  { output }: Call,
): number => {
  for (const diagnostic of left) output.line(`by hand: ${formatDiagnostic(diagnostic)}`);
  const changes = upgraded.reduce((sum, upgradedFile) => sum + upgradedFile.changes.length, 0);
  const isPending = changes > 0 && !isWritten;
  const next = isPending ? ' Nothing was written. --write changes the files.' : '';
  output.error(
    `${pluralize(upgraded.length, 'file')}: ${pluralize(changes, 'change')}, ${left.length} left to you.${next}`,
  );
  return left.length > 0 || isPending ? 1 : 0;
};

/** `opsdeck upgrade-profile [PATH…]`: prints, or writes with --write, what profiles need for the current format. */
export const upgradeProfile: SubCommand<UpgradeProfileFlags> = async (call) => {
  const { options, context, output } = call;
  const { files } = context;
  for (const problem of pluginProblems(await pluginsOf(context)))
    output.error(`opsdeck: warning: ${problem}`);
  const scope = await scopeOf(call);
  const upgraded = await upgradeAll(await readScope(scope, files), files);
  const broken = upgraded.flatMap(({ errors }) => errors);
  if (broken.length > 0)
    return refuse(broken, `${pluralize(broken.length, 'error')}. Nothing was written.`, call);
  const changed = upgraded.filter(({ before, after }) => before !== after);
  const before = await errorsWith(files, scope, call);
  const after =
    changed.length === 0 ? before : await errorsWith(await inMemory(files, upgraded), scope, call);
  printChanges(changed, call);
  const added = without(after, before);
  if (added.length > 0)
    return refuse(
      added,
      'The changed profiles would have these errors, so nothing was written. Make the changes by hand.',
      call,
    );
  const isWritten = options.write === true && changed.length > 0;
  if (isWritten) await write(changed, call);
  const fixed = without(before, after);
  // Places in the files as they are now.
  const now = isWritten ? await upgradeAll(await readScope(scope, files), files) : upgraded;
  const errors = isWritten ? after : before.filter((diagnostic) => !fixed.includes(diagnostic));
  return summarize(upgraded, [...now.flatMap(({ notes }) => notes), ...errors], isWritten, call);
};
