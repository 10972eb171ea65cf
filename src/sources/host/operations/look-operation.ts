import type { ActEvent } from '../../../domain/operation.ts';
import { clipped } from '../../../platform/terminal/sanitize.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import {
  type Declared,
  defineOperation,
  type OperationDefinition,
  type PlanOf,
} from '../../define-operation.ts';
import { type HostParts, lineOf } from '../parts.ts';
import { ask } from '../ssh/ask.ts';
import type { Answered } from '../ssh/batch.ts';
import type { Machine } from '../ssh/machine.ts';
import { machinesFor, whereWords } from './place.ts';

/** Letters of a line that are shown. */
const longestLine = 500;

/** Commands as a person would type them: one line for a shell. */
const typedLine = (machine: Machine, commands: readonly (readonly string[])[]): string =>
  commands.map((argv) => lineOf(machine.typed(argv))).join('; ');

/** A question that a runbook's step asks: commands that only read, and their answers as lines for a person. */
interface Look<P> {
  commands(params: P, machine: Machine, parts: HostParts): readonly (readonly string[])[];
  /** Throws WireError. */
  lines(answers: readonly Answered[], params: P, machine: Machine): readonly string[];
}

type LookParams = Readonly<Record<string, unknown>> & { readonly host?: string };

/** Defines an operation that only reads: it asks the host that is named, or every one, and shows what it says. */
export const defineLook = <P extends LookParams>(
  declared: Omit<Declared<P>, 'danger'>,
  look: Look<P>,
): OperationDefinition<HostParts> =>
  defineOperation({ ...declared, danger: 'read' }, (parts: HostParts) => {
    async function* shown(
      machine: Machine,
      { params, targets }: PlanOf<P>,
      signal: AbortSignal,
    ): AsyncIterable<ActEvent> {
      const commands = look.commands(params, machine, parts);
      const line = typedLine(machine, commands);
      yield { is: 'call', line };
      try {
        const { all } = await ask(parts, machine, commands, signal);
        const who = targets.length > 1 ? `${machine.name}  ` : '';
        for (const text of look.lines(all, params, machine))
          yield { is: 'output', text: masker.mask(`${who}${clipped(text, longestLine)}`) };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: parts.fault(machine, declared.name, error).message, ok: false };
      }
    }

    return {
      plan: async (params) => {
        const machines = machinesFor(parts, params.host);
        return {
          targets: machines.map((machine) => ({
            name: machine.name,
            uid: machine.address,
            saw: 'not looked at yet',
            where: whereWords(machine),
          })),
          calls: machines.map((machine, target) => ({
            line: typedLine(machine, look.commands(params, machine, parts)),
            target,
          })),
          objects: [],
          params,
        };
      },

      recheck: async () => undefined,

      /** It asks through the reading door: nothing is changed. */
      act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
        for (const target of plan.targets) {
          const machine = parts.machines.find(({ name }) => name === target.name);
          if (machine === undefined) throw new Error(`${target.name} is not a host of this source`);
          yield* shown(machine, plan, signal);
        }
      },
    };
  });
