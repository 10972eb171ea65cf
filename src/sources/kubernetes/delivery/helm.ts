import type { Millis } from '../../../domain/base/fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { parseLabels } from '../api/object-meta.ts';
import type { TimestampConverter } from '../pod/container-summary.ts';
import {
  type DeliveryState,
  type DeliverySummary,
  deliveryRow,
  joinDetail,
  rfc3339Text,
} from './delivery-summary.ts';

/**
 * One revision of a Helm release: the labels of its Secret, whose content is not read. Source: helm.sh/helm,
 * pkg/storage/driver/secrets.go.
 */
export interface ReleaseRevision {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  /** deployed, superseded, failed, pending-install, pending-upgrade, pending-rollback, uninstalling, uninstalled, unknown. */
  readonly status: string;
  /** Creation of its Secret, the start of its operation: as the API writes it, and on our clock. */
  readonly created: string;
  readonly createdAt: Millis | undefined;
}

/** Selects the Secrets of Helm releases. */
export const releaseQuery = {
  labelSelector: 'owner=helm',
  fieldSelector: 'type=helm.sh/release.v1',
} as const;

/** Parses the metadata of a release's Secret. Throws WireError `malformed` for another object. */
export const parseReleaseRevision = (raw: unknown, toClock: TimestampConverter): ReleaseRevision => {
  const metadata = field(raw, 'metadata');
  const { name, status = '', version: written = '' } = parseLabels(field(metadata, 'labels'));
  const version = /^\d+$/.test(written) ? Number(written) : undefined;
  if (name === undefined || version === undefined)
    throw new WireError(
      'malformed',
      'a Secret of a Helm release lacks the labels name and version: check who wrote the Secret',
    );
  const created = text(field(metadata, 'creationTimestamp')) ?? '';
  return {
    namespace: text(field(metadata, 'namespace')) ?? '',
    name,
    version,
    status,
    created,
    createdAt: toClock(created),
  };
};

/** An operation of Helm that has not ended by then has most likely been interrupted. */
const pendingLimitMs: Millis = 10 * 60_000;

/** True while an operation of Helm on the release is recorded as running. */
export const isPending = ({ status }: Pick<ReleaseRevision, 'status'>): boolean =>
  /^(?:pending-|uninstalling$)/.test(status);

/** True for a running operation that has most likely been interrupted. `now`: our clock. */
export const isInterrupted = (revision: ReleaseRevision, now: Millis): boolean =>
  isPending(revision) && revision.createdAt !== undefined && now - revision.createdAt > pendingLimitMs;

const stateOf = (revision: ReleaseRevision, now: Millis): DeliveryState => {
  const { status } = revision;
  if (status === 'deployed') return { status };
  if (status === 'failed') return { status, delivery: 'failed' };
  if (isPending(revision))
    return { status, delivery: isInterrupted(revision, now) ? 'failed' : 'unfinished' };
  return { status: status === '' ? 'unknown' : status, delivery: 'pending' };
};

const recordOf = ({ version, status, createdAt }: ReleaseRevision): DeliverySummary['history'] =>
  createdAt === undefined
    ? []
    : [
        {
          at: createdAt,
          change: `revision ${version}${status === 'superseded' ? '' : `, ${status}`}`,
          ...(status === 'failed' ? { isFailed: true as const } : {}),
        },
      ];

/** The revisions of one release, newest first; the newest gives the row. Undefined for an uninstalled release. */
const releaseOf = (revisions: readonly ReleaseRevision[], now: Millis): DeliverySummary | undefined => {
  const [newest, ...older] = revisions;
  if (newest === undefined || newest.status === 'uninstalled') return undefined;
  const { namespace, name, version, createdAt, created } = newest;
  const state = stateOf(newest, now);
  const serving = older.find(({ status }) => status === 'deployed');
  const locks = /^pending-/.test(newest.status) && state.delivery === 'failed';
  return {
    row: deliveryRow('release', { metadata: { namespace, name } }, state, {
      revision: String(version),
      ...(state.delivery === undefined && createdAt !== undefined ? { syncedAt: createdAt } : {}),
      detail: joinDetail(
        locks
          ? 'the operation was most likely interrupted, and Helm refuses the next one until a rollback'
          : undefined,
        `revision ${version} since ${rfc3339Text(created) ?? 'an unknown time'}`,
        serving === undefined ? undefined : `revision ${serving.version} is deployed`,
      ),
    }),
    history: revisions.flatMap(recordOf).toReversed(),
  };
};

/** Groups revisions by release. `now`: our clock. */
export const releasesOf = (revisions: readonly ReleaseRevision[], now: Millis): readonly DeliverySummary[] =>
  [...Map.groupBy(revisions, ({ namespace, name }) => `${namespace}/${name}`).values()].flatMap(
    (own) =>
      releaseOf(
        own.toSorted((a, b) => b.version - a.version),
        now,
      ) ?? [],
  );
