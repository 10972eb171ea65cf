import { z } from 'zod';
import { stripControls } from '../../../domain/controls.ts';
import type { Millis } from '../../../domain/fault.ts';
import { formatArgv } from '../../../domain/format.ts';
import type { ActEvent } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { statusText } from '../../../platform/network/status.ts';
import { runMark } from '../../../platform/processes/program.ts';
import { killRemote, remoteKillArgv } from '../../../platform/processes/remote-kill.ts';
import { newRunId } from '../../../platform/random.ts';
import { secretMasker } from '../../../platform/terminal/secrets.ts';
import { declareOperation, defineOperation, exitStatusEvents } from '../../define-operation.ts';
import { findPasswords } from '../../secrets.ts';
import { field, number, text } from '../../wire-value.ts';
import { defaultDaemonUrl, zDockerName } from '../config.ts';
import type { Daemon, DockerContext } from '../daemon.ts';
import { daemonErrorText } from '../daemon.ts';
import { frameLines, parseFrames } from '../logs/frames.ts';
import { runInContainer } from '../run-in-container.ts';
import {
  checkDaemonAccess,
  containerTarget,
  findContainerDrift,
  selectContainers,
} from './container-selection.ts';

const execParams = z.strictObject({
  container: zDockerName.meta({ description: 'container' }),
  argv: z
    .array(z.string())
    .min(1)
    .meta({ description: 'program in the container and its arguments; no shell' }),
});

/** Stored in the plan: the container ids, and the marker that identifies the started processes. */
const zEarlier = z.strictObject({ ids: z.array(z.string()), mark: z.string() });

const execPath = (id: string): string => `/containers/${id}/exec`;

/** Formats the command for a shell: `docker exec NAME PROGRAM…`, for a non-default daemon `docker -H …`. */
const commandLine = ({ address }: Daemon, container: string, argv: readonly string[]): string => {
  const at = address.name === defaultDaemonUrl ? [] : ['-H', address.name.replace(/^https?:/, 'tcp:')];
  return secretMasker.mask(formatArgv(['docker', ...at, 'exec', container, ...argv]));
};

const declared = declareOperation({
  name: 'exec',
  danger: 'as-step',
  params: execParams,
  resultKinds: ['status'],
  bindingRules: { argv: 'argv' },
});

/** `exec`: runs a program in a container. Only the author knows its effects: the step declares its danger. */
export const dockerExec = defineOperation(declared, ({ daemon }: DockerContext) => ({
  plan: async ({ container, argv }, signal) => {
    for (const secret of findPasswords(argv.join(' '))) secretMasker.add(secret);
    const containers = await selectContainers(daemon, { container }, signal);
    const down = containers.find(({ state }) => state !== 'running');
    if (down !== undefined)
      throw new PlanError('not-applicable', `${down.name} is not running: its state is ${down.state}`);
    const targets = containers.map((one) => containerTarget(daemon, one.name, one));
    const mark = newRunId();
    const body = secretMasker.mask(JSON.stringify(execBody(argv, mark)));
    return {
      targets,
      calls: containers.map(({ id, name }, target) => ({
        line: daemon.requestLine('POST', execPath(id)),
        body,
        command: commandLine(daemon, name, argv),
        target,
      })),
      objects: targets.map(
        ({ where, saw }) => `${secretMasker.mask(formatArgv(argv))} in container ${where}: ${saw}`,
      ),
      lost: 'effects of this program: opsdeck does not know them and cannot undo them',
      earlier: { ids: containers.map(({ id }) => id), mark },
    };
  },

  permits: (_, signal) => checkDaemonAccess(daemon, signal),

  recheck: (plan, signal) => {
    const { container } = plan.params;
    return findContainerDrift(daemon, plan, { container }, signal);
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const { argv } = plan.params;
    const { ids, mark } = zEarlier.parse(plan.earlier);
    for (const [index, container] of ids.entries()) {
      const path = execPath(container);
      const line = plan.calls[index]?.command ?? daemon.requestLine('POST', path);
      yield { is: 'call', line };
      const made = await daemon.createExec(
        change,
        { method: 'POST', path, body: execBody(argv, mark) },
        signal,
      );
      const id = made.status === 201 ? text(field(made.json(), 'Id')) : undefined;
      if (id === undefined || !/^[0-9a-f]+$/.test(id)) {
        const status = `${statusText(made.status)}: ${daemonErrorText(made)}`;
        yield { is: 'answered', line, status, ok: false };
        return;
      }
      yield* runExec(daemon, { id, line, container, mark }, change, signal);
    }
  },
}));

