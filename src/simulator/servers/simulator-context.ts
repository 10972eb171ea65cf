import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ChangeLog, RecordChange } from '../change-request-log.ts';
import type { Environment } from '../model/environment.ts';
import type { ServiceInstance } from '../model/instance.ts';
import type { SystemModel } from '../model/system-model.ts';
import type { FindProgram } from '../programs.ts';

/** A server of an environment that speaks a protocol of its own. */
export interface ProtocolEndpoint {
  /** What it adds to `${world.…}`, without `world.`: an address, the path of a kubeconfig. */
  readonly vars: Readonly<Record<string, string>>;
  /** Programs that reach it, run in this process; absent: none. */
  readonly program?: FindProgram;
  /** Ends every connection too. */
  close(): Promise<void>;
}

/** Where a projection looks: one environment of the model, with the caller's time. */
export interface SimulatorContext {
  readonly model: SystemModel;
  readonly clock: Clock;
  readonly env: string;
  /** The address of another server of the environment, by its name in `${world.…}`; absent or undefined: there is none (yet). */
  address?(name: string): string | undefined;
  /** Where every changing request is noted; absent: nobody asks. */
  readonly changes?: ChangeLog;
}

/** Notes what arrives at one server of a view. */
export const changeRecorderFor =
  ({ changes, clock, env }: SimulatorContext, server: string): RecordChange =>
  (line, body) =>
    changes?.note({ at: clock.now(), env, server, line, ...(body === undefined ? {} : { body }) });

/** One instance at this moment, with the environment around it. */
export interface InstanceContext {
  readonly env: Environment;
  readonly instance: ServiceInstance;
  /** Now, on the caller's clock. */
  readonly at: Millis;
  /** A moment of the model on the caller's clock. */
  toClock(modelAt: Millis): Millis;
}

/** Looks at an instance. Throws for a name that the environment does not have. */
export const resolveInstance = (view: SimulatorContext, name: string): InstanceContext => {
  const at = view.clock.now();
  const env = view.model.environmentAt(view.env, at);
  const instance = env.instance(name);
  if (instance === undefined) throw new Error(`no instance "${name}" in ${view.env} of the embedded world`);
  return { env, instance, at, toClock: (modelAt) => view.model.toClock(modelAt) };
};
