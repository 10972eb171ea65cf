import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, OperationCall, Plan, Target } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatBytes as bytesText } from '../../../domain/text/format.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import { hostImpact, selectMachine, targetMachine, zHost } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import {
  type ArchiveListing,
  findUnsafeName,
  parseArchiveListing,
  parseFreeBytes,
} from '../parse/file-listings.ts';
import {
  describeRemoteFile,
  directoryTarget,
  directoryTimeoutMs,
  findDirectoryDrift,
  hostTimestamp,
  moveCommand,
  previewCalls,
  remotePlanError,
  statPaths,
  zRemotePath,
} from './directories.ts';
import { runCommandSequence } from './run-remote.ts';

const restoreParams = z.strictObject({
  archive: zRemotePath.meta({ description: 'restore the tar.gz archive at this absolute path' }),
  dir: zRemotePath.meta({
    description: 'replace the directory at this absolute path with the content of the archive',
  }),
  holds: z
    .array(z.string().min(1))
    .meta({
      description: 'files that the archive must contain, relative to the directory, such as [bin/api]',
    })
    .default([]),
  host: zHost,
});

type RestoreParams = z.infer<typeof restoreParams>;

/** Directories of one restore. */
interface RestorePaths {
  readonly fresh: string;
  readonly before: string;
}

/**
 * Commands that unpack next to the target and compare every file with the archive. Only then is the result moved into
 * place.
 */
const prepareCommands = (
  { archive, holds }: RestoreParams,
  { fresh }: RestorePaths,
): readonly (readonly string[])[] => [
  ['mkdir', '--', fresh],
  ['tar', '-xzf', archive, '-C', fresh],
  ['tar', '-dzf', archive, '-C', fresh],
  ...(holds.length === 0 ? [] : [['sha256sum', '--', ...holds.map((file) => `${fresh}/${file}`)]]),
];
const moveAsideCommand = ({ dir }: RestoreParams, { before }: RestorePaths): readonly string[] =>
  moveCommand(dir, before);
const moveIntoPlaceCommand = ({ dir }: RestoreParams, { fresh }: RestorePaths): readonly string[] =>
  moveCommand(fresh, dir);

/** Reason an archive is rejected; undefined when it is usable. */
const explainUnusableArchive = (
  listing: ArchiveListing,
  { archive, holds }: RestoreParams,
  free: number,
): string | undefined => {
  const stray = findUnsafeName(listing);
  if (stray !== undefined)
    return `${archive} contains ${stray}, which would be unpacked outside of the directory: choose another archive`;
  const missing = holds.find((file) => !listing.names.includes(file));
  if (missing !== undefined) return `${archive} does not contain ${missing}: choose another archive`;
  return listing.bytes > free
    ? `${archive} needs ${bytesText(listing.bytes)} unpacked, ${bytesText(free)} free`
    : undefined;
};

const declared = declareOperation({ name: 'restore', danger: 'destructive', params: restoreParams });

/**
 * `restore`: replaces a directory with an archive and keeps the old directory under another name. Never unpacks over an
 * existing tree, where newer files would remain.
 */
export const restoreOperation = defineOperation(declared, (parts: HostContext) => {
  const targetOf = async (
    machine: Machine,
    { archive, dir }: RestoreParams,
    signal: AbortSignal,
  ): Promise<Target> => {
    const [tree, packed] = await statPaths(parts, machine, [dir, archive], signal);
    const seen = packed === undefined ? '' : `${archive}: ${describeRemoteFile(packed)}`;
    return directoryTarget(machine, dir, `${tree?.inode}/${packed?.inode}/${seen}`, seen);
  };
  return {
    plan: async (params, signal) => {
      const { archive, dir, host } = params;
      const machine = selectMachine(parts, host);
      const stamp = hostTimestamp(parts);
      const names: RestorePaths = { fresh: `${dir}.new-${stamp}`, before: `${dir}.before-${stamp}` };
      try {
        const target = await targetOf(machine, params, signal);
        const commands = [
          ['tar', '-tvzf', archive],
          ['df', '-P', '-k', '--', dir],
        ];
        const [packed, disk] = (await runBatch(parts, machine, commands, signal)).results;
        const listing = parseArchiveListing(stdoutOf(packed));
        const free = parseFreeBytes(stdoutOf(disk));
        const why = explainUnusableArchive(listing, params, free);
        if (why !== undefined) throw new PlanError('not-applicable', `on ${machine.name}: ${why}`);
        const sizes = `${listing.names.length} entries, ${bytesText(listing.bytes)} unpacked; ${bytesText(free)} free`;
        return {
          targets: [target],
          calls: previewCalls(machine, [
            ...prepareCommands(params, names),
            moveAsideCommand(params, names),
            moveIntoPlaceCommand(params, names),
          ]),
          objects: [
            `${dir} on ${machine.name} is replaced, and the old directory is kept as ${names.before}`,
            `${target.saw}; ${sizes}`,
          ],
          lost: `changes in ${dir} since the backup: they are kept in ${names.before}`,
          reach: hostImpact(parts, machine),
          earlier: names,
        };
      } catch (error) {
        throw remotePlanError(parts, machine, `inspecting ${archive}`, error);
      }
    },

    recheck: (plan, signal) => {
      const params = plan.params;
      return findDirectoryDrift(parts, plan, (machine) => targetOf(machine, params, signal));
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const machine = targetMachine(parts, plan.targets[0]);
      const names = restorePathsOf(plan);
      const run = (all: readonly (readonly string[])[]) =>
        runCommandSequence(machine, all, directoryTimeoutMs, change, signal);
      if (!(yield* run([...prepareCommands(params, names), moveAsideCommand(params, names)]))) return;
      if (yield* run([moveIntoPlaceCommand(params, names)])) return;
      // A missing directory is worse than the old one.
      yield* run([moveCommand(names.before, params.dir)]);
    },

    undo: (plan): OperationCall => {
      const { dir, host } = plan.params;
      const { before } = restorePathsOf(plan);
      return {
        use: `${parts.source}.swap`,
        with: { dir, from: before, ...defined({ host }) },
        title: `Restore ${before} as ${dir}`,
      };
    },
  };
});

const restorePathsOf = ({ earlier }: Plan): RestorePaths => ({
  fresh: text(field(earlier, 'fresh')) ?? '',
  before: text(field(earlier, 'before')) ?? '',
});
