import { z } from 'zod';
import type { ActEvent, OperationCall, Target } from '../../../domain/operation.ts';
import { declareOperation, defineOperation } from '../../define-operation.ts';
import type { HostParts } from '../parts.ts';
import { machineAt, machineFor, zHost } from '../parts.ts';
import type { Machine } from '../ssh/machine.ts';
import { runInOrder } from './run-announced.ts';
import {
  asPlanError,
  callsOf,
  fileWords,
  move,
  seenAt,
  treeDrift,
  treeTarget,
  treeTimeoutMs,
  zPath,
} from './trees.ts';

const swapParams = z.strictObject({
  dir: zPath.meta({ description: 'the directory that is in use' }),
  from: zPath.meta({ description: 'the one that takes its place, and its name in exchange' }),
  host: zHost,
});

type SwapParams = z.infer<typeof swapParams>;

const argvs = ({ dir, from }: SwapParams): readonly (readonly string[])[] => {
  const aside = `${dir}.aside`;
  return [move(dir, aside), move(from, dir), move(aside, from)];
};

const declared = declareOperation({ name: 'swap', danger: 'disruptive', params: swapParams });

/** `swap`: two directories exchange their names. What takes it back is the same once more. */
export const swap = defineOperation(declared, (parts: HostParts) => {
  const targetOf = async (machine: Machine, params: SwapParams, signal: AbortSignal): Promise<Target> => {
    const { dir, from } = params;
    const [now, other] = await seenAt(parts, machine, [dir, from], signal);
    const saw = other === undefined ? '' : `${from}: ${fileWords(other)}`;
    return treeTarget(machine, dir, `${now?.inode}/${other?.inode}`, saw);
  };
  return {
    plan: async (params, signal) => {
      const machine = machineFor(parts, params.host);
      try {
        return {
          targets: [await targetOf(machine, params, signal)],
          calls: callsOf(machine, argvs(params)),
          objects: [`${params.dir} and ${params.from} on ${machine.name}`],
          reach: { share: { part: 1, whole: parts.machines.length, of: `hosts of ${parts.source}` } },
        };
      } catch (error) {
        throw asPlanError(parts, machine, `looking at ${params.dir}`, error);
      }
    },

    recheck: (plan, signal) => {
      const params = plan.params;
      return treeDrift(parts, plan, (machine) => targetOf(machine, params, signal));
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const machine = machineAt(parts, plan.targets[0]);
      yield* runInOrder(machine, argvs(plan.params), treeTimeoutMs, change, signal);
    },

    undo: ({ use, params }): OperationCall => ({
      use,
      with: params,
      title: `Exchange ${params.dir} and ${params.from} again`,
    }),
  };
});