const execBody = (argv: readonly string[], mark: string) => ({
  AttachStdout: true,
  AttachStderr: true,
  Cmd: argv,
  Env: [`${runMark}=${mark}`],
});

/** An exec that was created in a container. */
interface CreatedExec {
  readonly id: string;
  readonly line: string;
  readonly container: string;
  readonly mark: string;
}

/** Starts an exec, and yields its output and exit status. An interrupted program is ended in the container. */
async function* runExec(
  daemon: Daemon,
  ordered: CreatedExec,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const { id, line } = ordered;
  const start = {
    method: 'POST',
    path: `/exec/${id}/start`,
    body: { Detach: false, Tty: false },
    command: line,
  } as const;
  let stage: ExecStage = 'sent';
  try {
    const answer = await daemon.sendStream(change, start, signal);
    if (answer.status !== 200) {
      const body = await answer.text();
      const words = daemonErrorText({ text: body, json: () => JSON.parse(body) });
      yield { is: 'answered', line, status: `${statusText(answer.status)}: ${words}`, ok: false };
      return;
    }
    stage = 'begun';
    for await (const output of frameLines(parseFrames(answer.chunks), { stamped: false }))
      yield { is: 'output', text: secretMasker.mask(stripControls(output.replace(/\r$/, ''))) };
    stage = 'over';
    const { code, ...end } = await readExecEnd(daemon, id, signal);
    yield* exitStatusEvents(code === undefined ? {} : { status: code });
    yield { is: 'answered', line, ...end };
  } catch (error) {
    const why = daemon.fault(start.path, error, start.method).message;
    const fate = await describeExecOutcome(daemon, ordered, stage, change);
    yield { is: 'answered', line, status: `${why}; ${fate}`, ok: false };
  }
}

/** Known progress of a program. */
type ExecStage = 'sent' | 'begun' | 'over';

/**
 * Ends an interrupted program by a second exec in its container, since the Engine API cannot end an exec. Describes the
 * outcome. Never throws.
 */
const describeExecOutcome = async (
  daemon: Daemon,
  { id, container, mark }: CreatedExec,
  stage: ExecStage,
  change: ChangeIo,
): Promise<string> => {
  if (stage === 'over') return 'the exit status of the program is unknown';
  const inContainer = runInContainer(daemon);
  const fate = await killRemote({
    mark,
    clock: change.clock,
    run: (program, stop) => inContainer({ end: container }, program, change, stop),
    program: { argv: remoteKillArgv(mark) },
  });
  if (await isExecRunning(daemon, id, change)) return `${fate}; the daemon reports that it is still running`;
  return stage === 'begun'
    ? `${fate}; its effects so far remain`
    : `the program may not have started; if it did: ${fate}`;
};

/** Together with the time to end the program, below the time limit of a cancel. */
const statusTimeoutMs: Millis = 1500;

/** Asks the daemon whether an exec is still running. Never throws. */
const isExecRunning = async (daemon: Daemon, id: string, { clock }: ChangeIo): Promise<boolean> => {
  const { signal, clear } = clock.deadline(statusTimeoutMs);
  try {
    return field(await daemon.getJson(`/exec/${id}/json`, signal), 'Running') === true;
  } catch {
    return false;
  } finally {
    clear();
  }
};

/** Reads how an exec ended. A program that closed its outputs may still be running. */
const readExecEnd = async (
  daemon: Daemon,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly status: string; readonly ok: boolean; readonly code?: number }> => {
  const page = await daemon.getJson(`/exec/${id}/json`, signal);
  const status = number(field(page, 'ExitCode'));
  if (field(page, 'Running') === true || status === undefined)
    return { status: 'output ended, but the program is still running', ok: false };
  return { status: `exited with status ${status}`, ok: status === 0, code: status };
};
