import type { ActEvent, Plan } from '../../../domain/operation.ts';
import { clipped } from '../../../platform/terminal/sanitize.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import type { Operation } from '../../source.ts';
import { type HostParts, lineOf } from '../parts.ts';
import { ask } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import type { Look } from './looks.ts';
import { machinesFor, whereWords } from './place.ts';

/** Letters of a line that are shown. */
const longestLine = 500;

/** Commands as a person would type them: one line for a shell. */
const typedLine = (machine: Machine, commands: readonly (readonly string[])[]): string =>
  commands.map((argv) => lineOf(machine.typed(argv))).join('; ');

/** A reading operation: asks the host that is named, or every one, and shows what it says. */
export const lookOperation = (parts: HostParts, look: Look): Operation => ({
  name: look.name,
  danger: () => 'read',

  plan: async (given): Promise<Plan> => {
    const params = look.params.parse(given);
    const host = typeof params.host === 'string' ? params.host : undefined;
    const machines = machinesFor(parts, host);
    return {
      use: `${parts.source}.${look.name}`,
      danger: 'read',
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
      const commands = look.commands(plan.params, machine, parts);
      const line = typedLine(machine, commands);
      yield { is: 'call', line };
      try {
        const { all } = await ask(parts, machine, commands, signal);
        const who = plan.targets.length > 1 ? `${machine.name}  ` : '';
        for (const text of look.lines(all, plan.params, machine))
          yield { is: 'output', text: masker.mask(`${who}${clipped(text, longestLine)}`) };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: parts.fault(machine, look.name, error).message, ok: false };
      }
    }
  },
});
