import type { Fault } from '../../../domain/base/fault.ts';
import { statusError } from '../../../platform/network/status.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { IdentityConfig } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { describeUnmet } from './expectation.ts';

/**
 * Returns undefined when this is the system that the profile names; a `wrong-system` fault for another; the fault of
 * the call when the identity is unknown.
 */
export const identityFault = async (
  endpoint: Endpoint,
  identity: IdentityConfig,
  wallNow: () => number,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const { path, ...expected } = identity;
  try {
    const answer = await endpoint.get(path, signal);
    const problem = expected.status === undefined ? statusError(answer, wallNow()) : undefined;
    if (problem !== undefined && problem.kind !== 'missing') return endpoint.fault(path, problem);
    const difference = problem?.message ?? describeUnmet(expected, answer);
    return difference === undefined
      ? undefined
      : endpoint.say(
          'wrong-system',
          path,
          `identity mismatch, because a different system answers: ${difference}`,
        );
  } catch (error) {
    return error instanceof WireError && error.kind === 'malformed'
      ? endpoint.say(
          'wrong-system',
          path,
          `identity mismatch, because a different system answers: ${error.message}`,
        )
      : endpoint.fault(path, error);
  }
};
