import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type {
  ActEvent,
  Interruption,
  OperationCall,
  Plan,
  TargetDrift,
} from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { defineOperation, type OperationBehavior } from '../../kit/operations/define-operation.ts';
import type { Container } from '../containers/container.ts';
import { checkDaemonAccess, inspectSelected } from '../containers/container-selection.ts';
import { zDockerName } from '../daemon/config.ts';
import type { DockerContext } from '../daemon/daemon.ts';
import { composeBlastRadius, containerInterruption } from './blast-radius.ts';
import {
  type ComposeOverride,
  type ComposeParams,
  checkVariables,
  composeCommand,
  currentVariables,
  describeVariables,
  type EnvironmentValues,
  explainUnscalable,
  overrideText,
  readOverride,
} from './compose-project.ts';
import { composeScaleAction } from './generic-actions.ts';

const composeUpParams = z.strictObject({
  service: zDockerName.meta({ description: 'Compose service' }),
  env: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/, {
        error: 'not a variable name: use letters, digits and _, and no digit first',
      }),
      z.union([z.string().max(4096), z.number().transform(String), z.null()]),
    )
    .refine((env) => Object.keys(env).length > 0, {
      error: 'env is empty. Write at least one variable: { NAME: value }',
    })
    .meta({
      description:
        'variables to write into the override file, with which Compose recreates the containers. The value null removes a variable',
    })
    .exactOptional(),
});

const composeScaleParams = z.strictObject({
  service: zDockerName.meta({ description: 'Compose service' }),
  replicas: z.int().min(0).max(100).meta({ description: 'the service has this many containers afterwards' }),
});

const describeContainers = (containers: readonly Container[]): string =>
  containers.length === 0
    ? 'no container'
    : `${containers.length} of ${[...new Set(containers.map(({ image }) => image))].join(', ')}`;

/** Rejects parameters on which Compose would fail half-way. */
const rejectNoop = (containers: readonly Container[], { service, replicas }: ComposeParams): void => {
  if (replicas === undefined) return;
  if (containers.length === replicas && containers.every(({ state }) => state === 'running'))
    throw new PlanError(
      'not-applicable',
      `${service} already has ${pluralize(replicas, 'running container')}, so there is nothing to scale`,
    );
  const why =
    replicas > 1 && replicas > containers.length ? explainUnscalable(containers, service) : undefined;
  if (why !== undefined) throw new PlanError('not-applicable', why);
};

const describeRemovedContainers = (
  containers: readonly Container[],
  { replicas }: ComposeParams,
): string | undefined => {
  if (replicas === undefined)
    return 'every container that Compose recreates loses all data outside of volumes';
  const fewer = containers.length - replicas;
  return fewer > 0 ? `${pluralize(fewer, 'container')}, and the data outside volumes` : undefined;
};

/** Compose recreates the containers of `up`; scaled to 0, a service has none. */
const interruptionOf = (
  containers: readonly Container[],
  { replicas }: ComposeParams,
): Interruption['does'] | undefined => {
  if (containers.length === 0) return 'starts';
  if (replicas === undefined) return 'restarts';
  return replicas === 0 ? 'stops' : undefined;
};

/** The containers that Compose removes are its choice. */
const removedEffects = (
  containers: readonly Container[],
  { service, replicas }: ComposeParams,
): Pick<Plan, 'effects'> => {
  const [first] = containers;
  if (first === undefined || replicas === undefined || replicas >= containers.length) return {};
  const where = { kind: 'container', namespace: first.project, owner: service };
  return { effects: [{ does: 'ends', kind: 'workloads', where, ready: replicas }] };
};

/** The new values of the override, and the previous ones. */
const settingOf = (override: ComposeOverride, service: string, desired: EnvironmentValues) => {
  const { path } = override;
  const line = secretMasker.mask(`write ${path}: ${service}: ${describeVariables(desired)}`);
  const was = currentVariables(override, service, desired);
  return { path, wanted: desired, was, line, text: overrideText(override, service, desired) };
};

/** Once the override exists, every call reads it; otherwise the next call would revert its values. */
const overridePathOf = (override: ComposeOverride | undefined): string | undefined =>
  override?.services === undefined ? undefined : override.path;

const describeComposeState = (
  containers: readonly Container[],
  variables: EnvironmentValues | undefined,
): string =>
  [describeContainers(containers), ...(variables === undefined ? [] : [describeVariables(variables)])].join(
    ', ',
  );

const zVariables = z.record(z.string(), z.string().nullable());

