import {
  instancePart,
  mergeFingerprints,
  processFingerprint,
  readInstancePart,
  type SystemFingerprint,
} from '../../sdk.ts';
import { type PageInstance, scrapePage } from './page-instance.ts';
import type { MetricsPage } from './scan/page.ts';

const startName = 'process_start_time_seconds';
const uptimeName = 'process_uptime_seconds';

/** The value of the first series of a name, in ms. */
const millisOf = ({ series }: MetricsPage, wantedPart: string): number | undefined => {
  const value = series.find(({ name }) => name === wantedPart)?.value;
  return value === undefined || !Number.isFinite(value) ? undefined : value * 1000;
};

/**
 * Reads which process writes each page, by its start. Source: Prometheus, Writing client libraries, process metrics. A page
 * that does not answer, or has no such metric, is left out.
 */
export const promtextFingerprint = async (
  instances: readonly PageInstance[],
  signal: AbortSignal,
): Promise<SystemFingerprint> =>
  mergeFingerprints(
    await Promise.all(
      instances.map((instance) => {
        const part = instancePart(instance.name, instance.config.service ?? instance.source);
        return readInstancePart(
          part,
          async () => {
            const { page } = await scrapePage(instance, signal, new Set([startName, uptimeName]));
            const startedAt = millisOf(page, startName);
            const ageMs = millisOf(page, uptimeName);
            const sinceStart = startedAt === undefined ? undefined : instance.wallNow() - startedAt;
            return processFingerprint(part, startedAt, ageMs ?? sinceStart);
          },
          signal,
        );
      }),
    ),
  );
