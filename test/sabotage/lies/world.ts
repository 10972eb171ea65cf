import type { Millis } from '../../../src/domain/base/fault.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { Environment } from '../../../src/simulator/model/environment.ts';
import type { ServiceInstance } from '../../../src/simulator/model/instances/instance.ts';
import type { SystemModel } from '../../../src/simulator/model/system-model.ts';

/** The simulated environment of a run, for a lie about it. */
export interface World {
  readonly model: SystemModel;
  readonly name: string;
  readonly env: Environment;
  /** The right time, whatever the clock of the machines says. */
  readonly clock: Clock;
  /** Runs a function later, in simulated time. */
  later(ms: Millis, run: () => void): void;
}

/** True for a process with a problem of its own or of its release. */
export const isBad = ({
  running,
  slowMs,
  failing,
  noise,
  heapRetained,
  release,
  deployment,
}: ServiceInstance) =>
  !running ||
  slowMs > 0 ||
  failing !== undefined ||
  noise > 0 ||
  heapRetained !== undefined ||
  (release ?? deployment.release).fault !== undefined ||
  (release ?? deployment.release).crash !== undefined;

/** The names of the breakers of a process that are not closed. */
export const openBreakers = ({ breakers }: ServiceInstance): readonly string[] =>
  breakers.filter(({ state }) => state !== 'CLOSED').map(({ name }) => name);
