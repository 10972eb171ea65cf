import { defined } from '../../domain/base/defined.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { type Clock, withTimeout } from '../../platform/runtime/clock.ts';
import type { Finding } from '../kit/contract/source.ts';
import type { HttpProbe } from './probe.ts';

/** A check with the time limit of its readings: a slower answer is none for the cockpit, so it is none here. */
interface TimedProbe {
  readonly probe: HttpProbe;
  readonly timeoutMs: number;
}

/** Runs every check once and reports what prevents it; a check that is down did run. */
export const diagnoseHttpChecks = (
  source: string,
  probes: readonly TimedProbe[],
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  Promise.all(
    probes.map(async ({ probe, timeoutMs }): Promise<Finding> => {
      try {
        const probeResult = await withTimeout(clock, timeoutMs, signal, (over) => probe.run(over));
        const what = `${probe.call}: ${probeResult.status}${probeResult.detail === '' ? '' : `, ${probeResult.detail}`}`;
        const remedy = probeResult.fault?.remedy;
        return {
          source,
          ok: probeResult.status !== 'unknown',
          what,
          ...defined({ remedy }),
        };
      } catch (error) {
        return {
          source,
          ok: false,
          what: toFault(source, probe.call, error, clock.now()).message,
        };
      }
    }),
  );
