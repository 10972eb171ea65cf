import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { entries, field, list, text } from '../../kit/values/wire-value.ts';
import { type Condition, finalizersOf, parseConditions } from '../api/object-meta.ts';

/** State of an object that runs nothing itself: a claim, a service, an ingress. */
export interface ObjectState {
  /** In the spelling of kubectl where it has one: 'Pending', 'Lost'. */
  readonly status: string;
  /** True: the state is a problem. */
  readonly isProblem?: true;
  /** True: a state that passes by itself has lasted far too long. */
  readonly overdue?: true;
  readonly detail?: string;
}

/** Time since a timestamp of the cluster; undefined for none. */
export type AgeOf = (timestamp: unknown) => Millis | undefined;

const minutes = (count: number): Millis => count * 60_000;

/** After this time an object that is being deleted waits for a finalizer that no controller handles. */
export const deletedByMs = minutes(10);
const boundByMs = minutes(5);
const addressByMs = minutes(10);
const resizedByMs = minutes(60);

export const problem = (status: string, ...detail: readonly (string | undefined)[]): ObjectState => ({
  status,
  isProblem: true,
  detail: oneLine(detail.filter((part) => part !== undefined && part !== '').join('; '), 400),
});

const overdueState = (status: string, ...detail: readonly (string | undefined)[]): ObjectState => ({
  ...problem(status, ...detail),
  overdue: true,
});

const trueCondition = (raw: unknown, ...types: readonly string[]): Condition | undefined =>
  parseConditions(raw).find(({ type, status }) => types.includes(type) && status === 'True');

/** The state of an object that is being deleted; undefined for any other, and while deleting it takes its usual time. */
export const deletionState = (raw: unknown, ageOf: AgeOf): ObjectState | undefined => {
  const metadata = field(raw, 'metadata');
  const age = ageOf(field(metadata, 'deletionTimestamp'));
  if (age === undefined) return undefined;
  if (age < deletedByMs) return { status: 'Terminating' };
  const finalizers = finalizersOf(raw);
  const remaining = parseConditions(raw).find(
    ({ type, status }) => /^Namespace/.test(type) && status === 'True',
  );
  return overdueState(
    'Terminating',
    `for ${formatAge(age)}`,
    finalizers.length === 0 ? '' : `the object waits for finalizers: ${finalizers.join(', ')}`,
    remaining?.message,
  );
};

/** State of a change of a claim that has failed or does not end; undefined for any other claim. */
const resizeState = (raw: unknown, ageOf: AgeOf): ObjectState | undefined => {
  const status = field(raw, 'status');
  const failed = trueCondition(raw, 'ControllerResizeError', 'NodeResizeError', 'ModifyVolumeError');
  const refused = entries(field(status, 'allocatedResourceStatuses')).find(([, value]) =>
    /Failed|Infeasible/.test(String(value)),
  );
  if (failed !== undefined || refused !== undefined)
    return problem(
      failed?.type === 'ModifyVolumeError' ? 'modification failed' : 'resize failed',
      failed?.message ?? (refused === undefined ? '' : `${refused[0]}: ${String(refused[1])}`),
    );
  const resizing = trueCondition(raw, 'FileSystemResizePending', 'Resizing');
  const resizingMs = ageOf(resizing?.since) ?? 0;
  if (resizing !== undefined && resizingMs > resizedByMs)
    return overdueState('Resizing', `${resizing.type} for ${formatAge(resizingMs)}`, resizing.message);
  return undefined;
};

/** State of a PersistentVolumeClaim. Source: core/v1, PersistentVolumeClaimStatus. */
export const claimState = (raw: unknown, ageOf: AgeOf): ObjectState => {
  const metadata = field(raw, 'metadata');
  const phase = text(field(field(raw, 'status'), 'phase')) ?? '';
  if (phase === 'Lost') return problem('Lost', 'the volume of the claim no longer exists');
  const change = resizeState(raw, ageOf);
  if (change !== undefined) return change;
  const age = ageOf(field(metadata, 'creationTimestamp'));
  if (phase !== 'Pending' || age === undefined) return { status: phase };
  const annotations = field(metadata, 'annotations');
  const provisioner = [
    'volume.kubernetes.io/storage-provisioner',
    'volume.beta.kubernetes.io/storage-provisioner',
  ]
    .map((name) => text(field(annotations, name)))
    .find((name) => name !== undefined);
  const storage = text(field(field(raw, 'spec'), 'storageClassName'));
  const storageClass = storage === undefined || storage === '' ? undefined : `storage class ${storage}`;
  // Without a pod that uses it, a claim of a class with WaitForFirstConsumer asks no provisioner.
  if (provisioner === undefined)
    return age < resizedByMs
      ? { status: phase }
      : overdueState(
          phase,
          `for ${formatAge(age)}`,
          storageClass,
          'no pod uses the claim, or no volume or storage class matches the claim',
        );
  return age < boundByMs
    ? { status: phase }
    : overdueState(
        phase,
        `for ${formatAge(age)}`,
        storageClass,
        `provisioner ${provisioner} has not created a volume`,
      );
};

