import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../programs/platform-simulator.ts', import.meta.url));

/** Addresses of the brokers and the database of the large simulator. */
export interface Platform extends AsyncDisposable {
  readonly kafka: string;
  readonly postgres: string;
}

/** Starts the large simulator in a separate process. */
export const startPlatform = async (): Promise<Platform> => {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  const addresses = JSON.parse(line) as { kafka: string; postgres: string };
  return {
    ...addresses,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
    },
  };
};
