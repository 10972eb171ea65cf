import type { Fault } from '../../domain/fault.ts';
import { PlanError } from '../../domain/plan-error.ts';
import { identityFault } from '../identity.ts';
import type { Instance } from './instance.ts';

/** What one instance answered to a plan's question. */
export interface Answered<T> {
  readonly instance: Instance;
  readonly found: T;
}

/** The instances that a parameter names (one, several, none given: all). Throws PlanError for a name that is not there. */
export const chosen = (
  instances: readonly Instance[],
  names: string | readonly string[] | undefined,
): readonly Instance[] => {
  if (names === undefined) return instances;
  return [names].flat().map((name) => {
    const instance = instances.find((one) => one.name === name || one.endpoint.base === name);
    if (instance !== undefined) return instance;
    const known = instances.map((one) => one.name || one.endpoint.base).join(', ');
    throw new PlanError('not-applicable', `there is no instance "${name}" here; there is ${known}`);
  });
};

/**
 * Asks every instance afresh, and who it is. Throws PlanError when any of them could not be asked: what is not known
 * is not acted on, so the operator has to leave it out by naming the others.
 */
export const askEvery = async <T>(
  instances: readonly Instance[],
  path: string,
  ask: (instance: Instance) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly Answered<T>[]> => {
  const answers = await Promise.all(
    instances.map(async (instance): Promise<Answered<T> | { readonly fault: Fault }> => {
      const stranger = await strangerAt(instance, signal);
      if (stranger !== undefined) return { fault: stranger };
      try {
        return { instance, found: await ask(instance) };
      } catch (error) {
        return { fault: instance.endpoint.fault(path, error) };
      }
    }),
  );
  const faults = answers.flatMap((answer) => ('fault' in answer ? [answer.fault.message] : []));
  const reached = answers.flatMap((answer) => ('fault' in answer ? [] : [answer]));
  if (faults.length === 0) return reached;
  const why = `could not be asked: ${faults.join('; ')}`;
  const names = reached.map(({ instance }) => instance.name).join(', ');
  throw new PlanError(
    'failed',
    reached.length === 0 ? why : `${why}. To act on the others alone, say instance: ${names}`,
  );
};

/** The fault of an instance that is not (or cannot be shown to be) the system that the profile names. */
export const strangerAt = (instance: Instance, signal: AbortSignal): Promise<Fault | undefined> => {
  const { identity } = instance.config;
  return identity === undefined
    ? Promise.resolve(undefined)
    : identityFault(instance.endpoint, identity, instance.wallNow, signal);
};
