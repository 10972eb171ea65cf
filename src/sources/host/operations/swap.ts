import { z } from 'zod';
import type { ActEvent, OperationCall, Target } from '../../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import type { HostContext } from '../machine/host-context.ts';
import { hostImpact, selectMachine, targetMachine, zHost } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import {
  describeRemoteFile,
  directoryTarget,
  directoryTimeoutMs,
  findDirectoryDrift,
  moveCommand,
  previewCalls,
  remotePlanError,
  statPaths,
  zRemotePath,
} from './directories.ts';
import { runCommandSequence } from './run-remote.ts';

const swapParams = z.strictObject({
  dir: zRemotePath.meta({ description: 'directory in use' }),
  from: zRemotePath.meta({ description: 'directory to swap in' }),
  host: zHost,
});

type SwapParams = z.infer<typeof swapParams>;

const swapCommands = ({ dir, from }: SwapParams): readonly (readonly string[])[] => {
  const aside = `${dir}.aside`;
  return [moveCommand(dir, aside), moveCommand(from, dir), moveCommand(aside, from)];
};

const declared = declareOperation({ name: 'swap', danger: 'disruptive', params: swapParams });

/** `swap`: exchanges the names of two directories. Its undo is the same operation. */
export const swapOperation = defineOperation(declared, (parts: HostContext) => {
  const targetOf = async (machine: Machine, params: SwapParams, signal: AbortSignal): Promise<Target> => {
    const { dir, from } = params;
    const [now, other] = await statPaths(parts, machine, [dir, from], signal);
    const seen = other === undefined ? '' : `${from}: ${describeRemoteFile(other)}`;
    return directoryTarget(machine, dir, `${now?.inode}/${other?.inode}`, seen);
  };
  return {
    plan: async (params, signal) => {
      const machine = selectMachine(parts, params.host);
      try {
        return {
          targets: [await targetOf(machine, params, signal)],
          calls: previewCalls(machine, swapCommands(params)),
          objects: [`${params.dir} and ${params.from} on ${machine.name}`],
          reach: hostImpact(parts, machine),
        };
      } catch (error) {
        throw remotePlanError(parts, machine, `inspecting ${params.dir}`, error);
      }
    },

    recheck: (plan, signal) => {
      const params = plan.params;
      return findDirectoryDrift(parts, plan, (machine) => targetOf(machine, params, signal));
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const machine = targetMachine(parts, plan.targets[0]);
      yield* runCommandSequence(machine, swapCommands(plan.params), directoryTimeoutMs, change, signal);
    },

    undo: ({ use, params }): OperationCall => ({
      use,
      with: params,
      title: `Swap ${params.dir} and ${params.from} back`,
    }),
  };
});
