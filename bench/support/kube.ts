import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../programs/kube-server.ts', import.meta.url));

/** A line of the server's output with its time (ms since the epoch), on a clock shared by all processes. */
export interface ServerMessage {
  readonly is: 'ready' | 'first-chunk' | 'sent';
  readonly at: number;
  readonly port?: number;
  readonly watchers?: number;
}

/** An API server with `count` pods in a separate process. */
export interface KubeServer extends AsyncDisposable {
  readonly url: string;
  /** Path of a kubeconfig whose only context is `bench`. */
  readonly kubeconfig: string;
  /** The next output of this kind. */
  next(is: ServerMessage['is']): Promise<ServerMessage>;
  /** Makes this pod crash now. */
  crash(index: number): void;
}

/** Milliseconds since the epoch, on the clock of the server's output. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

/** `linesPerSecond`: lines that each followed container logs. */
export const startKubeServer = async (
  count: number,
  dir: string,
  linesPerSecond = 0,
): Promise<KubeServer> => {
  const child = spawn(process.execPath, [program, String(count), String(linesPerSecond)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { readonly is: ServerMessage['is']; readonly resolve: (message: ServerMessage) => void }[] =
    [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as ServerMessage;
    const index = waiting.findIndex(({ is }) => is === message.is);
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(message);
  });
  const next = (is: ServerMessage['is']): Promise<ServerMessage> =>
    new Promise((resolve) => waiting.push({ is, resolve }));
  const { port = 0 } = await next('ready');
  const url = `http://127.0.0.1:${port}`;
  const kubeconfig = join(dir, 'kubeconfig.json');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bench',
      clusters: [{ name: 'bench', cluster: { server: url } }],
      users: [{ name: 'bench', user: { token: 'bench-token' } }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench', namespace: 'shop' } }],
    }),
  );
  return {
    url,
    kubeconfig,
    next,
    crash: (index) => void child.stdin.write(`${index}\n`),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
    },
  };
};
