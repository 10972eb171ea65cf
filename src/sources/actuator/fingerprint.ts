import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import {
  instancePart,
  mergeFingerprints,
  processFingerprint,
  readInstancePart,
} from '../kit/contract/fingerprint.ts';
import { field, list, number } from '../kit/values/wire-value.ts';
import type { ActuatorInstance } from './instance.ts';
import { endpointNotExposed } from './instance.ts';

const metricOf = async (
  instance: ActuatorInstance,
  name: string,
  signal: AbortSignal,
): Promise<number | undefined> => {
  const answer = await instance.ask(`/metrics/${name}`, signal, endpointNotExposed('metrics'));
  return number(field(list(field(answer, 'measurements'))[0], 'value'));
};

const seconds = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 1000;

/**
 * Reads which process answers at each instance, by the start of its virtual machine. Source: Micrometer, UptimeMetrics. An
 * instance that does not answer is left out.
 */
export const actuatorFingerprint = async (
  instances: readonly ActuatorInstance[],
  signal: AbortSignal,
): Promise<SystemFingerprint> =>
  mergeFingerprints(
    await Promise.all(
      instances.map((instance) => {
        const part = instancePart(instance.name, instance.service);
        return readInstancePart(
          part,
          async () => {
            const startedAt = await metricOf(instance, 'process.start.time', signal);
            return processFingerprint(
              part,
              seconds(startedAt),
              seconds(await metricOf(instance, 'process.uptime', signal)),
            );
          },
          signal,
        );
      }),
    ),
  );
