import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, OperationCall } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { statusText } from '../../../platform/network/status.ts';
import {
  defineOperation,
  mayRestartProcesses,
  type OperationDefinition,
  type PlanOf,
  readForPlan,
} from '../../kit/operations/define-operation.ts';
import {
  checkDaemonAccess,
  containerTarget,
  findContainerDrift,
  selectContainers,
} from '../containers/container-selection.ts';
import { containerListPath } from '../containers/lookup.ts';
import type { Daemon, DockerContext } from '../daemon/daemon.ts';
import { daemonErrorText } from '../daemon/daemon.ts';
import { containerInterruption, verbBlastRadius } from './blast-radius.ts';
import { composeScale, composeUp } from './compose-operation.ts';
import { type ContainerVerb, containerVerbs, type VerbName, type VerbParams } from './container-verbs.ts';
import { dockerExec } from './exec-operation.ts';
import { containerActions } from './generic-actions.ts';
import { dockerLogs } from './logs-operation.ts';
import { composeDown, composeProjectUp } from './project-operations.ts';
import { dockerPull } from './pull-operation.ts';
import { dockerRun } from './run-operation.ts';
import { dockerShell } from './shell-operation.ts';

/** Stored in the plan: the path of each call, and the state of each container before it. */
const zEarlier = z.object({ paths: z.array(z.string()), states: z.array(z.string()) });

/**
 * `start`, `stop`, `restart`, `kill`: one call per container, each pinned by its id. Source: Docker Engine API,
 * Container.
 */
const containerOperation = (name: VerbName): OperationDefinition<DockerContext> => {
  const verb: ContainerVerb = containerVerbs[name];
  const declared = { name, danger: verb.danger, params: verb.params, actions: containerActions(name) };
  return defineOperation(declared, ({ daemon }: DockerContext) => ({
    plan: async (params, signal) => {
      const matching = await selectContainers(daemon, params, signal);
      const containers = matching.filter((container) => verb.appliesTo?.(container) ?? true);
      if (containers.length === 0)
        throw new PlanError(
          'not-applicable',
          `${matching.map((container) => `${container.name} is ${container.state}`).join(', ')}, so there is nothing to ${name}`,
        );
      const targets = containers.map((container) =>
        containerTarget(daemon, params.service ?? container.name, container),
      );
      const paths = containers.map(
        (container) => `/containers/${container.id}/${name}${verb.query(params, container)}`,
      );
      const reach = await readForPlan(daemon, containerListPath(daemon), () =>
        verbBlastRadius(daemon, name, containers, signal),
      );
      return {
        targets,
        calls: paths.map((path, target) => ({ line: daemon.requestLine('POST', path), target })),
        objects: targets.map(({ where, saw }) => `container ${where}: ${saw}`),
        ...defined({ reach }),
        ...containerInterruption(verb.interrupts(params), containers),
        earlier: { paths, states: containers.map(({ state }) => state) },
        ...defined({ lost: verb.lost }),
      };
    },

    permits: (_, signal) => checkDaemonAccess(daemon, signal),

    recheck: (plan, signal) => findContainerDrift(daemon, plan, plan.params, signal),

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      for (const path of zEarlier.parse(plan.earlier).paths) {
        const line = daemon.requestLine('POST', path);
        yield { is: 'call', line };
        const answer = await daemon.send(change, { method: 'POST', path }, signal);
        // 304: it was already in that state.
        const ok = answer.status === 204 || answer.status === 304;
        const words = ok ? '' : `: ${daemonErrorText(answer)}`;
        yield { is: 'answered', line, status: `${statusText(answer.status)}${words}`, ok };
        if (!ok) return;
      }
    },

    undo: (plan) => undoVerb(daemon, verb, plan),
  }));
};

const containerOperations = [
  containerOperation('start'),
  containerOperation('stop'),
  containerOperation('restart'),
  containerOperation('kill'),
];

/**
 * Undo, when all containers were in the other state before; undefined when they were not, or the verb has no inverse.
 */
const undoVerb = (
  { source }: Daemon,
  verb: ContainerVerb,
  plan: PlanOf<VerbParams>,
): OperationCall | undefined => {
  const params = plan.params;
  const undo = verb.undo(params);
  const before = undo === 'start' ? ['running', 'restarting'] : ['exited', 'created', 'dead'];
  const { states } = zEarlier.parse(plan.earlier);
  if (undo === undefined || !states.every((state) => before.includes(state))) return undefined;
  const { container, service } = params;
  const what = container === undefined ? { service } : { container };
  const title = `${undo === 'start' ? 'Start' : 'Stop'} ${container ?? service} again`;
  return { use: `${source}.${undo}`, with: what, title };
};

/** All operations of this source. To add one, create its file and list it here. */
export const dockerOperations = mayRestartProcesses([
  ...containerOperations,
  dockerPull,
  composeUp,
  composeScale,
  composeProjectUp,
  composeDown,
  dockerExec,
  dockerShell,
  dockerRun,
  dockerLogs,
]);
