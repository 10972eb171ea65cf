import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import {
  defineOperation,
  type OperationDefinition,
  type OperationSpec,
  type PlanDraft,
} from '../../../kit/operations/define-operation.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import type { KubeParts } from '../../api/parts.ts';
import type { PodSummary } from '../../pod/container-summary.ts';
import { listTargetPods } from '../../pod/target-pods.ts';
import { checkPermit, toPlanError } from '../write/admission.ts';
import { describeLocation, resolveNamespace } from '../write/find-object.ts';
import { parsePlanRecord } from '../write/write-planner.ts';
import { execPath, type ProbeResult, runProbe } from './exec-session.ts';
import { chooseContainer, containerPin, requireExecAccess } from './exec-targets.ts';

/** Result of the inspection of one pod. */
export interface InspectionResult {
  readonly lines: readonly string[];
  readonly json: unknown;
  /** The problem found; absent when the pod passes. */
  readonly problem?: string;
}

/** One pod, with access to run programs in its container. */
export interface PodReadSession {
  readonly pod: PodSummary;
  /** False: no process is running in its container. */
  readonly isRunning: boolean;
  /** Throws WireError. */
  run(argv: readonly string[]): Promise<ProbeResult>;
  /** Returns the pod as the API reports it. Throws WireError. */
  raw(): Promise<unknown>;
}

type InspectionParams = Readonly<Record<string, unknown>> & { readonly container?: string };

/** An operation that inspects pods with programs from their image and evaluates the output. */
interface PodInspection<P extends InspectionParams> {
  /** Throws PlanError, WireError. */
  pods(params: P, signal: AbortSignal): Promise<readonly PodSummary[]>;
  /** Describes what is inspected. */
  summary(params: P): string;
  inspect(session: PodReadSession, params: P): Promise<InspectionResult>;
}

/** Returns the pod with that name, or every pod of a deployment, ready or not. Throws PlanError when none exists. */
export const selectPods = async (
  parts: KubeParts,
  { pod, deployment, namespace: requestedNamespace }: PodSelection,
  signal: AbortSignal,
): Promise<readonly PodSummary[]> => {
  const namespace = await resolveNamespace(parts, requestedNamespace, signal);
  const target = pod === undefined ? `deployment/${deployment}` : `pod/${pod}`;
  const pods = await listTargetPods(parts.client, namespace, target, signal);
  if (pods.length === 0)
    throw new PlanError(
      'not-applicable',
      `there are no pods of ${target} in namespace ${namespace}: check the name and the namespace`,
    );
  return pods;
};

interface PodSelection {
  readonly pod?: string;
  readonly deployment?: string;
  readonly namespace?: string;
}

/**
 * Defines an operation that inspects pods. Only the author knows that its programs change nothing, so the step declares
 * `danger: read`.
 */
export const defineInspection = <P extends InspectionParams>(
  declared: Omit<OperationSpec<P>, 'danger'>,
  inspectionOf: (parts: KubeParts) => PodInspection<P>,
): OperationDefinition<KubeParts> =>
  defineOperation({ ...declared, danger: 'as-step' }, (parts: KubeParts) => {
    const { client } = parts;
    const inspection = inspectionOf(parts);

    const planned = async (params: P, signal: AbortSignal): Promise<PlanDraft> => {
      const pods = await inspection.pods(params, signal);
      const namespace = pods[0]?.namespace ?? '';
      const [allowed, where] = await Promise.all([
        requireExecAccess(parts, namespace, signal),
        describeLocation(client, namespace, signal),
      ]);
      const containers = pods.map((pod) => ({ pod, container: chooseContainer(pod, params.container) }));
      return {
        danger: 'read',
        targets: containers.map(({ pod, container }) => ({
          name: pod.name,
          uid: pod.uid,
          saw: containerPin(container),
          where,
        })),
        calls: pods.map(({ name }, target) => ({ line: `${inspection.summary(params)} in ${name}`, target })),
        objects: [`${inspection.summary(params)}, read with programs of the image`, allowed.words],
        earlier: {
          calls: [],
          looks: pods.map((pod) => objectPath(apiResources.pod, pod.namespace, pod.name)),
          follow: [],
          rights: [...allowed.rights],
        },
      };
    };

    return {
      recheck: async () => undefined,
      permits: (plan, signal) => checkPermit(client, parsePlanRecord(plan).rights, signal),

      plan: async (params, signal) => {
        try {
          return await planned(params, signal);
        } catch (error) {
          throw toPlanError(error, declared.name);
        }
      },

      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const params = plan.params;
        for (const [index, pod] of (await inspection.pods(params, signal)).entries()) {
          const line = plan.calls[index]?.line ?? inspection.summary(params);
          const container = chooseContainer(pod, params.container);
          const session: PodReadSession = {
            pod,
            isRunning: container.status === 'Running',
            run: (argv) => runProbe(client, execPath(pod, container.name, argv), change, signal),
            raw: () => client.get(objectPath(apiResources.pod, pod.namespace, pod.name), signal),
          };
          yield { is: 'call', line };
          try {
            const { lines, json, problem } = await inspection.inspect(session, params);
            for (const text of lines) yield { is: 'output', text: secretMasker.mask(`${pod.name}: ${text}`) };
            yield { is: 'found', found: { json } };
            yield { is: 'answered', line, status: problem ?? 'ok', ok: problem === undefined };
            if (problem !== undefined) return;
          } catch (error) {
            yield { is: 'answered', line, status: client.fault('', error).message, ok: false };
            return;
          }
        }
      },
    };
  });
