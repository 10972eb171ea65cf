import { defined } from '../../../domain/base/defined.ts';
import type { DeliveryKind, Workload } from '../../../kinds/workloads/fact.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { parseMeta } from '../api/object-meta.ts';
import type { TimestampConverter } from '../pod/container-summary.ts';

/** One sync or revision that the object's own status records. */
export interface DeliveryRecord {
  readonly at: number;
  /** 'revision 8f3a2c1' */
  readonly change: string;
  readonly isFailed?: true;
}

/** The kept fields of an object that delivers others: its row without the timestamp, and its recorded syncs. */
export interface DeliverySummary {
  readonly row: Omit<Workload, 'source' | 'at'>;
  /** Oldest first. */
  readonly history: readonly DeliveryRecord[];
}

export type DeliveryParser = (raw: unknown, toClock: TimestampConverter) => DeliverySummary;

/** State of an object that delivers others. */
export interface DeliveryState {
  /** In the spelling of its system: 'Degraded', 'BuildFailed', 'pending-upgrade'. */
  readonly status: string;
  /** Absent: everything is delivered. */
  readonly delivery?: NonNullable<Workload['delivery']>;
}

/** The text at a path; '' without one. */
export const nestedText = (raw: unknown, ...path: readonly string[]): string =>
  text(path.reduce((value: unknown, name) => field(value, name), raw)) ?? '';

/** A workload that an application or Kustomization manages. */
export interface ManagedWorkload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const rolledOut: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Returns the object if it is a workload whose pods a new template replaces. */
export const managedWorkload = (
  group: string,
  { kind, namespace, name }: ManagedWorkload,
): readonly ManagedWorkload[] =>
  group === 'apps' && rolledOut.includes(kind) ? [{ kind, namespace, name }] : [];

/** Time of a timestamp in the form of the API: '2026-03-04T10:15:07Z'; undefined when it is none. */
export const rfc3339Text = (value: unknown): string | undefined => {
  const ms = Date.parse(text(value) ?? '');
  // Go writes a time that is not set as the year 1.
  return ms >= 0 ? `${new Date(ms).toISOString().slice(0, 19)}Z` : undefined;
};

/** '8f3a2c1' of a commit, 'main@8f3a2c1' of a revision of Flux; chart versions and tags stay as they are. */
export const shortRevision = (revision: string): string =>
  oneLine(
    revision
      .replace(/\b(?:sha1|sha256):(?=[0-9a-f]{7})/g, '')
      .replaceAll(/\b([0-9a-f]{7})(?:[0-9a-f]{33}|[0-9a-f]{57})\b/g, '$1'),
    120,
  );

/** Joins the parts of a detail that are known. */
export const joinDetail = (...parts: readonly (string | undefined)[]): string =>
  oneLine(parts.filter((part) => part !== undefined && part !== '').join('; '), 400);

/** True while the API deletes the object. */
export const isBeingDeleted = (raw: unknown): boolean =>
  text(field(field(raw, 'metadata'), 'deletionTimestamp')) !== undefined;

/** Builds the row of an object that delivers others. */
export const deliveryRow = (
  kind: DeliveryKind,
  raw: unknown,
  { status, delivery }: DeliveryState,
  fields: Partial<Pick<Workload, 'revision' | 'syncedAt' | 'startedAt' | 'generation'>> & {
    readonly detail: string;
  },
): DeliverySummary['row'] => {
  const { name, namespace, uid } = parseMeta(raw);
  const { detail, ...rest } = fields;
  return {
    kind,
    // The object of a Helm release is a Secret per revision.
    ...(uid === '' || kind === 'release' ? {} : { uid }),
    namespace,
    name,
    owner: '',
    node: '',
    status: oneLine(status, 60),
    ...defined({ delivery }),
    ...rest,
    ...(detail === '' ? {} : { detail }),
  };
};
