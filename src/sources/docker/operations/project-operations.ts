import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type {
  ActEvent,
  DeclaredEffect,
  OperationCall,
  Plan,
  Target,
  TargetDrift,
} from '../../../domain/runbooks/operation.ts';
import { notApplicable } from '../../../domain/runbooks/operation.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { defineOperation, type OperationBehavior } from '../../kit/operations/define-operation.ts';
import type { Container } from '../containers/container.ts';
import { checkDaemonAccess } from '../containers/container-selection.ts';
import type { Daemon, DockerContext } from '../daemon/daemon.ts';
import { containerInterruption } from './blast-radius.ts';
import { describeProgramEnd } from './compose-operation.ts';
import { type ProjectChange, type ProjectState, projectProgram, readProject } from './project-state.ts';

const noParams = z.strictObject({});
type NoParams = z.infer<typeof noParams>;

/** Stored in the plan: the IDs of the containers before, and those that the action must replace, start or remove. */
const zEarlier = z.strictObject({
  ids: z.array(z.string()),
  replaced: z.array(z.string()),
  services: z.array(z.string()),
});

const describeProject = ({ services, containers }: ProjectState): string => {
  const running = containers.filter(({ state }) => state === 'running').length;
  return `${pluralize(services.length, 'service')}, ${running} of ${pluralize(containers.length, 'container')} running`;
};

/** Pins the containers by ID and state, and the files by the hashes of their services. */
const projectTarget = (daemon: Daemon, state: ProjectState): Target => {
  const { project = '' } = daemon.config;
  const pins = [
    ...state.services.map(({ name, hash }) => `${name}=${hash}`),
    ...state.containers.map(({ id, state: word }) => `${id} ${word}`),
  ];
  return {
    name: project,
    uid: `${daemon.name}/${project}: ${pins.join(', ')}`,
    saw: describeProject(state),
    where: `project ${project} at ${daemon.name}`,
  };
};

const driftOf = (daemon: Daemon, plan: Plan, state: ProjectState): TargetDrift | undefined => {
  const [planned] = plan.targets;
  const now = projectTarget(daemon, state);
  if (planned === undefined || planned.uid === now.uid) return undefined;
  return {
    target: now.name,
    planned: planned.saw,
    found: `${now.saw} (different containers, states or files)`,
  };
};

const describeChange = ({ does, service, container, why }: ProjectChange): string =>
  container === undefined
    ? `create a container of service ${service}: ${why}`
    : `${does} ${container.name} of service ${service}: ${why}`;

