/**
 * Environment variable with the process ID of the launcher (bin/opsdeck.js), if one started this process on another
 * Node.
 */
const variable = 'OPSDECK_LAUNCHER';
/**
 * File descriptor of a pipe whose other end only the launcher holds: the kernel closes it when the launcher exits for
 * any reason.
 */
const pipe = 3;
/** Exit code after SIGKILL: 128 + 9. */
const killed = 137;

let launcher: number | undefined;

const isOrphaned = (): boolean => launcher !== undefined && process.ppid !== launcher;

/** Exits at once: `exit` listeners restore the terminal, and no request is sent any more. */
const end = (): void => process.exit(killed);

/**
 * Ends this process if its launcher has exited. Called before every change, because the pipe is read only between two
 * turns of the event loop.
 */
export const exitIfOrphaned = (): void => {
  if (isOrphaned()) end();
};

/**
 * Ties this process to the launcher that started it. A user who kills the launcher with SIGKILL or SIGQUIT means
 * opsdeck; a run must not continue unattended. Does nothing without a launcher.
 */
export const exitWithLauncher = async (env: NodeJS.ProcessEnv = process.env): Promise<void> => {
  const pid = Number(env[variable] ?? '');
  // Child processes of opsdeck have another parent.
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