/** State of a PersistentVolume. One that is released and retained waits for a person, as its policy says. Source: core/v1, PersistentVolumeStatus. */
export const volumeState = (raw: unknown, ageOf: AgeOf): ObjectState => {
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  const phase = text(field(status, 'phase')) ?? '';
  const claim = text(field(field(spec, 'claimRef'), 'name'));
  const ofClaim = claim === undefined ? undefined : `claim ${claim}`;
  if (phase === 'Failed') return problem(phase, text(field(status, 'message')), ofClaim);
  const age = ageOf(field(status, 'lastPhaseTransitionTime'));
  const isDeleted = phase === 'Released' && field(spec, 'persistentVolumeReclaimPolicy') === 'Delete';
  return isDeleted && age !== undefined && age > deletedByMs
    ? overdueState(phase, `for ${formatAge(age)}`, ofClaim, 'the reclaim policy of the volume is Delete')
    : { status: phase };
};

const addressesOf = (raw: unknown): readonly unknown[] =>
  list(field(field(field(raw, 'status'), 'loadBalancer'), 'ingress'));

/** Endpoints of a service, and the state of the workloads that would have them. */
export interface ServiceSurroundings {
  /** Absent: not known. */
  readonly hasEndpoints?: boolean | undefined;
  /** The time since the endpoints changed. */
  readonly changedMs?: Millis | undefined;
  /** True: its pods were scaled to 0 by a person. Absent: not known. */
  readonly isScaledToZero?: boolean | undefined;
}

/** A service whose endpoints have changed this recently may be between two pods. */
const betweenPodsMs = minutes(2);

/** State of a Service with the endpoints that its slices have. Source: core/v1, Service; discovery.k8s.io/v1, EndpointSlice. */
export const serviceState = (
  raw: unknown,
  { hasEndpoints, changedMs, isScaledToZero }: ServiceSurroundings,
  ageOf: AgeOf,
): ObjectState => {
  const spec = field(raw, 'spec');
  const age = ageOf(field(field(raw, 'metadata'), 'creationTimestamp')) ?? 0;
  const selector = entries(field(spec, 'selector'));
  if (
    hasEndpoints === false &&
    selector.length > 0 &&
    field(spec, 'type') !== 'ExternalName' &&
    Math.min(age, changedMs ?? age) > betweenPodsMs
  )
    return isScaledToZero === true
      ? { status: 'scaled to 0' }
      : problem(
          'no endpoints',
          `no pod matches ${selector.map(([name, value]) => `${name}=${String(value)}`).join(',')}`,
          isScaledToZero === undefined
            ? 'the login may not list deployments or statefulsets, so the workload may also be scaled to 0'
            : '',
        );
  if (field(spec, 'type') === 'LoadBalancer' && addressesOf(raw).length === 0 && age > addressByMs)
    return problem('no address', `has no load balancer after ${formatAge(age)}`);
  return { status: 'available' };
};

/** A Service that an Ingress names. */
export interface IngressBackend {
  readonly service: string;
  /** Number or name; absent for none. */
  readonly port?: string;
}

/** The Services that the rules of an Ingress name. Source: networking.k8s.io/v1, IngressBackend. */
export const ingressBackends = (raw: unknown): readonly IngressBackend[] => {
  const spec = field(raw, 'spec');
  const paths = list(field(spec, 'rules')).flatMap((rule) => list(field(field(rule, 'http'), 'paths')));
  return [field(spec, 'defaultBackend'), ...paths.map((path) => field(path, 'backend'))].flatMap(
    (backend) => {
      const service = text(field(field(backend, 'service'), 'name'));
      const port = field(field(backend, 'service'), 'port');
      const name = text(field(port, 'name'));
      // The controller of AWS takes the name of an annotation for a Service.
      if (service === undefined || name === 'use-annotation') return [];
      const named =
        name ?? (typeof field(port, 'number') === 'number' ? String(field(port, 'number')) : undefined);
      return [{ service, ...defined({ port: named }) }];
    },
  );
};

export const ingressClass = (raw: unknown): string =>
  text(field(field(raw, 'spec'), 'ingressClassName')) ??
  text(field(field(field(raw, 'metadata'), 'annotations'), 'kubernetes.io/ingress.class')) ??
  '';

export const hasAddress = (raw: unknown): boolean => addressesOf(raw).length > 0;

/**
 * State of an Ingress. `missing` are its backends that do not exist. `publishes`: whether its controller writes
 * addresses at all, as far as other objects of its class show; undefined when it is the only one.
 */
export const ingressState = (
  raw: unknown,
  missing: readonly string[],
  publishes: boolean | undefined,
  ageOf: AgeOf,
): ObjectState => {
  const age = ageOf(field(field(raw, 'metadata'), 'creationTimestamp')) ?? 0;
  if (missing.length > 0 && age > betweenPodsMs) return problem('backend missing', missing.join(', '));
  if (hasAddress(raw) || publishes === false || age < addressByMs) return { status: 'available' };
  const of = ingressClass(raw);
  return problem(
    'no address',
    `for ${formatAge(age)}`,
    of === ''
      ? 'the Ingress names no class, so perhaps no controller handles the Ingress'
      : `check that a controller of class ${of} is running`,
  );
};
