import type { ChildProcess } from 'node:child_process';

/** A process of ours that has to be ended. */
export interface Tracked {
  /** SIGTERM, and SIGKILL to one that is still there after a while. Resolves when it has ended. */
  end(): Promise<void>;
}

/** `group`: it was started detached, and whatever it has started in its turn is ended with it. */
export interface Tracking {
  readonly group?: boolean;
}

type Kill = (signal: 'SIGTERM' | 'SIGKILL') => void;

const patienceMs = 8000;
const alive = new Set<Kill>();

// The last resort: whatever ends this process, nothing that it started outlives it.
process.on('exit', () => {
  for (const kill of alive) kill('SIGKILL');
});

/** Keeps a process in mind until it has ended. By its id, never by its name. */
export const track = (child: ChildProcess, { group = false }: Tracking = {}): Tracked => {
  const kill: Kill = (signal) => {
    if (!group || child.pid === undefined) child.kill(signal);
    else killGroup(child.pid, signal);
  };
  alive.add(kill);
  const over = new Promise<void>((resolve) => {
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
      const timer = setTimeout(() => kill('SIGKILL'), patienceMs);
      await over;
      clearTimeout(timer);
    },
  };
};

const killGroup: (pid: number, signal: NodeJS.Signals) => void = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of that group is left.
  }
};
