import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { newRunId } from '../../../platform/runtime/random.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { execFileDrift, resolveExecFile } from '../../kit/operations/exec-files.ts';
import {
  execFileShape,
  irreversibleText,
  redirectedCommand,
  refineExecFile,
  zExecTimeout,
} from '../../kit/operations/exec-params.ts';
import { findPasswords } from '../../kit/values/secrets.ts';
import {
  checkDaemonAccess,
  containerTarget,
  findContainerDrift,
  selectContainers,
} from '../containers/container-selection.ts';
import { zDockerName } from '../daemon/config.ts';
import type { Daemon, DockerContext } from '../daemon/daemon.ts';
import { containerExecPath, dockerArgv, execBody, runContainerProgram } from './exec-run.ts';

const execParams = z
  .strictObject({
    container: zDockerName.meta({ description: 'container' }),
    argv: z
      .array(z.string())
      .min(1)
      .meta({ description: 'program to run in the container, with arguments. No shell is involved' }),
    ...execFileShape('{time} and {container}'),
    timeout: zExecTimeout('how long the program may run (default: the timeout of the step, at most 2h)'),
  })
  .superRefine(refineExecFile);

type ExecParams = z.infer<typeof execParams>;

/** Stored in the plan: the container ids, the marker that identifies the started processes, and the local file. */
const zEarlier = z.strictObject({
  ids: z.array(z.string()),
  mark: z.string(),
  file: z.strictObject({ path: z.string(), print: z.string() }).exactOptional(),
});

/** Formats the command for a shell: `docker exec NAME PROGRAM…`, for a non-default daemon `docker -H …`. */
const commandLine = (
  daemon: Daemon,
  container: string,
  params: ExecParams,
  file: string | undefined,
): string => {
  const input = params.feed === undefined ? [] : ['-i'];
  const argv = [...dockerArgv(daemon, 'exec'), ...input, container, ...params.argv];
  return secretMasker.mask(redirectedCommand(formatArgv(argv), params, file));
};

const declared = declareOperation({
  name: 'exec',
  danger: 'as-step',
  params: execParams,
  resultKinds: ['status'],
  bindingRules: { argv: 'argv', complete: 'pattern', abort: 'fixed' },
});

/** `exec`: runs a program in a container. Only the author knows its effects: the step declares its danger. */
export const dockerExec = defineOperation(declared, ({ daemon, dir }: DockerContext) => ({
  plan: async (params, signal) => {
    const { container, argv, feed } = params;
    for (const secret of findPasswords(argv.join(' '))) secretMasker.add(secret);
    const containers = await selectContainers(daemon, { container }, signal);
    const down = containers.find(({ state }) => state !== 'running');
    if (down !== undefined)
      throw new PlanError(
        'not-applicable',
        `the container ${down.name} is not running, but ${down.state}: start the container first`,
      );
    const file = await resolveExecFile(daemon.io, params, { dir, names: { container } }, signal).catch(
      (error: unknown) => {
        throw error instanceof WireError ? new PlanError('failed', error.message) : error;
      },
    );
    const targets = containers.map((currentContainer) =>
      containerTarget(daemon, currentContainer.name, currentContainer),
    );
    const mark = newRunId();
    const body = secretMasker.mask(JSON.stringify(execBody(argv, mark, feed !== undefined)));
    return {
      targets,
      calls: containers.map(({ id, name }, target) => ({
        line: daemon.requestLine('POST', containerExecPath(id)),
        body,
        command: commandLine(daemon, name, params, file?.path),
        target,
      })),
      objects: [
        ...targets.map(
          ({ where, saw }) => `${secretMasker.mask(formatArgv(argv))} in container ${where}: ${saw}`,
        ),
        ...(file === undefined ? [] : [file.words]),
      ],
      lost: irreversibleText(params),
      // A read-only step that feeds a file (a dry run of a restore) declares so itself.
      ...(feed === undefined ? {} : { danger: 'destructive' }),
      earlier: {
        ids: containers.map(({ id }) => id),
        mark,
        ...(file === undefined ? {} : { file: { path: file.path, print: file.fingerprint ?? '' } }),
      },
    };
  },

  permits: (_, signal) => checkDaemonAccess(daemon, signal),

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const { container } = plan.params;
    const { file } = zEarlier.parse(plan.earlier);
    const moved =
      file && (await execFileDrift(daemon.io.disk, plan.params, file, plan.targets[0]?.name ?? '', signal));
    return moved ?? findContainerDrift(daemon, plan, { container }, signal);
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { timeout, ...params } = plan.params;
    const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
    const { ids, mark, file } = zEarlier.parse(plan.earlier);
    for (const [index, container] of ids.entries()) {
      const line = plan.calls[index]?.command ?? daemon.requestLine('POST', containerExecPath(container));
      yield { is: 'call', line };
      const program = {
        ...params,
        container,
        mark,
        line,
        ...defined({ file: file?.path, timeoutMs }),
      };
      if (!(yield* runContainerProgram(daemon, program, change, signal))) return;
    }
  },
}));
