import type { Millis } from '../../../domain/fault.ts';
import { markAt, parseMark } from '../../../logs/reading/log-place.ts';
import type { Resume } from '../../../logs/reading/tail.ts';
import { kinds, objectPath } from '../kinds.ts';
import type { SlimPod } from '../pod/container.ts';

/** So much is read again in front of a mark: what was written at the same time is in no certain order. */
const overlapMs: Millis = 1000;

/** The second in which a moment lies: the API takes `sinceTime` no finer. */
const secondText = (at: Millis): string =>
  new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');

/** Where the log of a container is. */
export type LogOwner = Pick<SlimPod, 'namespace' | 'name'>;

/** The path of a container's log; `since` on the cluster's clock. Source: core/v1 Pod, read log. */
export const logQuery = (
  { namespace, name }: LogOwner,
  container: string,
  more: Readonly<Record<string, string>>,
): string => {
  const query = new URLSearchParams({ container, timestamps: 'true', ...more });
  return `${objectPath(kinds.pod, namespace, name, 'log')}?${query.toString()}`;
};

/** The same with what the API knows of resuming. */
export const logPath = (
  pod: LogOwner,
  container: string,
  from: Resume,
  toWall: (ms: Millis) => Millis,
): string => {
  const mark = parseMark(from.after);
  const since = mark === undefined ? from.since && toWall(from.since) : Math.max(0, markAt(mark) - overlapMs);
  return logQuery(pod, container, {
    ...(from.follow ? { follow: 'true' } : {}),
    ...(from.previous === true ? { previous: 'true' } : {}),
    ...(since === undefined ? {} : { sinceTime: secondText(since) }),
    ...(from.lines === undefined || mark !== undefined ? {} : { tailLines: String(from.lines) }),
  });
};
