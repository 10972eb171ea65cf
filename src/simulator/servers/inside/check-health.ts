import type { Millis } from '../../../domain/fault.ts';
import type { Instance } from '../../model/instance.ts';
import { recentMs, summaryOf } from '../../model/traffic.ts';
import type { Told } from './tools.ts';

/** Where it lies in every container of a service. */
export const checkHealthPath = '/usr/local/bin/check-health';

/** A check in the manner of Nagios, of the process that runs in this very container. Source: Nagios plugin guidelines. */
export const checkHealth = (instance: Instance | undefined, now: Millis): Told => {
  if (instance?.running !== true) return { out: 'CRITICAL - no process serves\n', code: 2 };
  const served = instance.traffic.recent(now);
  const { requests, errorRatePercent = 0, p95Ms = 0 } = summaryOf(served, instance.service.slaMs);
  const rate = Math.round((requests * 10_000) / recentMs) / 10;
  const [code, word] =
    errorRatePercent > 5 ? [2, 'CRITICAL'] : errorRatePercent > 1 ? [1, 'WARNING'] : [0, 'OK'];
  const data = `requests=${rate};;;0 errors=${errorRatePercent}%;1;5;0;100 p95=${p95Ms}ms`;
  return { out: `${word} - ${rate} requests/s, ${errorRatePercent}% errors|${data}\n`, code };
};
