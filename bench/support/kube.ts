import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../programs/kube-server.ts', import.meta.url));

/** What the server says, and when by the clock that all processes share (ms since the epoch). */
export interface Said {
  readonly is: 'ready' | 'first-chunk' | 'sent';
  readonly at: number;
  readonly port?: number;
  readonly watchers?: number;
}

/** The API server of `count` pods, in a process of its own. */
export interface KubeServer extends AsyncDisposable {
  readonly url: string;
  /** Path of a kubeconfig whose only context is `bench`. */
  readonly kubeconfig: string;
  /** The next thing of this kind that it says. */
  next(is: Said['is']): Promise<Said>;
  /** This pod crashes now. */
  crash(index: number): void;
}

/** Ms since the epoch, by the clock that the server's words carry. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

export const startKubeServer = async (count: number, dir: string): Promise<KubeServer> => {
  const child = spawn(process.execPath, [program, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { readonly is: Said['is']; readonly resolve: (said: Said) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Said;
    const index = waiting.findIndex(({ is }) => is === said.is);
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(said);
  });
  const next = (is: Said['is']): Promise<Said> => new Promise((resolve) => waiting.push({ is, resolve }));
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
      users: [{ name: 'bench', user: { token: 'bench' } }],
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
