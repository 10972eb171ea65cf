import type { ActEvent } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import {
  type Declared,
  defineOperation,
  type OperationDefinition,
  type PlanDraft,
} from '../../define-operation.ts';
import { kinds, objectPath } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import type { SlimPod } from '../pod/container.ts';
import { podsOfTarget } from '../target-pods.ts';
import { permitOf, planErrorOf } from './admission.ts';
import { containerWords, execAllowed, meantIn } from './exec-pods.ts';
import { type Answered, askInside, execPath } from './exec-socket.ts';
import { namespaceFor, placeOf } from './found.ts';
import { earlierOf } from './recipe.ts';

/** What a look found in one pod. */
export interface Seen {
  readonly lines: readonly string[];
  readonly json: unknown;
  /** Why it is not as it must be; absent: it is. */
  readonly problem?: string;
}

/** One pod, and how a program is run in its container. */
export interface Inside {
  readonly pod: SlimPod;
  /** False: no process runs in its container now. */
  readonly isRunning: boolean;
  /** Throws WireError. */
  run(argv: readonly string[]): Promise<Answered>;
  /** The pod as the API holds it. Throws WireError. */
  raw(): Promise<unknown>;
}

type LookParams = Readonly<Record<string, unknown>> & { readonly container?: string };

/** What an operation does that looks into pods with the programs of their image, and judges what they say. */
interface Look<P extends LookParams> {
  /** Throws PlanError, WireError. */
  pods(params: P, signal: AbortSignal): Promise<readonly SlimPod[]>;
  /** What it looks at, in words. */
  words(params: P): string;
  see(inside: Inside, params: P): Promise<Seen>;
}

/** The pod of that name, or every pod of a deployment, ready or not. Throws PlanError when there is none. */
export const podsMeant = async (
  parts: KubeParts,
  { pod, deployment, namespace: given }: PodChoice,
  signal: AbortSignal,
): Promise<readonly SlimPod[]> => {
  const namespace = await namespaceFor(parts, given, signal);
  const target = pod === undefined ? `deployment/${deployment}` : `pod/${pod}`;
  const pods = await podsOfTarget(parts.client, namespace, target, signal);
  if (pods.length === 0)
    throw new PlanError('not-applicable', `there is no pod of ${target} in namespace ${namespace}`);
  return pods;
};

interface PodChoice {
  readonly pod?: string;
  readonly deployment?: string;
  readonly namespace?: string;
}

/** Defines an operation that looks into pods. A program in a pod is the author's word, so the step says `danger: read`. */
export const defineLook = <P extends LookParams>(
  declared: Omit<Declared<P>, 'danger'>,
  lookOf: (parts: KubeParts) => Look<P>,
): OperationDefinition<KubeParts> =>
  defineOperation({ ...declared, danger: 'as-step' }, (parts: KubeParts) => {
    const { client } = parts;
    const look = lookOf(parts);

    const planned = async (params: P, signal: AbortSignal): Promise<PlanDraft> => {
      const pods = await look.pods(params, signal);
      const namespace = pods[0]?.namespace ?? '';
      const [allowed, where] = await Promise.all([
        execAllowed(parts, namespace, signal),
        placeOf(client, namespace, signal),
      ]);
      const seats = pods.map((pod) => ({ pod, container: meantIn(pod, params.container) }));
      return {
        danger: 'read',
        targets: seats.map(({ pod, container }) => ({
          name: pod.name,
          uid: pod.uid,
          saw: containerWords(container),
          where,
        })),
        calls: pods.map(({ name }, target) => ({ line: `${look.words(params)} in ${name}`, target })),
        objects: [`${look.words(params)}, by programs of the image`, allowed.words],
        earlier: {
          calls: [],
          looks: pods.map((pod) => objectPath(kinds.pod, pod.namespace, pod.name)),
          follow: [],
          rights: [...allowed.rights],
        },
      };
    };

    return {
      recheck: async () => undefined,
      permits: (plan, signal) => permitOf(client, earlierOf(plan).rights, signal),

      plan: async (params, signal) => {
        try {
          return await planned(params, signal);
        } catch (error) {
          throw planErrorOf(error, declared.name);
        }
      },

      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const params = plan.params;
        for (const [index, pod] of (await look.pods(params, signal)).entries()) {
          const line = plan.calls[index]?.line ?? look.words(params);
          const container = meantIn(pod, params.container);
          const inside: Inside = {
            pod,
            isRunning: container.status === 'Running',
            run: (argv) => askInside(client, execPath(pod, container.name, argv), change, signal),
            raw: () => client.get(objectPath(kinds.pod, pod.namespace, pod.name), signal),
          };
          yield { is: 'call', line };
          try {
            const { lines, json, problem } = await look.see(inside, params);
            for (const text of lines) yield { is: 'output', text: masker.mask(`${pod.name}: ${text}`) };
            yield { is: 'found', found: { json } };
            yield { is: 'answered', line, status: problem ?? 'as it must be', ok: problem === undefined };
            if (problem !== undefined) return;
          } catch (error) {
            yield { is: 'answered', line, status: client.fault('', error).message, ok: false };
            return;
          }
        }
      },
    };
  });