/** Runs Compose and returns how it ended. */
async function* runCompose(
  { daemon, dir }: DockerContext,
  args: readonly string[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<
  ActEvent,
  { readonly line: string; readonly status: string; readonly ok: boolean },
  undefined
> {
  const program = await projectProgram(daemon, dir, args, signal);
  const line = secretMasker.mask(formatArgv(program.argv));
  yield { is: 'call', line };
  for await (const event of change.run(program, signal)) {
    if (event.is === 'ended')
      return { line, status: describeProgramEnd(event.end), ok: event.end.status === 0 };
    yield { is: 'output', text: secretMasker.mask(event.text) };
  }
  return {
    line,
    status: 'Compose ended without an exit status: check the containers of the project',
    ok: false,
  };
}

/** Deviations from the plan after `up`: a container that was kept, or a service that does not run. */
const missedByUp = (
  { replaced, services }: z.infer<typeof zEarlier>,
  containers: readonly Container[],
): string | undefined => {
  const kept = containers.filter(({ id }) => replaced.includes(id));
  if (kept.length > 0)
    return `${kept.map(({ name }) => name).join(', ')} still has the old configuration: Compose did not recreate the container`;
  const down = services.filter(
    (service) =>
      !containers.some((container) => container.service === service && container.state === 'running'),
  );
  return down.length === 0
    ? undefined
    : `${down.join(', ')} has no running container. docker compose logs may show why`;
};

const actAndCheck = (
  context: DockerContext,
  args: readonly string[],
  missed: (earlier: z.infer<typeof zEarlier>, state: ProjectState) => string | undefined,
): OperationBehavior<NoParams>['act'] =>
  async function* (plan, change, signal) {
    const { line, status, ok } = yield* runCompose(context, args, change, signal);
    if (!ok) return yield { is: 'answered', line, status, ok };
    const state = await readProject(context.daemon, context.dir, signal);
    const words = missed(zEarlier.parse(plan.earlier), state);
    yield {
      is: 'answered',
      line,
      status: words === undefined ? status : `${status}, but ${words}`,
      ok: words === undefined,
    };
  };

const upArgs = ['up', '-d'] as const;
const downArgs = ['down'] as const;

const lineOf = async ({ daemon, dir }: DockerContext, args: readonly string[], signal: AbortSignal) =>
  secretMasker.mask(formatArgv((await projectProgram(daemon, dir, args, signal)).argv));

/** `composeProjectUp`: creates, recreates and starts what differs from the Compose files. */
export const composeProjectUp = defineOperation(
  { name: 'composeProjectUp', danger: 'disruptive', params: noParams },
  (context: DockerContext): OperationBehavior<NoParams> => {
    const { daemon, dir } = context;
    return {
      plan: async (_, signal) => {
        const line = await lineOf(context, upArgs, signal);
        const state = await readProject(daemon, dir, signal);
        const { changes, containers, orphans } = state;
        if (changes.length === 0)
          throw notApplicable(
            `project ${daemon.config.project} already matches the Compose files, so there is nothing to change`,
          );
        const touched = new Set(changes.map(({ container }) => container));
        const unchanged = containers.filter((container) => !touched.has(container));
        const recreated = changes.flatMap(({ does, container }) =>
          does === 'recreate' && container !== undefined ? [container] : [],
        );
        const interrupts = [...new Set(changes.map(({ service }) => service))].flatMap((service) => {
          const acted = recreated.filter((container) => container.service === service);
          return containerInterruption('restarts', acted).interrupts ?? [];
        });
        return {
          targets: [projectTarget(daemon, state)],
          calls: [{ line, target: 0 }],
          objects: [
            ...changes.map(describeChange),
            ...(unchanged.length === 0 ? [] : [`unchanged: ${unchanged.map(({ name }) => name).join(', ')}`]),
            ...orphans.map(
              ({ name, service }) =>
                `the container ${name} stays as it is, because its service ${service} is not in the Compose files`,
            ),
          ],
          ...(interrupts.length === 0 ? {} : { interrupts }),
          ...(recreated.length === 0
            ? {}
            : { lost: `data outside of volumes is lost in ${recreated.map(({ name }) => name).join(', ')}` }),
          earlier: {
            ids: containers.map(({ id }) => id),
            replaced: recreated.map(({ id }) => id),
            services: [...new Set(changes.map(({ service }) => service))],
          },
        };
      },
      permits: (_, signal) => checkDaemonAccess(daemon, signal),
      recheck: async (plan, signal) => driftOf(daemon, plan, await readProject(daemon, dir, signal)),
      act: actAndCheck(context, upArgs, (earlier, { containers }) => missedByUp(earlier, containers)),
      undo: (plan): OperationCall | undefined =>
        zEarlier.parse(plan.earlier).ids.length > 0
          ? undefined
          : {
              use: `${daemon.source}.composeDown`,
              with: {},
              title: `Remove the containers of project ${daemon.config.project}`,
              pins: 'nothing',
            },
    };
  },
);

/** A container that is removed, or a service without containers: neither is listed any more. */
const removedRow = (
  project: string | undefined,
  kind: 'container' | 'service',
  name: string,
): DeclaredEffect => ({
  does: 'ends',
  kind: 'workloads',
  where: { kind, ...defined({ namespace: project }), name },
});

/** `composeDown`: removes the containers and networks of the services in the files; volumes stay. */
export const composeDown = defineOperation(
  { name: 'composeDown', danger: 'destructive', params: noParams },
  (context: DockerContext): OperationBehavior<NoParams> => {
    const { daemon, dir } = context;
    return {
      plan: async (_, signal) => {
        const line = await lineOf(context, downArgs, signal);
        const state = await readProject(daemon, dir, signal);
        const { containers, oneOffs, orphans } = state;
        const removed = [...containers, ...oneOffs];
        if (removed.length === 0)
          throw notApplicable(
            `project ${daemon.config.project} has no container at ${daemon.name}: start the project with composeUp first`,
          );
        const services = [...new Set(containers.map(({ service }) => service))];
        return {
          targets: [projectTarget(daemon, state)],
          calls: [{ line, target: 0 }],
          objects: [
            ...removed.map(({ name, state: word, image }) => `remove ${name}: ${word}, ${image}`),
            'remove the networks of the project, but keep the volumes',
            ...orphans.map(
              ({ name, service }) =>
                `the container ${name} stays as it is, because its service ${service} is not in the Compose files`,
            ),
          ],
          interrupts: services.flatMap((service) => {
            const acted = containers.filter((container) => container.service === service);
            return containerInterruption('stops', acted).interrupts ?? [];
          }),
          effects: [
            ...removed.map(({ name }) => removedRow(daemon.config.project, 'container', name)),
            ...services.map((owner) => removedRow(daemon.config.project, 'service', owner)),
          ],
          lost: 'these containers lose their logs and their data outside of volumes',
          earlier: { ids: containers.map(({ id }) => id), replaced: [], services },
        };
      },
      permits: (_, signal) => checkDaemonAccess(daemon, signal),
      recheck: async (plan, signal) => driftOf(daemon, plan, await readProject(daemon, dir, signal)),
      act: actAndCheck(context, downArgs, ({ ids }, { containers }) => {
        const left = containers.filter(({ id }) => ids.includes(id));
        return left.length === 0 ? undefined : `${left.map(({ name }) => name).join(', ')} remains`;
      }),
      undo: (): OperationCall => ({
        use: `${daemon.source}.composeProjectUp`,
        with: {},
        title: `Create the containers of project ${daemon.config.project} again`,
        pins: 'nothing',
      }),
    };
  },
);
