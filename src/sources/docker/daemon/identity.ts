import type { Fault } from '../../../domain/base/fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import type { DockerConfig } from './config.ts';
import type { Daemon } from './daemon.ts';

const describeDifference = (
  what: string,
  expected: string | undefined,
  actual: string,
): string | undefined =>
  expected === undefined || expected === actual
    ? undefined
    : `expected ${what} ${expected}, found ${actual || 'none'}`;

/** Returns undefined when this is the daemon that the profile names; a `wrong-system` fault otherwise. */
export const daemonIdentityFault = async (
  daemon: Daemon,
  expected: NonNullable<DockerConfig['identity']>,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  try {
    const info = await daemon.getJson('/info', signal);
    const differs = [
      describeDifference('name', expected.name, text(field(info, 'Name')) ?? ''),
      describeDifference('id', expected.id, text(field(info, 'ID')) ?? ''),
    ].find((part) => part !== undefined);
    if (differs === undefined) return undefined;
    return daemon.fault(
      '/info',
      new WireError(
        'wrong-system',
        `identity mismatch, because a different Docker daemon answers: ${differs}`,
      ),
    );
  } catch (error) {
    return daemon.fault('/info', error);
  }
};
