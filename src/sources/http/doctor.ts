import { toFault } from '../../platform/network/to-fault.ts';
import type { Finding } from '../kit/contract/source.ts';
import type { HttpProbe } from './probe.ts';

/** Runs every check once and reports what prevents it; a check that is down did run. */
export const diagnoseHttpChecks = (
  source: string,
  probes: readonly HttpProbe[],
  now: () => number,
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  Promise.all(
    probes.map(async (probe): Promise<Finding> => {
      try {
        const probeResult = await probe.run(signal);
        const what = `${probe.call}: ${probeResult.status}${probeResult.detail === '' ? '' : `, ${probeResult.detail}`}`;
        const remedy = probeResult.fault?.remedy;
        return {
          source,
          ok: probeResult.status !== 'unknown',
          what,
          ...(remedy === undefined ? {} : { remedy }),
        };
      } catch (error) {
        return {
          source,
          ok: false,
          what: toFault(source, probe.call, error, now()).message,
        };
      }
    }),
  );
