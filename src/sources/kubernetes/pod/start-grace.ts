import type { Millis } from '../../../domain/base/fault.ts';
import { field, list, number } from '../../kit/values/wire-value.ts';

/** A container without probes that take longer is expected to be ready within this time. */
export const usualStartMs: Millis = 60_000;

const seconds = (probe: unknown, name: string, otherwise: number): number =>
  number(field(probe, name)) ?? otherwise;

/** Returns the time that the probes of a container give it to start. Source: core/v1, Probe. */
const probeMs = (container: unknown): Millis => {
  const startup = field(container, 'startupProbe');
  const readiness = field(container, 'readinessProbe');
  const startupSeconds =
    startup === undefined
      ? 0
      : seconds(startup, 'initialDelaySeconds', 0) +
        seconds(startup, 'periodSeconds', 10) * seconds(startup, 'failureThreshold', 3);
  const readinessSeconds =
    readiness === undefined
      ? 0
      : seconds(readiness, 'initialDelaySeconds', 0) +
        seconds(readiness, 'periodSeconds', 10) * seconds(readiness, 'successThreshold', 1);
  return 1000 * (startupSeconds + readinessSeconds);
};

/** Returns the start time that a pod template allows; undefined for the usual one. */
export const startGraceMs = (podSpec: unknown): Millis | undefined => {
  const longest = Math.max(0, ...list(field(podSpec, 'containers')).map(probeMs));
  return longest > usualStartMs ? longest : undefined;
};

/**
 * Returns whether the kubelet asks a container of a pod template before it counts as ready: the first one, which is the program itself where
 * others were added to it. Without a readiness probe it is ready as soon as it runs. Undefined: there is none.
 */
export const isHealthChecked = (podSpec: unknown): boolean | undefined => {
  const [first] = list(field(podSpec, 'containers'));
  return first === undefined ? undefined : field(first, 'readinessProbe') !== undefined;
};
