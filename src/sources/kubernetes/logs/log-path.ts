import type { Millis } from '../../../domain/base/fault.ts';
import type { ResumePoint } from '../../../logs/reading/tail.ts';
import { logMarkTime, parseLogMark } from '../../../logs/reading/timestamped-log.ts';
import { apiResources, objectPath } from '../api/api-resources.ts';
import type { PodSummary } from '../pod/container-summary.ts';

/** Overlap read again before a resume position: lines with equal timestamps have no defined order. */
const overlapMs: Millis = 1000;

/** Truncates a time to its second: `sinceTime` has no finer resolution. */
const toRfc3339Seconds = (time: Millis): string =>
  new Date(Math.floor(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');

/** Identifies the pod of a container log. */
type PodRef = Pick<PodSummary, 'namespace' | 'name'>;

/** Path of a container log; `since` is on the cluster's clock. Source: core/v1 Pod, read log. */
export const containerLogPath = (
  { namespace, name }: PodRef,
  container: string,
  more: Readonly<Record<string, string>>,
): string => {
  const query = new URLSearchParams({ container, timestamps: 'true', ...more });
  return `${objectPath(apiResources.pod, namespace, name, 'log')}?${query.toString()}`;
};

/** Path of a container log from a resume position. */
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
