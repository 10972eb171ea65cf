import { z } from 'zod';
import { type GenericAction, sourcePlaceholder } from '../../../../domain/runbooks/generic-action.ts';
import { type ActEvent, PlanError } from '../../../../domain/runbooks/operation.ts';
import type { ParamSpec } from '../../../../domain/runbooks/runbook.ts';
import { formatArgv } from '../../../../domain/text/format.ts';
import { toFault } from '../../../../platform/network/to-fault.ts';
import { clusterArgs } from '../../../kit/contract/api-server.ts';
import { declareOperation, defineOperation } from '../../../kit/operations/define-operation.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { apiResources } from '../../api/api-resources.ts';
import type { KubeParts } from '../../api/parts.ts';
import { checkPermit, toPlanError } from '../write/admission.ts';
import { objectDrift, objectTarget, readObject, resolveNamespace } from '../write/find-object.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { type PlanRecord, parsePlanRecord } from '../write/write-planner.ts';
import { requirePodSocketAccess } from './exec-targets.ts';
import { podPorts } from './pod-ports.ts';

const zPort = (least: number) => z.int().min(least).max(65_535);

const forwardParams = z.strictObject({
  pod: zObjectName('pod name'),
  port: z
    .union([
      zPort(1),
      z.string().regex(/^[1-9]\d{0,4}$/, { error: 'not a port: use a number from 1 to 65535' }),
    ])
    .meta({ description: 'port of the pod to connect to' }),
  localPort: zPort(0)
    .meta({ description: 'local port on 127.0.0.1 to listen on (default: 0, which chooses a free port)' })
    .exactOptional(),
  namespace: zNamespaceParam,
});

const notes =
  'The local port is open on 127.0.0.1 until closed in Forwards (:forwards), or until you open another environment or quit. The ledger records when the forward starts and ends, but not the data that is sent.';

const forwardAction = (id: string, title: string, port: ParamSpec): GenericAction => ({
  id,
  verb: 'port-forward',
  title,
  step: 'Forward a local port to ${param.port} of pod/${param.pod}',
  on: 'workloads',
  where: 'kind = pod',
  params: [
    { name: 'pod', type: 'choice', from: 'workloads.name', title: 'Pod' },
    { name: 'namespace', type: 'choice', from: 'workloads.namespace', title: 'Namespace' },
    port,
    {
      name: 'local',
      type: 'int',
      min: 0,
      max: 65_535,
      default: 0,
      title: 'Local port (0: a free one)',
    },
  ],
  with: {
    pod: '${param.pod}',
    namespace: '${param.namespace}',
    port: '${param.port}',
    localPort: '${param.local}',
  },
  verify: 'none',
  notes,
});

const declared = declareOperation({
  name: 'portForward',
  says: 'opens a local port that forwards to a port of a pod',
  rights: ['get pods/portforward'],
  danger: 'disruptive',
  params: forwardParams,
  actions: [
    forwardAction('port-forward-pod', 'Forward a declared port', {
      name: 'port',
      type: 'choice',
      title: 'Port of the pod',
      read: {
        use: `${sourcePlaceholder}.podPorts`,
        with: { pod: '${param.pod}', namespace: '${param.namespace}' },
        value: 'port',
        only: { forwardable: true },
        note: ['name', 'container', 'state'],
      },
    }),
    forwardAction('port-forward-pod-port', 'Forward any port', {
      name: 'port',
      type: 'int',
      min: 1,
      max: 65_535,
      title: 'Port of the pod',
    }),
  ],
});

const phaseOf = (raw: unknown): string => {
  const metadata = field(raw, 'metadata');
  if (field(metadata, 'deletionTimestamp') !== undefined) return 'Terminating';
  return text(field(field(raw, 'status'), 'phase')) ?? 'Unknown';
};

/** `portForward`: opens a local port whose connections go to a port of a pod, until it is closed. */
export const portForward = defineOperation(declared, (parts: KubeParts) => {
  const { client, source, config, dir } = parts;
  return {
    plan: async ({ pod, port, localPort = 0, namespace: requested }, signal) => {
      try {
        const clusterObject = await readObject(parts, apiResources.pod, pod, requested, signal);
        const { namespace, path, raw, object } = clusterObject;
        const phase = phaseOf(raw);
        if (phase !== 'Running')
          throw new PlanError(
            'not-applicable',
            `${object} is ${phase}: only a running pod accepts connections`,
          );
        const allowed = await requirePodSocketAccess(parts, 'portforward', namespace, signal);
        const declaredPorts = podPorts(raw).map((podPort) => podPort.port);
        const isDeclared = declaredPorts.includes(String(port));
        const earlier: PlanRecord = {
          calls: [{ method: 'GET', path: `${path}/portforward?ports=${port}` }],
          looks: [path],
          follow: [],
          rights: [...allowed.rights],
        };
        const command = formatArgv([
          ...['kubectl', ...clusterArgs(config, dir), 'port-forward', '--address', '127.0.0.1'],
          ...['-n', namespace, `pod/${pod}`, `${localPort === 0 ? '' : localPort}:${port}`],
        ]);
        const line = client.describeCall('GET', `${path}/portforward?ports=${port}`);
        return {
          targets: [objectTarget(clusterObject, phase)],
          calls: [{ line, command, target: 0 }],
          objects: [
            `127.0.0.1:${localPort === 0 ? '(a free port)' : localPort} → port ${port} of ${object}: every user of this machine can connect to it`,
            ...(isDeclared || declaredPorts.length === 0
              ? []
              : [`the pod declares the ports ${declaredPorts.join(', ')}`]),
            allowed.words,
          ],
          lost: 'opsdeck neither records nor undoes what is sent through the forward',
          earlier,
        };
      } catch (error) {
        throw toPlanError(error, 'portforward');
      }
    },

    permits: (plan, signal) => checkPermit(client, parsePlanRecord(plan).rights, signal),

    recheck: async (plan, signal) => {
      const [target] = plan.targets;
      if (target === undefined) return undefined;
      return objectDrift(client, target, parsePlanRecord(plan).looks[0] ?? '', signal, phaseOf);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const [call] = plan.calls;
      const line = call?.command ?? call?.line ?? '';
      const { forward } = change;
      if (forward === undefined)
        return yield {
          is: 'answered',
          line,
          status:
            'a port-forward stays open only in the cockpit: start the port-forward there, or run this command yourself',
          ok: false,
        };
      yield { is: 'call', line };
      const { pod, port, localPort = 0 } = plan.params;
      try {
        const namespace = await resolveNamespace(parts, plan.params.namespace, signal);
        const to = { namespace, pod, port: Number(port) };
        const opened = await forward(
          {
            to: { source, ...to },
            localPort,
            connect: (stop) => client.portForward(to, stop),
          },
          signal,
        );
        yield {
          is: 'answered',
          line,
          status: `the forward is open on 127.0.0.1:${opened.localPort}. :forwards lists and closes forwards`,
          ok: true,
        };
      } catch (error) {
        yield { is: 'answered', line, status: toFault(source, line, error, client.now()).message, ok: false };
      }
    },
  };
});
