import { defined } from '../../../../domain/base/defined.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../../domain/text/duration.ts';
import { formatArgv } from '../../../../domain/text/format.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { clusterArgs } from '../../../kit/contract/api-server.ts';
import {
  declareOperation,
  defineOperation,
  type PlanDraft,
} from '../../../kit/operations/define-operation.ts';
import { execFileDrift } from '../../../kit/operations/exec-files.ts';
import { irreversibleText, redirectedCommand } from '../../../kit/operations/exec-params.ts';
import { findPasswords } from '../../../kit/values/secrets.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import type { KubernetesConfig } from '../../api/config.ts';
import type { KubeParts } from '../../api/parts.ts';
import { parsePod } from '../../pod/parse-pod.ts';
import { checkPermit, toPlanError } from '../write/admission.ts';
import { describeLocation, objectDrift } from '../write/find-object.ts';
import { type PlanRecord, parsePlanRecord } from '../write/write-planner.ts';
import { resolvePodFile } from './exec-files.ts';
import { runProgram } from './exec-run.ts';
import type { ExecTarget } from './exec-targets.ts';
import {
  chooseContainer,
  containerPin,
  type ExecParams,
  execParams,
  findExecTargets,
  requireExecAccess,
} from './exec-targets.ts';

/** Formats the kubectl command for a program in a container, quoted for a shell. `file`: the local file, if any. */
export const kubectlExecCommand = (
  { pod, container }: Pick<ExecTarget, 'pod' | 'container'>,
  params: ExecParams,
  { config, dir }: { readonly config: KubernetesConfig; readonly dir: string },
  file?: string,
): string => {
  const several =
    pod.containers.filter(({ isInit }) => !isInit).length > 1 || container.isInit || container.isEphemeral;
  const argv = [
    'kubectl',
    ...clusterArgs(config, dir),
    'exec',
    ...(params.feed === undefined ? [] : ['-i']),
    ...['-n', pod.namespace, pod.name],
    ...(several ? ['-c', container.name] : []),
    ...['--', ...params.argv],
  ];
  return redirectedCommand(formatArgv(argv), params, file);
};

const defaultTimeout = '1m';

const declared = declareOperation({
  name: 'exec',
  says: 'runs a program in containers of one or several pods',
  rights: ['get pods/exec'],
  danger: 'as-step',
  params: execParams,
  resultKinds: ['status'],
  bindingRules: { argv: 'argv', complete: 'pattern', abort: 'fixed' },
});

/** `exec`: runs a program in a container of each selected pod, one after another; the first failure ends it. */
export const podExec = defineOperation(declared, (parts: KubeParts) => {
  const { client, strings, dir } = parts;

  const planned = async (params: ExecParams, signal: AbortSignal): Promise<PlanDraft> => {
    for (const secret of findPasswords(params.argv.join(' '))) secretMasker.add(secret);
    const execTargets = await findExecTargets(parts, params, signal);
    const namespace = execTargets[0]?.pod.namespace ?? '';
    const [allowed, where, file] = await Promise.all([
      requireExecAccess(parts, namespace, signal),
      describeLocation(client, namespace, signal),
      resolvePodFile(parts, params, execTargets, signal),
    ]);
    const argv = secretMasker.mask(formatArgv(params.argv));
    const earlier: PlanRecord = {
      calls: execTargets.map(({ path }) => ({ method: 'GET', path })),
      looks: execTargets.map(({ pod }) => objectPath(apiResources.pod, pod.namespace, pod.name)),
      follow: [],
      rights: [...allowed.rights],
      ...(file === undefined ? {} : { file: { path: file.path, print: file.fingerprint ?? '' } }),
    };
    return {
      targets: execTargets.map(({ pod, container }) => ({
        name: pod.name,
        uid: pod.uid,
        saw: containerPin(container),
        where,
      })),
      calls: execTargets.map((execTarget, target) => ({
        line: client.describeCall('GET', execTarget.path),
        command: secretMasker.mask(
          kubectlExecCommand(execTarget, params, { config: parts.config, dir }, file?.path),
        ),
        target,
      })),
      objects: [
        ...execTargets.map(
          ({ pod, container }) =>
            `${argv} in container ${container.name} of pod ${pod.name}, node ${pod.node}`,
        ),
        ...(file === undefined ? [] : [file.words]),
        allowed.words,
      ],
      lost: irreversibleText(params),
      ...(params.feed === undefined ? {} : { danger: 'destructive' }),
      earlier,
    };
  };

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw toPlanError(error, 'exec');
      }
    },

    permits: (plan, signal) => checkPermit(client, parsePlanRecord(plan).rights, signal),

    recheck: async (plan, signal) => {
      const params = plan.params;
      const { looks, file } = parsePlanRecord(plan);
      const moved =
        file && (await execFileDrift(parts.io.disk, params, file, plan.targets[0]?.name ?? '', signal));
      if (moved !== undefined) return moved;
      const drifts = await Promise.all(
        plan.targets.map((target, index) =>
          objectDrift(client, target, looks[index] ?? '', signal, (raw) =>
            containerPin(chooseContainer(parsePod(raw, strings, client.toClock), params.container)),
          ),
        ),
      );
      return drifts.find((drift) => drift !== undefined);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const timeoutMs = parseDuration(params.timeout ?? defaultTimeout) ?? 0;
      const { calls, file } = parsePlanRecord(plan);
      for (const [index, { path }] of calls.entries()) {
        const { command, line = client.describeCall('GET', path) } = plan.calls[index] ?? {};
        const shown = command ?? line;
        yield { is: 'call', line: shown };
        const prefix = calls.length === 1 ? '' : `${plan.targets[index]?.name} `;
        const running = {
          path,
          line: shown,
          prefix,
          timeoutMs,
          ...defined({ file: file?.path }),
        };
        if (!(yield* runProgram(parts, params, running, change, signal))) return;
      }
    },
  };
});
