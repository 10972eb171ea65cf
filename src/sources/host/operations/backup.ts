import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, OperationCall, Plan, Target } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatBytes as bytesText } from '../../../domain/text/format.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import { selectMachine, targetMachine, zHost } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseArchiveListing, parseDirectoryBytes, parseFreeBytes } from '../parse/file-listings.ts';
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

const backupParams = z.strictObject({
  dir: zRemotePath.meta({ description: 'back up the directory at this absolute path' }),
  into: zRemotePath.meta({ description: 'write the archive to the directory at this absolute path' }),
  name: z
    .string()
    .regex(/^[\w.-]+$/, { error: 'not a valid prefix: use letters, digits, dots and dashes' })
    .default('manual-backup')
    .meta({ description: 'prefix of the archive name, followed by the time and .tar.gz' }),
  host: zHost,
});

/** Name of the archive while it is being written: a file with the final name is complete. */
const partialArchive = (archive: string): string => `${archive}.part`;

const backupCommands = (dir: string, archive: string): readonly (readonly string[])[] => [
  ['tar', '-czf', partialArchive(archive), '-C', dir, '.'],
  moveCommand(partialArchive(archive), archive),
];

const declared = declareOperation({ name: 'backup', danger: 'safe', params: backupParams });

/** `backup`: packs a directory into an archive with the time in its name, and verifies it by its listing. */
export const backupOperation = defineOperation(declared, (parts: HostContext) => {
  const targetOf = async (machine: Machine, dir: string, signal: AbortSignal): Promise<Target> => {
    const [tree] = await statPaths(parts, machine, [dir], signal);
    return directoryTarget(
      machine,
      dir,
      tree?.inode ?? '',
      tree === undefined ? '' : describeRemoteFile(tree),
    );
  };
  return {
    plan: async ({ dir, into, name, host }, signal) => {
      const machine = selectMachine(parts, host);
      const archive = `${into}/${name}-${hostTimestamp(parts)}.tar.gz`;
      try {
        const target = await targetOf(machine, dir, signal);
        const commands = [
          ['du', '-sb', '--', dir],
          ['df', '-P', '-k', '--', into],
        ];
        const [size, disk] = (await runBatch(parts, machine, commands, signal)).results;
        const requiredBytes = parseDirectoryBytes(stdoutOf(size));
        const freeBytes = parseFreeBytes(stdoutOf(disk));
        const room = `${dir} is ${bytesText(requiredBytes)}, ${into} has ${bytesText(freeBytes)} free`;
        if (requiredBytes > freeBytes)
          throw new PlanError(
            'not-applicable',
            `not enough space on ${machine.name}: ${room}. Free some space, or choose another directory`,
          );
        return {
          targets: [target],
          calls: previewCalls(machine, backupCommands(dir, archive)),
          objects: [`the new file ${archive} on ${machine.name}`, room],
          earlier: { archive },
        };
      } catch (error) {
        throw remotePlanError(parts, machine, `inspecting ${dir}`, error);
      }
    },

    recheck: (plan, signal) => {
      const { dir } = plan.params;
      return findDirectoryDrift(parts, plan, (machine) => targetOf(machine, dir, signal));
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { dir } = plan.params;
      const machine = targetMachine(parts, plan.targets[0]);
      const archive = archiveOf(plan);
      const [pack = [], name = []] = backupCommands(dir, archive);
      if (!(yield* runCommandSequence(machine, [pack], directoryTimeoutMs, change, signal))) return;
      const listing = `tar -tzf ${partialArchive(archive)}`;
      yield { is: 'call', line: listing };
      try {
        const commands = [['tar', '-tvzf', partialArchive(archive)]];
        const { names, bytes } = parseArchiveListing(
          stdoutOf((await runBatch(parts, machine, commands, signal)).results[0]),
        );
        yield { is: 'output', text: `${archive}: ${names.length} entries, ${bytesText(bytes)} unpacked` };
        yield { is: 'answered', line: listing, status: 'read', ok: true };
      } catch (error) {
        const { message } = parts.fault(machine, listing, error);
        yield {
          is: 'answered',
          line: listing,
          status: `${message}. The incomplete archive is still there: delete the archive on the host`,
          ok: false,
        };
        return;
      }
      yield* runCommandSequence(machine, [name], directoryTimeoutMs, change, signal);
    },

    undo: (plan): OperationCall => {
      const { host } = plan.params;
      const archive = archiveOf(plan);
      return {
        use: `${parts.source}.exec`,
        with: { argv: ['rm', '-f', '--', archive], ...defined({ host }) },
        title: `Remove ${archive}`,
      };
    },
  };
});

const archiveOf = (plan: Plan): string => text(field(plan.earlier, 'archive')) ?? '';
