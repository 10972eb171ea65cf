import { defined } from '../../../domain/base/defined.ts';
import { field, list, text } from '../../kit/values/wire-value.ts';
import {
  type DeliveryParser,
  type DeliveryState,
  deliveryRow,
  isBeingDeleted,
  joinDetail,
  type ManagedWorkload,
  managedWorkload,
  nestedText,
  rfc3339Text,
  shortRevision,
} from './delivery-summary.ts';

/** An Argo CD application, as far as its rows and operations read it. Source: argoproj.io/v1alpha1, Application. */
export interface ApplicationStatus {
  /** Synced, OutOfSync or Unknown; '' before the first comparison. */
  readonly sync: string;
  /** Healthy, Progressing, Degraded, Suspended, Missing or Unknown; '' before the first comparison. */
  readonly health: string;
  /** The revisions that were compared with the cluster, which a sync delivers; several with several sources. */
  readonly wanted: readonly string[];
  /** The revision delivered last; '' without any. */
  readonly delivered: string;
  /** Phase of the operation that is running or ran last: Running, Terminating, Succeeded, Failed, Error; '' without one. */
  readonly phase: string;
  readonly message: string;
  /** Start and end of that operation, as the API writes them. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True: an operation is requested or running. */
  readonly isOperating: boolean;
  /** Managed objects that differ: 'Deployment shop/bus'. */
  readonly outOfSync: readonly string[];
  readonly resources: number;
}

const textsAt = (raw: unknown, ...path: readonly string[]): readonly string[] =>
  list(path.reduce((value: unknown, name) => field(value, name), raw)).flatMap((value) => text(value) ?? []);

/** `revision`, or with several sources `revisions`. */
const revisionsAt = (raw: unknown, ...path: readonly string[]): readonly string[] => {
  const several = textsAt(raw, ...path, 'revisions').filter((revision) => revision !== '');
  const single = nestedText(raw, ...path, 'revision');
  return several.length > 0 ? several : single === '' ? [] : [single];
};

const revisionText = (revisions: readonly string[]): string => revisions.map(shortRevision).join(' ');

/** True where the phase of an operation is final. */
const isOver = (phase: string): boolean => ['Succeeded', 'Failed', 'Error'].includes(phase);

export const applicationStatus = (raw: unknown): ApplicationStatus => {
  const status = field(raw, 'status');
  const phase = nestedText(status, 'operationState', 'phase');
  const managed = list(field(status, 'resources'));
  const last = list(field(status, 'history')).at(-1);
  return {
    sync: nestedText(status, 'sync', 'status'),
    health: nestedText(status, 'health', 'status'),
    wanted: revisionsAt(status, 'sync'),
    delivered: revisionText(revisionsAt(last)),
    phase,
    message: nestedText(status, 'operationState', 'message'),
    startedAt: nestedText(status, 'operationState', 'startedAt'),
    finishedAt: nestedText(status, 'operationState', 'finishedAt'),
    isOperating: field(raw, 'operation') !== undefined || (phase !== '' && !isOver(phase)),
    outOfSync: managed
      .filter((value) => nestedText(value, 'status') === 'OutOfSync')
      .map((value) => {
        const namespace = nestedText(value, 'namespace');
        return `${nestedText(value, 'kind')} ${namespace === '' ? '' : `${namespace}/`}${nestedText(value, 'name')}`;
      }),
    resources: managed.length,
  };
};

/** Evaluates an application: the worst of health, operation and sync state. */
const stateOf = (raw: unknown, { health, sync, isOperating }: ApplicationStatus): DeliveryState => {
  if (isBeingDeleted(raw)) return { status: 'Terminating', delivery: 'pending' };
  if (health === 'Degraded' || health === 'Missing') return { status: health, delivery: 'failed' };
  if (isOperating) return { status: 'Syncing', delivery: 'pending' };
  if (sync === 'OutOfSync') return { status: sync, delivery: 'outdated' };
  if (health === 'Suspended') return { status: health, delivery: 'suspended' };
  if (health === 'Healthy' && sync === 'Synced') return { status: 'Healthy' };
  return { status: health === 'Progressing' ? health : 'Unknown', delivery: 'pending' };
};

/** 'last sync Failed: one or more objects failed to apply'; undefined after a successful one. */
const failureText = ({ phase, message }: ApplicationStatus): string | undefined =>
  phase === 'Failed' || phase === 'Error'
    ? `last sync ${phase}${message === '' ? '' : `: ${message}`}`
    : undefined;

const outOfSyncText = ({ outOfSync, resources }: ApplicationStatus): string | undefined =>
  outOfSync.length === 0
    ? undefined
    : `${outOfSync.length} of ${resources} objects are out of sync: ${outOfSync.slice(0, 3).join(', ')}${outOfSync.length > 3 ? ' …' : ''}`;

/** The messages of its conditions, all of which are problems: ComparisonError, SyncError, OrphanedResourceWarning. */
const conditionTexts = (raw: unknown): readonly string[] =>
  list(field(field(raw, 'status'), 'conditions')).map(
    (value) => `${nestedText(value, 'type')}: ${nestedText(value, 'message')}`,
  );

/** The last successful sync, as the API writes its time; '' without any. */
const lastSync = (raw: unknown, { phase, finishedAt }: ApplicationStatus): string => {
  const recorded = nestedText(list(field(field(raw, 'status'), 'history')).at(-1), 'deployedAt');
  return phase === 'Succeeded' && Date.parse(finishedAt) > (Date.parse(recorded) || 0)
    ? finishedAt
    : recorded;
};

/** Parses an application. Its generation is left out: the controller raises it with every status. */
export const parseApplication: DeliveryParser = (raw, toClock) => {
  const application = applicationStatus(raw);
  const state = stateOf(raw, application);
  const { delivered, isOperating, message } = application;
  const synced = lastSync(raw, application);
  const stamp = rfc3339Text(synced);
  const history = list(field(field(raw, 'status'), 'history'));
  return {
    row: deliveryRow('application', raw, state, {
      ...defined({ revision: delivered === '' ? undefined : delivered, syncedAt: toClock(synced) }),
      detail: joinDetail(
        isOperating ? message : failureText(application),
        ...conditionTexts(raw),
        state.delivery === 'failed' ? nestedText(raw, 'status', 'health', 'message') : undefined,
        outOfSyncText(application),
        joinSync(delivered, stamp),
      ),
    }),
    history: history.flatMap((value) => {
      const time = toClock(field(value, 'deployedAt'));
      const by = nestedText(value, 'initiatedBy', 'username');
      const whose = by === '' ? '' : ` by ${by}`;
      return time === undefined
        ? []
        : [{ at: time, change: `Argo CD synced revision ${revisionText(revisionsAt(value))}${whose}` }];
    }),
  };
};

const joinSync = (revision: string, stamp: string | undefined): string =>
  [revision === '' ? '' : `revision ${revision}`, stamp === undefined ? 'never synced' : `synced ${stamp}`]
    .filter((part) => part !== '')
    .join(', ');

/** Its workloads, whose pods a sync may replace. */
export const applicationWorkloads = (raw: unknown): readonly ManagedWorkload[] =>
  list(field(field(raw, 'status'), 'resources')).flatMap((value) =>
    managedWorkload(nestedText(value, 'group'), {
      kind: nestedText(value, 'kind'),
      namespace: nestedText(value, 'namespace'),
      name: nestedText(value, 'name'),
    }),
  );
