import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { notApplicable, PlanError } from '../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { newRunId } from '../../../platform/runtime/random.ts';
import {
  declareOperation,
  defineOperation,
  exitStatusEvents,
} from '../../kit/operations/define-operation.ts';
import { zExecTimeout } from '../../kit/operations/exec-params.ts';
import { findPasswords } from '../../kit/values/secrets.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import {
  checkDaemonAccess,
  containerTarget,
  findContainerDrift,
  selectContainers,
} from '../containers/container-selection.ts';
import { defaultDaemonUrl, zDockerName } from '../daemon/config.ts';
import type { Daemon, DockerContext } from '../daemon/daemon.ts';
import { imageIdOf, imageMissing, zImageReference } from './image-reference.ts';
import { type OneOffContainer, runOneOff } from './one-off-container.ts';

const defaultTimeout = '5m';

const runParams = z
  .strictObject({
    image: zImageReference
      .meta({ description: 'image of the new container, which gets no network and no volumes' })
      .exactOptional(),
    service: zDockerName
      .meta({
        description:
          'Compose service whose first container is copied: image, environment, networks and volumes, but no published port',
      })
      .exactOptional(),
    argv: z.array(z.string()).min(1).meta({
      description:
        'program to run, with arguments, in place of the entry point of the image. No shell is involved',
    }),
    timeout: zExecTimeout(`how long the program may run (default: ${defaultTimeout}, at most 2h)`),
  })
  .refine(({ image, service }) => (image === undefined) !== (service === undefined), {
    error: 'the step needs one target: set either image: or service:',
  });

type RunParams = z.infer<typeof runParams>;

/** Stored in the plan: the image, and the container whose settings are used. */
const zEarlier = z.strictObject({
  imageId: z.string(),
  like: z.string().exactOptional(),
  name: z.string(),
});

/** Formats the command for a shell: `docker run --rm …`, or `docker compose run --rm …` for a service. */
const commandLine = ({ address, config }: Daemon, { image, service, argv }: RunParams): string => {
  const hostArgs = address.name === defaultDaemonUrl ? [] : ['-H', address.name.replace(/^https?:/, 'tcp:')];
  const [program = '', ...args] = argv;
  const project = config.project === undefined ? [] : ['-p', config.project];
  const words =
    service === undefined
      ? ['run', '--rm', '--network', 'none', '--entrypoint', program, image ?? '', ...args]
      : ['compose', ...project, 'run', '--rm', '--no-deps', '--entrypoint', program, service, ...args];
  return secretMasker.mask(formatArgv(['docker', ...hostArgs, ...words]));
};

const declared = declareOperation({
  name: 'run',
  danger: 'as-step',
  params: runParams,
  resultKinds: ['status'],
  bindingRules: { argv: 'argv' },
});

/**
 * `run`: runs a program in a new container, which is always removed. Only the author knows its effects: the step
 * declares its danger.
 */
export const dockerRun = defineOperation(declared, ({ daemon }: DockerContext) => {
  /** The image of a service is that of its first container, in the order of their names. */
  const templateOf = async (service: string, signal: AbortSignal) => {
    const [first] = await selectContainers(daemon, { service }, signal);
    if (first === undefined)
      throw notApplicable(`${service} has no container to copy the settings from. Start the service first`);
    const path = `/containers/${first.id}/json`;
    const page = await daemon.getJson(path, signal).catch((error: unknown) => {
      throw new PlanError('failed', daemon.fault(path, error).message, { cause: error });
    });
    const imageId = text(field(page, 'Image'));
    if (imageId === undefined)
      throw new PlanError(
        'failed',
        `the image of ${first.name} is unknown to the Docker daemon. Name an image: instead of a service:`,
      );
    return { container: first, imageId };
  };

  return {
    plan: async (params, signal) => {
      const { image = '', service, argv } = params;
      for (const secret of findPasswords(argv.join(' '))) secretMasker.add(secret);
      const line = commandLine(daemon, params);
      const name = `opsdeck-run-${newRunId()}`;
      const program = secretMasker.mask(formatArgv(argv));
      const shared = {
        calls: [{ line: daemon.requestLine('POST', '/containers/create'), command: line, target: 0 }],
        lost: 'opsdeck does not know what this program changes, and cannot undo the changes',
      };
      if (service !== undefined) {
        const { container, imageId } = await templateOf(service, signal);
        return {
          ...shared,
          targets: [containerTarget(daemon, service, container)],
          objects: [
            `${program} in a new container with the image (${container.image}), environment, networks and volumes of ${container.name}`,
            'opsdeck removes the container when the program has ended',
          ],
          earlier: { imageId, like: container.id, name },
        };
      }
      const imageId = await imageIdOf(daemon, image, signal);
      if (imageId === imageMissing)
        throw notApplicable(`${image} is not present at ${daemon.name}: pull the image first`);
      return {
        ...shared,
        targets: [{ name: image, uid: `${daemon.name}/${image}`, saw: imageId, where: daemon.name }],
        objects: [
          `${program} in a new container of ${image}, without network and volumes`,
          'opsdeck removes the container when the program has ended',
        ],
        earlier: { imageId, name },
      };
    },

    permits: (_, signal) => checkDaemonAccess(daemon, signal),

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const { image = '', service } = plan.params;
      const [target] = plan.targets;
      if (service !== undefined) return findContainerDrift(daemon, plan, { service }, signal);
      const found = await imageIdOf(daemon, image, signal);
      const planned = target?.saw ?? '';
      return found === planned ? undefined : { target: image, planned, found };
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { argv, timeout, service } = plan.params;
      const line = plan.calls[0]?.command ?? '';
      const { imageId, like, name } = zEarlier.parse(plan.earlier);
      const container: OneOffContainer = {
        name,
        imageId,
        argv,
        ...defined({ service, like }),
        timeoutMs: parseDuration(timeout ?? defaultTimeout) ?? 0,
      };
      yield { is: 'call', line };
      const { code, words, ok } = yield* runOneOff(daemon, container, change, signal);
      yield* exitStatusEvents(defined({ status: code }));
      yield { is: 'answered', line, status: words, ok };
    },
  };
});
