import { toFault } from '../../platform/network/to-fault.ts';
import { type Clock, withTimeout } from '../../platform/runtime/clock.ts';
import { lacking, runChecks } from '../kit/contract/doctor-checks.ts';
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
  runChecks(
    { source, fault: (call, error) => toFault(source, call, error, clock.now()) },
    probes.map(({ probe, timeoutMs }) => ({
      call: probe.call,
      run: async () => {
        const { status, detail, fault } = await withTimeout(clock, timeoutMs, signal, (over) =>
          probe.run(over),
        );
        const what = `${probe.call}: ${status}${detail === '' ? '' : `, ${detail}`}`;
        return status === 'unknown' ? lacking(what, fault?.remedy) : what;
      },
    })),
    signal,
  );
