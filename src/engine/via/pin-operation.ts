import { defined } from '../../domain/base/defined.ts';
import type { Plan, Target, TargetDrift } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { endpointHost, TunnelError } from '../../platform/network/dial.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { operationDanger } from '../../runs/policy/danger.ts';
import type { Operation, RouteEndpoint, Source, SourceModule } from '../../sources/kit/contract/source.ts';

/** The dependencies of an operation of a tunneled source. */
export interface EndpointPinning {
  /** The source in its current state: its endpoints may have changed. */
  current(): Source | undefined;
  /** Its endpoints, looked up again. Throws TunnelError. */
  freshEnds(signal: AbortSignal): Promise<readonly RouteEndpoint[]>;
  /** 'k8s deployment/bus' */
  readonly words: string;
}

type Spec = SourceModule['operations'][string];

const mark = ' via ';
const pinOf = ({ name, uid }: RouteEndpoint): string => `${name} ${uid}`;

/**
 * The endpoint of a target: the one that its address or uid starts with, otherwise the first, where connections lead.
 */
const endOf = ({ uid }: Target, ends: readonly RouteEndpoint[]): RouteEndpoint | undefined =>
  ends.find(({ name }) => uid.includes(`//${endpointHost(name)}:`) || uid.startsWith(`${name}: `)) ?? ends[0];

const pinned = (plan: Plan, ends: readonly RouteEndpoint[], words: string): Plan => ({
  ...plan,
  targets: plan.targets.map((target) => {
    const end = endOf(target, ends);
    if (end === undefined) return target;
    const through = target.where.includes(end.name) ? words : `${words}: ${end.name}`;
    return {
      ...target,
      uid: `${target.uid}${mark}${pinOf(end)}`,
      where: `${target.where}, through ${through}`,
      // The endpoint, not the words: another profile may reach another cluster by the same ones.
      ...(target.place === undefined ? {} : { place: `${target.place}${mark}${pinOf(end)}` }),
    };
  }),
});

const splitAt = (uid: string): number => uid.lastIndexOf(mark);

/** The plan as made by the operation. */
const bare = (plan: Plan): Plan => ({
  ...plan,
  targets: plan.targets.map((target) =>
    splitAt(target.uid) < 0 ? target : { ...target, uid: target.uid.slice(0, splitAt(target.uid)) },
  ),
});

/** A different endpoint has replaced the planned one: a restarted pod, a recreated container. */
const endDrift = (plan: Plan, ends: readonly RouteEndpoint[]): TargetDrift | undefined => {
  const now = new Set(ends.map(pinOf));
  for (const { name, uid } of plan.targets) {
    const planned = uid.slice(splitAt(uid) + mark.length);
    if (splitAt(uid) < 0 || now.has(planned)) continue;
    const same = ends.find((end) => end.name === planned.slice(0, planned.indexOf(' ')));
    return {
      target: name,
      planned,
      found: same === undefined ? 'the endpoint no longer exists' : pinOf(same),
    };
  }
  return undefined;
};

/**
 * Wraps an operation of a tunneled source, independent of its current endpoints. Its targets are pinned to their
 * endpoint.
 */
export const pinOperation = (
  source: string,
  name: string,
  spec: Spec,
  { current, freshEnds, words }: EndpointPinning,
): Operation => {
  const find = (): Operation | undefined =>
    current()?.operations.find((operation) => operation.name === name);
  const requireOperation = (): Operation => {
    const operation = find();
    if (operation === undefined) throw new PlanError('failed', `${source} has no operation ${name} any more`);
    return operation;
  };
  return {
    name,
    danger: (params) => find()?.danger(params) ?? operationDanger(spec, params),
    plan: async (params, signal) => {
      const ends = await freshEnds(signal);
      return pinned(await requireOperation().plan(params, signal), ends, words);
    },
    recheck: async (plan, signal) =>
      endDrift(plan, await freshEnds(signal)) ?? requireOperation().recheck(bare(plan), signal),
    permits: async (plan, signal) =>
      (await requireOperation().permits?.(bare(plan), signal)) ?? {
        allowed: 'unknown',
        why: `opsdeck cannot check in advance whether the login may run ${plan.use}`,
      },
    act: async function* (plan, change, signal) {
      const operation = find();
      if (operation === undefined)
        throw new WireError('missing', `${source} has no operation ${name} any more`);
      yield* operation.act(bare(plan), change, signal);
    },
    undo: (plan) => {
      const operation = find();
      if (operation === undefined) throw new TunnelError(`${source} is not open through ${words}`);
      return operation.undo?.(bare(plan));
    },
    ...defined({ actions: spec.actions, mayRestart: spec.mayRestart }),
  };
};
