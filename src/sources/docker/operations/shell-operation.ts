import { z } from 'zod';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { statusText } from '../../../platform/network/status.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { InteractiveTerminal } from '../../../platform/terminal/interactive-terminal.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import {
  actShell,
  connectShellInput,
  leftByOperator,
  shellActionParts,
  shellArgv,
  shellGreeting,
  shellLoss,
} from '../../kit/operations/shell-operation.ts';
import { field, number, text } from '../../kit/values/wire-value.ts';
import {
  checkDaemonAccess,
  containerTarget,
  findContainerDrift,
  selectContainers,
} from '../containers/container-selection.ts';
import { zDockerName } from '../daemon/config.ts';
import type { Daemon, DockerContext } from '../daemon/daemon.ts';
import { daemonErrorText } from '../daemon/daemon.ts';
import { containerExecPath, dockerArgv } from './exec-run.ts';

const shellAction: GenericAction = {
  ...shellActionParts,
  id: 'shell-in-container',
  title: 'Shell in container',
  step: 'Shell in container ${param.container}',
  where: 'kind = container and not status in (exited, failed, created, OOMKilled, completed, ended)',
  params: [{ name: 'container', type: 'choice', from: 'workloads.name', title: 'Container' }],
  with: { container: '${param.container}' },
};

const declared = declareOperation({
  name: 'shell',
  danger: 'destructive',
  params: z.strictObject({ container: zDockerName.meta({ description: 'container' }) }),
  actions: [shellAction],
});

/** Source: Docker Engine API, Exec. With a terminal, the connection carries its raw bytes in both directions. */
const execBody = {
  AttachStdin: true,
  AttachStdout: true,
  AttachStderr: true,
  Tty: true,
  Cmd: shellArgv,
};

/** Refuses a response with another status than the expected one. */
const refused = (answer: { readonly status: number; readonly text: string }): WireError =>
  new WireError(
    'unreachable',
    `${statusText(answer.status)}: ${daemonErrorText({ text: answer.text, json: () => JSON.parse(answer.text) })}`,
  );

interface ShellTarget {
  readonly daemon: Daemon;
  /** ID of the container. */
  readonly id: string;
  readonly name: string;
  /** The command, in the record of the run. */
  readonly line: string;
}

/** The end of the shell: 'exited with status 0'. */
const readEnd = async (daemon: Daemon, exec: string, signal: AbortSignal): Promise<string> => {
  const status = number(field(await daemon.getJson(`/exec/${exec}/json`, signal), 'ExitCode'));
  return status === undefined
    ? 'the connection was closed before the exit status of the shell was known'
    : `exited with status ${status}`;
};

/** Runs a shell in the terminal until it exits, or the operator leaves. Throws WireError. */
const runShell = async (
  { daemon, id, name, line }: ShellTarget,
  terminal: InteractiveTerminal,
  change: ChangeIo,
  signal: AbortSignal,
): Promise<string> => {
  terminal.write(shellGreeting(name));
  const made = await daemon.createExec(
    change,
    { method: 'POST', path: containerExecPath(id), body: execBody },
    signal,
  );
  const exec = made.status === 201 ? text(field(made.json(), 'Id')) : undefined;
  if (exec === undefined || !/^[0-9a-f]+$/.test(exec)) throw refused(made);
  const { columns, rows } = terminal.size();
  const start = { Detach: false, Tty: true, ConsoleSize: [rows, columns] };
  const opened = await daemon.upgrade(
    change,
    { method: 'POST', path: `/exec/${exec}/start`, body: start, command: line },
    signal,
  );
  const { wire } = opened;
  if (wire === undefined) throw refused(opened);
  let hasLeft = false;
  connectShellInput(terminal, {
    // A lost connection ends the output, where it is reported; a size that is refused changes the layout only.
    send: (bytes) => void wire.send(bytes).catch(() => {}),
    resize: ({ columns: width, rows: height }) => {
      const path = `/exec/${exec}/resize?h=${height}&w=${width}`;
      void daemon.send(change, { method: 'POST', path }, signal).catch(() => {});
    },
    leave: () => {
      hasLeft = true;
      wire.close();
    },
  });
  try {
    for await (const bytes of wire.chunks) terminal.write(bytes);
  } catch (error) {
    if (!hasLeft || !(error instanceof WireError) || error.kind === 'cancelled') throw error;
  } finally {
    wire.close();
  }
  return hasLeft ? leftByOperator : readEnd(daemon, exec, signal);
};

const zEarlier = z.strictObject({ id: z.string() });

/** `shell`: opens an interactive shell in a container, in the terminal of the cockpit. */
export const dockerShell = defineOperation(declared, ({ daemon, source }: DockerContext) => ({
  plan: async ({ container }, signal) => {
    const [foundContainer, other] = await selectContainers(daemon, { container }, signal);
    if (foundContainer === undefined || other !== undefined)
      throw new PlanError(
        'not-applicable',
        `${container} is not the name of one container. Write the name of a running container`,
      );
    if (foundContainer.state !== 'running')
      throw new PlanError(
        'not-applicable',
        `a shell needs a running container: ${foundContainer.name} is ${foundContainer.state}. Start the container first`,
      );
    const command = formatArgv([...dockerArgv(daemon, 'exec'), '-it', foundContainer.name, ...shellArgv]);
    return {
      targets: [containerTarget(daemon, foundContainer.name, foundContainer)],
      calls: [{ line: daemon.requestLine('POST', containerExecPath(foundContainer.id)), command, target: 0 }],
      objects: [
        `a shell in container ${foundContainer.name}, ${foundContainer.image}: anything there can be changed`,
      ],
      lost: shellLoss,
      earlier: { id: foundContainer.id },
    };
  },
  permits: (_, signal) => checkDaemonAccess(daemon, signal),
  recheck: (plan, signal) => findContainerDrift(daemon, plan, plan.params, signal),
  act: (plan, change, signal) => {
    const { id } = zEarlier.parse(plan.earlier);
    const [call] = plan.calls;
    const line = call?.command ?? call?.line ?? '';
    const target = { daemon, id, line, name: plan.targets[0]?.name ?? id };
    return actShell({ source, line }, change, (terminal) => runShell(target, terminal, change, signal));
  },
}));