/** The end of a Compose call, as text. */
export const describeProgramEnd = ({ status, signal }: ProgramEnd): string =>
  status === undefined ? `killed by ${signal ?? 'a signal'}` : `exited with status ${status}`;

const behaviorOf = ({ daemon, dir }: DockerContext): OperationBehavior<ComposeParams> => {
  const { project = '' } = daemon.config;
  const uidOf = (service: string, containers: readonly Container[]): string =>
    `${daemon.name}/${project}/${service}: ${containers.map(({ id }) => id).join(' ')}`;

  return {
    plan: async (params, signal) => {
      const { service, env } = params;
      // Called first for the checks that need no read.
      composeCommand(daemon, dir, params);
      const override = await readOverride(daemon, dir, signal);
      const set = env && settingOf(checkVariables(daemon, override, service, env), service, env);
      const { argv } = composeCommand(daemon, dir, params, set?.path ?? overridePathOf(override));
      const containers = await inspectSelected(daemon, { service }, signal);
      rejectNoop(containers, params);
      const lost = describeRemovedContainers(containers, params);
      const reach = composeBlastRadius(containers, service, params.replicas);
      return {
        targets: [
          {
            name: service,
            uid: uidOf(service, containers),
            saw: describeComposeState(containers, set?.was),
            where: `project ${project} at ${daemon.name}`,
          },
        ],
        calls: [
          ...(set === undefined ? [] : [{ line: set.line, target: 0 }]),
          { line: secretMasker.mask(formatArgv(argv)), target: 0 },
        ],
        objects: [
          `service ${service} of project ${project}: ${describeContainers(containers)}`,
          ...(set === undefined
            ? []
            : [`${set.path}: ${describeVariables(set.was)} → ${describeVariables(set.wanted)}`]),
        ],
        ...defined({ reach }),
        ...containerInterruption(interruptionOf(containers, params), containers),
        ...removedEffects(containers, params),
        earlier: set?.was ?? containers.length,
        ...defined({ lost }),
      };
    },

    permits: (_, signal) => checkDaemonAccess(daemon, signal),

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const { service, env } = plan.params;
      const containers = await inspectSelected(daemon, { service }, signal);
      const planned = plan.targets[0];
      if (planned === undefined) return undefined;
      const override = env && (await readOverride(daemon, dir, signal));
      const seen = describeComposeState(containers, override && currentVariables(override, service, env));
      if (uidOf(service, containers) !== planned.uid)
        return { target: service, planned: planned.saw, found: `${seen} (different containers)` };
      return seen === planned.saw ? undefined : { target: service, planned: planned.saw, found: seen };
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { env, ...params } = plan.params;
      const override = await readOverride(daemon, dir, signal);
      const set = override && env && settingOf(override, params.service, env);
      if (set !== undefined) {
        yield { is: 'call', line: set.line };
        await change.put(set.path, set.text, signal);
        yield { is: 'answered', line: set.line, status: 'written', ok: true };
      }
      const program = composeCommand(daemon, dir, params, set?.path ?? overridePathOf(override));
      const line = secretMasker.mask(formatArgv(program.argv));
      yield { is: 'call', line };
      for await (const event of change.run(program, signal))
        yield event.is === 'line'
          ? { is: 'output', text: secretMasker.mask(event.text) }
          : { is: 'answered', line, status: describeProgramEnd(event.end), ok: event.end.status === 0 };
    },

    undo: (plan): OperationCall | undefined => {
      const { service, replicas, env } = plan.params;
      if (env !== undefined) {
        const was = zVariables.parse(plan.earlier);
        const title = `Recreate ${service} with ${describeVariables(was)}`;
        return { use: `${daemon.source}.composeUp`, with: { service, env: was }, title };
      }
      if (replicas === undefined || typeof plan.earlier !== 'number') return undefined;
      return {
        use: `${daemon.source}.composeScale`,
        with: { service, replicas: plan.earlier },
        title: `Scale ${service} back to ${plan.earlier}`,
      };
    },
  };
};

/** `composeUp`: creates or updates a service from its Compose files. */
export const composeUp = defineOperation(
  { name: 'composeUp', danger: 'disruptive', params: composeUpParams },
  behaviorOf,
);

/** `composeScale`: sets the number of containers of a service; existing ones stay unchanged. */
export const composeScale = defineOperation(
  {
    name: 'composeScale',
    danger: 'disruptive',
    params: composeScaleParams,
    actions: [composeScaleAction],
  },
  behaviorOf,
);
