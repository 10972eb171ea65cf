import type { Millis } from '../../../domain/fault.ts';
import type { ResumePoint } from '../../../logs/reading/tail.ts';
import { logMarkTime, parseLogMark } from '../../../logs/reading/timestamped-log.ts';
import { apiResources, objectPath } from '../api-resources.ts';
import type { PodSummary } from '../pod/container-summary.ts';

/** So much is read again in front of a mark: what was written at the same time is in no certain order. */
const overlapMs: Millis = 1000;

/** The second in which a moment lies: the API takes `sinceTime` no finer. */
const toRfc3339Seconds = (at: Millis): string =>
  new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');

/** Where the log of a container is. */
type PodRef = Pick<PodSummary, 'namespace' | 'name'>;

/** The path of a container's log; `since` on the cluster's clock. Source: core/v1 Pod, read log. */
export const containerLogPath = (
  { namespace, name }: PodRef,
  container: string,
  more: Readonly<Record<string, string>>,
): string => {
  const query = new URLSearchParams({ container, timestamps: 'true', ...more });
  return `${objectPath(apiResources.pod, namespace, name, 'log')}?${query.toString()}`;
};

/** The same with what the API knows of resuming. */
export const resumeLogPath = (
  pod: PodRef,
  container: string,
  from: ResumePoint,
  toWall: (ms: Millis) => Millis,
): string => {
  const mark = parseLogMark(from.after);
  const since =
    mark === undefined ? from.since && toWall(from.since) : Math.max(0, logMarkTime(mark) - overlapMs);
  return containerLogPath(pod, container, {
    ...(from.follow ? { follow: 'true' } : {}),
    ...(from.previous === true ? { previous: 'true' } : {}),
    ...(since === undefined ? {} : { sinceTime: toRfc3339Seconds(since) }),
    ...(from.lines === undefined || mark !== undefined ? {} : { tailLines: String(from.lines) }),
  });
};
