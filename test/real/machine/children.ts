import type { ChildProcess } from 'node:child_process';

/** A child process to be killed at the end. */
export interface Tracked {
  /** Sends SIGTERM, then SIGKILL after a timeout. Resolves when it has exited. */
  end(): Promise<void>;
}

/** `group`: it was started detached, and is killed with its child processes. */
export interface Tracking {
  readonly group?: boolean;
}

type Kill = (signal: 'SIGTERM' | 'SIGKILL') => void;

const graceMs = 8000;
const alive = new Set<Kill>();

// Last resort: when this process exits for any reason, no child outlives it.
process.on('exit', () => {
  for (const kill of alive) kill('SIGKILL');
});

/** Tracks a process by its id, never by its name, until it has exited. */
export const track = (child: ChildProcess, { group = false }: Tracking = {}): Tracked => {
  const kill: Kill = (signal) => {
    if (!group || child.pid === undefined) child.kill(signal);
    else killGroup(child.pid, signal);
  };
  alive.add(kill);
  const exited = new Promise<void>((resolve) => {
    const ended = (): void => {
      alive.delete(kill);
      resolve();
    };
    child.once('close', ended);
    child.once('error', ended);
  });
  return {
    end: async () => {
      kill('SIGTERM');
      const timer = setTimeout(() => kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
};

const killGroup: (pid: number, signal: NodeJS.Signals) => void = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch {
    // The process group is empty.
  }
};
