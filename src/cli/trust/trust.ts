import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { LockHeldError } from '../../platform/files/lock-file.ts';
import { UnsafeDirError } from '../../platform/files/private-dir.ts';
import { TreeTooLargeError } from '../../platform/files/tree-snapshot.ts';
import { TrustFileError, trustFilePath, updateTrust } from '../../platform/files/trust-file.ts';
import { parseYaml } from '../../profile/document/yaml-tree.ts';
import { UncoverableError } from '../../profile/trust/literals.ts';
import { changesSince, type FileChange, type TrustRecord, trustText } from '../../profile/trust/record.ts';
import { trustSummaryOf } from '../../profile/trust/summary.ts';
import { conflictingOptions } from '../command/conflicting-options.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import {
  isRecordOf,
  locateDirectory,
  type ReadDir,
  readAsRecorded,
  readRecords,
  readWithReferences,
  recordsIn,
} from '../opening/profile-dirs.ts';
import type { TrustFlags } from './flags.ts';

type TrustCall = Invocation<TrustFlags>;

const fallbackDir = 'profiles';

const isProfile = (path: string): boolean => /\.ya?ml$/.test(path);

/** Returns one digest of all files, for comparison between people. */
const digestOf = ({ sums }: ReadDir): string => {
  const lines = Object.keys(sums)
    .sort()
    .map((path) => `${path}\0${sums[path]}\n`);
  return `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`;
};

/** Summarizes a directory, parsed from the bytes that were hashed. */
const shownOf = async (read: ReadDir) => {
  const root = resolve(read.dir);
  const files = Object.entries(read.sums).map(([path, sum]) => ({ path, sum }));
  const profiles = files.filter(({ path }) => isProfile(path)).map(({ path }) => resolve(root, path));
  const texts = await Promise.all(
    profiles.map(async (path) => ({ path, text: await read.files.read(path).catch(() => undefined) })),
  );
  const trees = texts.flatMap(({ path, text }) =>
    text === undefined ? [] : (parseYaml(text, path).tree ?? []),
  );
  return { files, digest: digestOf(read), ...trustSummaryOf(trees) };
};

const headings = [
  ['environments', 'environments'],
  ['sources', 'sources'],
  ['plugins', 'plugins'],
  ['programs', 'programs'],
  ['hosts', 'hosts'],
  ['variables', 'environment variables'],
  ['valueFiles', 'value files'],
] as const;

const trustDir = async ({ args, options, context, output }: TrustCall): Promise<number> => {
  const dir = args[0] ?? fallbackDir;
  const located = await locateDirectory(dir);
  if (located === undefined) throw new UsageError(`cannot trust ${dir}: no such directory. Correct the path`);
  const read = await readWithReferences(dir, located.dir).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      throw new UsageError(
        `cannot trust ${dir}: the path is a file. Trust the directory: opsdeck trust ${dirname(dir)}`,
      );
    throw error;
  });
  if (![...read.tree.keys()].some(isProfile))
    throw new UsageError(`cannot trust ${dir}: contains no profiles (*.yaml, *.yml)`);
  const shown = await shownOf(read);
  const isTrusted = options.dryRun !== true;
  if (isTrusted) {
    const { clock, stateDir } = context;
    const when = new Date(clock.wallNow()).toISOString();
    const record: TrustRecord = { ...located, when, files: read.sums };
    await updateTrust(stateDir, (text) =>
      trustText([
        ...recordsIn(text, stateDir).filter((trustRecord) => !isRecordOf(located)(trustRecord)),
        record,
      ]),
    );
  }
  if (options.json === true) output.json({ opsdeck: 1, ...located, trusted: isTrusted, ...shown }, true);
  else {
    output.line(`${located.dir}  ${shown.digest}`);
    output.line(`  files (${shown.files.length})`);
    for (const { path, sum } of shown.files) output.line(`    ${path}  ${sum}`);
    for (const [key, heading] of headings) {
      if (shown[key].length > 0) output.line(`  ${heading}`);
      for (const text of shown[key]) output.line(`    ${text}`);
    }
    output.line(
      isTrusted
        ? `the directory is trusted until one of these files changes`
        : `dry run: the directory is not trusted yet`,
    );
  }
  return 0;
};

const revoke = async ({ args, options, context, output }: TrustCall): Promise<number> => {
  const dir = args[0] ?? fallbackDir;
  const { stateDir } = context;
  // A deleted directory can be revoked by the path that `--list` prints.
  const located = await locateDirectory(dir);
  const isMeant = (trustRecord: TrustRecord): boolean =>
    located === undefined
      ? [trustRecord.dir, trustRecord.at].includes(resolve(dir))
      : trustRecord.dir === located.dir || isRecordOf(located)(trustRecord);
  if (!(await readRecords(stateDir)).some(isMeant))
    throw new UsageError(`cannot revoke trust in ${dir}: not trusted. See opsdeck trust --list.`);
  await updateTrust(stateDir, (text) =>
    trustText(recordsIn(text, stateDir).filter((record) => !isMeant(record))),
  );
  const path = located?.dir ?? resolve(dir);
  if (options.json === true) output.json({ opsdeck: 1, dir: path, trusted: false }, true);
  else output.line(`${path}  trust revoked`);
  return 0;
};

const changesOf = async ({ dir, at, files }: TrustRecord): Promise<readonly FileChange[] | undefined> => {
  if ((await locateDirectory(at))?.dir !== dir) return undefined;
  return changesSince(files, (await readAsRecorded(at, dir, files)).sums);
};

const list = async ({ options, context, output }: TrustCall): Promise<number> => {
  const records = await readRecords(context.stateDir);
  const trusted = await Promise.all(
    records.map(async (record) => {
      const changes = await changesOf(record).catch(() => undefined);
      const state = changes === undefined ? 'missing' : changes.length === 0 ? 'trusted' : 'changed';
      return { dir: record.dir, at: record.at, when: record.when, state, changes: changes ?? [] };
    }),
  );
  if (options.json === true) output.json({ opsdeck: 1, trusted }, true);
  else {
    for (const { at, when, state, changes } of trusted) {
      output.line(`${at}  ${state}  ${when}`);
      for (const { path, how } of changes) output.line(`    ${path} ${how}`);
    }
    if (trusted.length === 0) output.line(`no trusted directories in ${trustFilePath(context.stateDir)}`);
  }
  return 0;
};

const isExpected = (error: unknown): error is Error =>
  [TrustFileError, TreeTooLargeError, UncoverableError, UnsafeDirError, LockHeldError].some(
    (type) => error instanceof type,
  );

/** `opsdeck trust [DIR]`: prints what the profiles of a directory read and run, and trusts them until a file changes. */
export const trust: SubCommand<TrustFlags> = async (call) => {
  const { options, args } = call;
  if (options.list === true && (options.revoke === true || args.length > 0))
    throw conflictingOptions(
      '--list',
      '--revoke or a directory',
      '--list always shows every trusted directory',
    );
  try {
    if (options.list === true) return await list(call);
    return options.revoke === true ? await revoke(call) : await trustDir(call);
  } catch (error) {
    if (isExpected(error)) throw new UsageError(error.message);
    throw error;
  }
};
