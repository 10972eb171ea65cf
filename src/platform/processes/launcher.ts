/** Names the process id of the launcher (bin/opsdeck.js), where one has started this process on another Node. */
const variable = 'OPSDECK_LAUNCHER';
/** A pipe that only the launcher holds the other end of: the kernel closes it when the launcher ends, however it ends. */
const pipe = 3;
/** As after SIGKILL: 128 + 9. */
const killed = 137;

let launcher: number | undefined;

const isOrphaned = (): boolean => launcher !== undefined && process.ppid !== launcher;

/** At once: what listens to `exit` gives the terminal back, and nothing is sent any more. */
const end = (): void => process.exit(killed);

/** Ends this process when its launcher has ended. Asked before every change, as the pipe is heard only between two turns of the event loop. */
export const exitIfOrphaned = (): void => {
  if (isOrphaned()) end();
};

/**
 * From now on this process ends with the launcher that started it: whoever ends that one with SIGKILL or SIGQUIT means
 * opsdeck, and would leave a run going on behind their back. Without a launcher it does nothing.
 */
export const exitWithLauncher = async (env: NodeJS.ProcessEnv = process.env): Promise<void> => {
  const pid = Number(env[variable] ?? '');
  // Programs that opsdeck starts have another parent.
  delete env[variable];
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  launcher = pid;
  exitIfOrphaned();
  const { Socket } = await import('node:net');
  const line = new Socket({ fd: pipe });
  for (const event of ['end', 'close', 'error']) line.on(event, end);
  line.resume();
  line.unref();
};
