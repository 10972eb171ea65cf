import type { ActEvent, Plan, TargetDrift } from '../../domain/runbooks/operation.ts';
import type { ChangeIo, ReadIo } from '../../doors/io.ts';
import { clipped } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { statusError, statusText } from '../../platform/network/status.ts';
import {
  type CallFailures,
  callFailureText,
  refusedError,
  reportCall,
} from '../kit/operations/report-call.ts';
import type { ActuatorInstance } from './instance.ts';
import { checkInstanceIdentity } from './instance.ts';

/** The shared parts of this source's operations. */
export interface ActuatorContext {
  readonly source: string;
  readonly instances: readonly ActuatorInstance[];
  readonly disk: ReadIo['disk'];
  /** Where files of operations are kept. Absent: nowhere. */
  readonly stateDir: string | undefined;
}

const maxShownLength = 500;

/** Pins an object of one instance. */
export const instanceUid = (instance: ActuatorInstance, path: string): string => instance.endpoint.url(path);

/** The instance of a pinned target; undefined when it is no longer in the profile. */
const pinnedInstance = (
  instances: readonly ActuatorInstance[],
  path: string,
  uid: string,
): ActuatorInstance | undefined => instances.find((instance) => instanceUid(instance, path) === uid);

/**
 * Reads every pinned target again. Returns the first that is gone, belongs to another system, is unreadable, or has
 * changed.
 */
export const findInstanceDrift = async (
  plan: Plan,
  instances: readonly ActuatorInstance[],
  path: string,
  stateNow: (instance: ActuatorInstance) => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const drifts = await Promise.all(
    plan.targets.map(async (target): Promise<TargetDrift | undefined> => {
      const drift = (found: string): TargetDrift => ({
        target: `${target.name} of ${target.where}`,
        planned: target.saw,
        found,
      });
      const instance = pinnedInstance(instances, path, target.uid);
      if (instance === undefined)
        return drift('the instance is no longer in the profile: plan the run again');
      const mismatch = await checkInstanceIdentity(instance, signal);
      if (mismatch !== undefined) return drift(mismatch.message);
      try {
        const found = await stateNow(instance);
        return found === target.saw ? undefined : drift(found ?? 'not found');
      } catch (error) {
        return drift(instance.endpoint.fault(path, error).message);
      }
    }),
  );
  return drifts.find((drift) => drift !== undefined);
};

/** Sends one POST per target, in order. A failure does not stop the others; a cancel stops those not sent yet. */
export async function* postToTargets(
  plan: Plan,
  instances: readonly ActuatorInstance[],
  path: string,
  body: string,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncIterable<ActEvent> {
  for (const target of plan.targets) {
    if (signal.aborted) return;
    const instance = pinnedInstance(instances, path, target.uid);
    if (instance === undefined)
      throw new Error(
        `${target.where} is not an instance of this source. Name one of instances: in the profile`,
      );
    const line = instance.endpoint.line('POST', path);
    const failures: CallFailures = {
      fault: (error) => instance.endpoint.fault(path, error, 'POST'),
      prefix: `${line}: `,
    };
    const headers = { 'content-type': 'application/json' };
    yield* reportCall(line, failures, async () => {
      const answer = await instance.endpoint.send(change, { method: 'POST', path, headers, body }, signal);
      const output = secretMasker.mask(clipped(answer.text, maxShownLength)).trim();
      const problem = statusError(answer, instance.wallNow());
      const failed = problem === undefined ? undefined : refusedError(answer.status, problem);
      return {
        status: failed === undefined ? statusText(answer.status) : callFailureText(failed, failures),
        ok: failed === undefined,
        value: undefined,
        output: output === '' ? [] : [output],
      };
    });
  }
}
