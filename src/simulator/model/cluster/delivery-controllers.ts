import type { DeliveredSpec } from '../spec/delivery.ts';
import type { ApplicationObject, FluxObject } from '../spec/delivery-objects.ts';
import { readyCondition } from './seed/delivery.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import { rfc3339Seconds } from './state/names.ts';

const requestedAt = 'reconcile.fluxcd.io/requestedAt';

const problemOf = (specs: readonly DeliveredSpec[] | undefined, name: string): string | undefined =>
  specs?.find((spec) => spec.name === name)?.problem;

type OperationState = NonNullable<ApplicationObject['status']['operationState']>;

/** Ends a sync: everything is as the repository wants it, or nothing has changed. */
const endSync = (
  { spec, now, shelves }: ClusterContext,
  { operation, ...app }: ApplicationObject,
  running: OperationState,
): void => {
  const { status } = app;
  const finishedAt = rfc3339Seconds(now);
  const problem = problemOf(spec.delivery?.applications, app.metadata.name);
  const ended = { ...running, finishedAt };
  if (problem !== undefined) {
    const operationState: OperationState = { ...ended, phase: 'Failed', message: problem };
    shelves.applications.put({ ...app, status: { ...status, operationState } });
    return;
  }
  const revision = operation?.sync?.revision ?? status.sync.revision;
  const sync = { status: 'Synced', revision } as const;
  shelves.applications.put({
    ...app,
    status: {
      ...status,
      sync,
      operationState: { ...ended, phase: 'Succeeded', message: 'successfully synced (all tasks run)' },
      history: [
        ...status.history,
        {
          id: status.history.length,
          revision,
          deployStartedAt: running.startedAt,
          deployedAt: finishedAt,
        },
      ],
      resources: status.resources.map((resource) => ({ ...resource, status: 'Synced' })),
    },
  });
};

/** One step of the application controller: a requested operation runs, and ends with the next step. */
const reconcileApplication = (ground: ClusterContext, app: ApplicationObject): void => {
  const { operation, status } = app;
  if (operation === undefined) return;
  if (status.operationState?.phase === 'Running') {
    endSync(ground, app, status.operationState);
    return;
  }
  const operationState: OperationState = {
    operation,
    phase: 'Running',
    message: 'waiting for healthy state of apps/Deployment',
    startedAt: rfc3339Seconds(ground.now),
  };
  ground.shelves.applications.put({ ...app, status: { ...status, operationState } });
};

/** One step of a controller of Flux: handles a request, unless the object is suspended. */
const reconcileFlux = (
  { now }: ClusterContext,
  object: FluxObject,
  problem: string | undefined,
): FluxObject => {
  const { metadata, spec, status } = object;
  const requested = metadata.annotations?.[requestedAt];
  if (spec.suspend === true || requested === undefined || requested === status.lastHandledReconcileAt)
    return object;
  const others = status.conditions.filter(({ type }) => type !== 'Ready');
  const before = status.conditions.find(({ type }) => type === 'Ready');
  const ready =
    problem === undefined
      ? before
      : readyCondition('False', 'ReconciliationFailed', problem, rfc3339Seconds(now));
  return {
    ...object,
    status: {
      ...status,
      observedGeneration: metadata.generation ?? 1,
      lastHandledReconcileAt: requested,
      conditions: ready === undefined ? others : [...others, ready],
    },
  };
};

/** One step of the controllers that deliver to the cluster. */
export const runDeliveryControllers = (ground: ClusterContext): void => {
  const { shelves, spec } = ground;
  for (const app of [...shelves.applications.all()]) reconcileApplication(ground, app);
  for (const object of [...shelves.kustomizations.all()])
    shelves.kustomizations.put(
      reconcileFlux(ground, object, problemOf(spec.delivery?.kustomizations, object.metadata.name)),
    );
  for (const object of [...shelves.helmreleases.all()])
    shelves.helmreleases.put(
      reconcileFlux(ground, object, problemOf(spec.delivery?.helmReleases, object.metadata.name)),
    );
};
