import { z } from 'zod';
import { bytes as bytesText } from '../../../domain/format.ts';
import type { ActEvent, OperationCall, Plan, Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { declareOperation, defineOperation } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { freeBytesIn, listingIn, treeBytesIn } from '../parse/archives.ts';
import type { HostParts } from '../parts.ts';
import { machineAt, machineFor, zHost } from '../parts.ts';
import { ask, outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { runInOrder } from './run-announced.ts';
import {
  asPlanError,
  callsOf,
  fileWords,
  move,
  seenAt,
  stampOf,
  treeDrift,
  treeTarget,
  treeTimeoutMs,
  zPath,
} from './trees.ts';

const backupParams = z.strictObject({
  dir: zPath.meta({ description: 'the directory that is packed' }),
  into: zPath.meta({ description: 'the directory that the archive is put into' }),
  name: z
    .string()
    .regex(/^[\w.-]+$/, { error: 'letters, digits, dots and dashes' })
    .default('manual-backup')
    .meta({ description: 'the beginning of its name; the time, and .tar.gz, follow' }),
  host: zHost,
});

/** While it is written it has another name: what bears the true one is whole. */
const partOf = (archive: string): string => `${archive}.part`;

const argvs = (dir: string, archive: string): readonly (readonly string[])[] => [
  ['tar', '-czf', partOf(archive), '-C', dir, '.'],
  move(partOf(archive), archive),
];

const declared = declareOperation({ name: 'backup', danger: 'safe', params: backupParams });

/** `backup`: packs a directory into an archive with the time in its name, and reads the listing of what it wrote. */
export const backup = defineOperation(declared, (parts: HostParts) => {
  const targetOf = async (machine: Machine, dir: string, signal: AbortSignal): Promise<Target> => {
    const [tree] = await seenAt(parts, machine, [dir], signal);
    return treeTarget(machine, dir, tree?.inode ?? '', tree === undefined ? '' : fileWords(tree));
  };
  return {
    plan: async ({ dir, into, name, host }, signal) => {
      const machine = machineFor(parts, host);
      const archive = `${into}/${name}-${stampOf(parts)}.tar.gz`;
      try {
        const target = await targetOf(machine, dir, signal);
        const asked = [
          ['du', '-sb', '--', dir],
          ['df', '-P', '-k', '--', into],
        ];
        const [size, disk] = (await ask(parts, machine, asked, signal)).all;
        const [wanted, free] = [treeBytesIn(outOf(size)), freeBytesIn(outOf(disk))];
        const room = `${dir} holds ${bytesText(wanted)}, ${into} has room for ${bytesText(free)}`;
        if (wanted > free) throw new PlanError('not-applicable', `on ${machine.name} ${room}: not enough`);
        return {
          targets: [target],
          calls: callsOf(machine, argvs(dir, archive)),
          objects: [`${archive}, a new file on ${machine.name}`, room],
          earlier: { archive },
        };
      } catch (error) {
        throw asPlanError(parts, machine, `looking at ${dir}`, error);
      }
    },

    recheck: (plan, signal) => {
      const { dir } = plan.params;
      return treeDrift(parts, plan, (machine) => targetOf(machine, dir, signal));
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { dir } = plan.params;
      const machine = machineAt(parts, plan.targets[0]);
      const archive = archiveOf(plan);
      const [pack = [], name = []] = argvs(dir, archive);
      if (!(yield* runInOrder(machine, [pack], treeTimeoutMs, change, signal))) return;
      const listing = `tar -tzf ${partOf(archive)}`;
      yield { is: 'call', line: listing };
      try {
        const asked = [['tar', '-tvzf', partOf(archive)]];
        const { names, bytes } = listingIn(outOf((await ask(parts, machine, asked, signal)).all[0]));
        yield { is: 'output', text: `${archive}: ${names.length} entries, ${bytesText(bytes)} unpacked` };
        yield { is: 'answered', line: listing, status: 'read', ok: true };
      } catch (error) {
        const { message } = parts.fault(machine, listing, error);
        yield { is: 'answered', line: listing, status: `${message}; it is left as it is`, ok: false };
        return;
      }
      yield* runInOrder(machine, [name], treeTimeoutMs, change, signal);
    },

    undo: (plan): OperationCall => {
      const { host } = plan.params;
      const archive = archiveOf(plan);
      return {
        use: `${parts.source}.exec`,
        with: { argv: ['rm', '-f', '--', archive], ...(host === undefined ? {} : { host }) },
        title: `Remove ${archive}`,
      };
    },
  };
});

const archiveOf = (plan: Plan): string => text(field(plan.earlier, 'archive')) ?? '';
