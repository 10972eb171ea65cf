import type {
  DescribedObject,
  DescriptionFormat,
  ObjectDescription,
} from '../../domain/facts/object-description.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { maskSecretValue, redactPasswords } from '../kit/values/secrets.ts';
import { commandError, runBatch } from './machine/command-batch.ts';
import type { HostContext } from './machine/host-context.ts';

/** Masks a line of a unit's file or environment: hides the value behind a secret-looking name. */
const maskedLine = (line: string): string => {
  const [, lead = '', name = '', value = ''] = /^(\s*Environment=["']?)([\w.-]+)=(.*)$/.exec(line) ?? [];
  return name === '' ? redactPasswords(line) : `${lead}${name}=${maskSecretValue(name, value)}`;
};

/** Describes a unit by its status with its last lines, or by its files. Throws WireError. Source: systemctl(1). */
export const describeUnit =
  (parts: HostContext) =>
  async (
    { kind, name, node }: DescribedObject,
    how: DescriptionFormat,
    signal: AbortSignal,
  ): Promise<ObjectDescription> => {
    if (how !== 'describe' && how !== 'yaml')
      throw new WireError(
        'missing',
        `a source of type host cannot show the ${how} of a ${kind}: choose another view`,
      );
    const machine = parts.machines.find((candidate) => candidate.name === node);
    if (kind !== 'unit' || machine === undefined)
      throw new WireError('missing', `cannot describe a ${kind}: choose a unit`);
    const verb = how === 'yaml' ? ['cat'] : ['status', '--lines=30', '--full'];
    const { results: all } = await runBatch(
      parts,
      machine,
      [['systemctl', ...verb, '--no-pager', '--', name]],
      signal,
    );
    const [answer] = all;
    if (answer === undefined || answer.out.trim() === '')
      throw commandError(answer ?? { status: 1, out: '', err: 'no response' });
    return {
      title: `unit ${name} on ${machine.name}`,
      lines: answer.out.trimEnd().split('\n').map(maskedLine),
    };
  };
