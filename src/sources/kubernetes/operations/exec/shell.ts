import { z } from 'zod';
import type { GenericAction } from '../../../../domain/runbooks/generic-action.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { formatArgv } from '../../../../domain/text/format.ts';
import { clusterArgs } from '../../../kit/contract/api-server.ts';
import { declareOperation, defineOperation } from '../../../kit/operations/define-operation.ts';
import { actShell, shellActionParts, shellArgv, shellLoss } from '../../../kit/operations/shell-operation.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import type { KubeParts } from '../../api/parts.ts';
import { parsePod } from '../../pod/parse-pod.ts';
import { checkPermit, toPlanError } from '../write/admission.ts';
import { describeLocation, objectDrift } from '../write/find-object.ts';
import { zContainerParam, zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { type PlanRecord, parsePlanRecord } from '../write/write-planner.ts';
import { chooseContainer, containerPin, findExecTargets, requireExecAccess } from './exec-targets.ts';
import { runShell, shellPath } from './shell-session.ts';

const shellParams = z.strictObject({
  pod: zObjectName('pod name'),
  container: zContainerParam,
  namespace: zNamespaceParam,
});

const shellAction = (
  id: string,
  title: string,
  where: string,
  pod: 'name' | 'owner',
  container: boolean,
): GenericAction => ({
  ...shellActionParts,
  id,
  title,
  step: container ? 'Shell in container ${param.container} of pod/${param.pod}' : 'Shell in pod/${param.pod}',
  where,
  params: [
    { name: 'pod', type: 'choice', from: `workloads.${pod}`, title: 'Pod' },
    ...(container
      ? [{ name: 'container', type: 'choice', from: 'workloads.name', title: 'Container' } as const]
      : []),
    { name: 'namespace', type: 'choice', from: 'workloads.namespace', title: 'Namespace' },
  ],
  with: {
    pod: '${param.pod}',
    namespace: '${param.namespace}',
    ...(container ? { container: '${param.container}' } : {}),
  },
});

const declared = declareOperation({
  name: 'shell',
  says: 'opens a shell in a container',
  rights: ['get pods/exec'],
  danger: 'destructive',
  params: shellParams,
  actions: [
    shellAction('shell-pod', 'Shell in pod', 'kind = pod', 'name', false),
    shellAction('shell-container', 'Shell in container', 'kind = container', 'owner', true),
  ],
});

/** `shell`: opens an interactive shell in a container, in the terminal of the cockpit. */
export const shell = defineOperation(declared, (parts: KubeParts) => {
  const { client, source, strings, config, dir } = parts;
  return {
    plan: async (params, signal) => {
      try {
        const [found] = await findExecTargets(parts, { ...params, argv: [...shellArgv] }, signal);
        if (found === undefined) throw new Error('internal error: an exec target is found or refused');
        const { pod, container } = found;
        const [allowed, where] = await Promise.all([
          requireExecAccess(parts, pod.namespace, signal),
          describeLocation(client, pod.namespace, signal),
        ]);
        const path = shellPath(pod, container.name);
        const earlier: PlanRecord = {
          calls: [{ method: 'GET', path }],
          looks: [objectPath(apiResources.pod, pod.namespace, pod.name)],
          follow: [],
          rights: [...allowed.rights],
        };
        const command = formatArgv([
          ...['kubectl', ...clusterArgs(config, dir), 'exec', '-it', '-n', pod.namespace, pod.name],
          ...['-c', container.name, '--', ...shellArgv],
        ]);
        return {
          targets: [{ name: pod.name, uid: pod.uid, saw: containerPin(container), where }],
          calls: [{ line: client.describeCall('GET', path), command, target: 0 }],
          objects: [
            `a shell in container ${container.name} of pod ${pod.name}, node ${pod.node}: anything there can be changed`,
            allowed.words,
          ],
          lost: shellLoss,
          earlier,
        };
      } catch (error) {
        throw toPlanError(error, 'shell');
      }
    },

    permits: (plan, signal) => checkPermit(client, parsePlanRecord(plan).rights, signal),

    recheck: async (plan, signal) => {
      const [target] = plan.targets;
      const { container } = plan.params;
      const path = parsePlanRecord(plan).looks[0] ?? '';
      if (target === undefined) return undefined;
      return objectDrift(client, target, path, signal, (raw) =>
        containerPin(chooseContainer(parsePod(raw, strings, client.toClock), container)),
      );
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const path = parsePlanRecord(plan).calls[0]?.path ?? '';
      const [call] = plan.calls;
      const line = call?.command ?? call?.line ?? client.describeCall('GET', path);
      yield* actShell({ source, line }, change, (terminal) =>
        runShell({ client, path, line, name: plan.targets[0]?.name ?? '' }, terminal, change, signal),
      );
    },
  };
});
