import type { WebSocket } from 'ws';
import type { Millis } from '../../../domain/base/fault.ts';
import { endEphemeralRun } from '../../model/cluster/ephemeral-containers.ts';
import type { EphemeralRun, PodRuntime } from '../../model/cluster/state/pod-runtime.ts';
import type { ContainerLogLine } from '../../model/logs/container-log.ts';
import type { Pod } from '../../model/spec/cluster-objects.ts';
import { createInteractiveShell } from '../container-tools/interactive-shell.ts';
import type { PodSession } from './api-context.ts';
import { execChannel, execChannelsOf, exitStatus, messageBytes } from './exec-channels.ts';
import { runPodCommand } from './pod-commands.ts';
import { watchPollMs } from './watch.ts';

/** True when the process of a container runs: of a regular one, or of an ephemeral one. */
export const isContainerRunning = ({ spec }: Pod, life: PodRuntime, container: string): boolean => {
  const isRegular = spec.containers.some(({ name }) => name === container);
  if (isRegular) return life.step === 'running' || life.step === 'starting';
  return life.ephemeral.get(container)?.step === 'running';
};

/** The shell of an ephemeral container, which outlives the connections to its terminal. */
interface TerminalShell {
  input(text: string): void;
  readonly outputs: Set<(text: string) => void>;
}

const shells = new WeakMap<EphemeralRun, TerminalShell>();

const startShell = ({ seat, pod, life }: PodSession, run: EphemeralRun): TerminalShell => {
  const { model, clock, env } = seat.view;
  const { database } = model.environmentAt(env, clock.now()).parts;
  const toClock = (time: Millis) => model.toClock(time);
  const outputs = new Set<(text: string) => void>();
  const shell = createInteractiveShell(
    `/ # `,
    (argv) => {
      const outcome = runPodCommand({ cluster: seat.cluster(), database, pod, life, argv, toClock });
      return outcome.kind === 'done' ? outcome : undefined;
    },
    {
      write: (text) => {
        for (const output of outputs) output(text);
      },
      exit: (code) => endEphemeralRun(seat.cluster(), life, run, code),
    },
  );
  return { input: shell.input, outputs };
};

/**
 * Connects a client with the terminal of an ephemeral container, or with the output of a regular one. What was written before
 * is not sent again. At the end of the process, the kubelet reports success, whatever the exit status.
 */
export const serveAttach = (session: PodSession, container: string, socket: WebSocket): void => {
  const { seat, pod, life } = session;
  const channels = execChannelsOf(socket);
  const { stdin, stdout, ending } = execChannel;
  const end = (): void => {
    channels.send(ending, JSON.stringify(exitStatus(0)));
    channels.close();
  };
  const stops: (() => void)[] = [];
  const endIfOver = (): void => {
    const isGone = seat.cluster().life(life.namespace, life.name) !== life;
    if (isGone || !isContainerRunning(pod, life, container)) end();
  };
  const run = life.ephemeral.get(container);
  if (run === undefined)
    stops.push(life.log.follow(({ text }: ContainerLogLine) => channels.send(stdout, `${text}\n`)));
  else {
    const shell = shells.get(run) ?? startShell(session, run);
    shells.set(run, shell);
    const output = (text: string): void => channels.send(stdout, text);
    shell.outputs.add(output);
    stops.push(() => shell.outputs.delete(output));
    socket.on('message', (data) => {
      const bytes = messageBytes(data);
      if (bytes[0] !== stdin) return;
      shell.input(bytes.subarray(1).toString('utf8'));
      endIfOver();
    });
  }
  stops.push(seat.view.clock.every(watchPollMs, endIfOver));
  socket.once('close', () => {
    for (const stop of stops) stop();
  });
};
