import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lineReader } from './line-reader.ts';
import type { RequestReport } from './request-counter.ts';

const program = fileURLToPath(new URL('../programs/platform-simulator.ts', import.meta.url));

/** Addresses of the brokers and the database of the large simulator. */
export interface Platform extends AsyncDisposable {
  readonly kafka: string;
  readonly postgres: string;
  /** Kafka requests since the last report. */
  report(): Promise<RequestReport>;
}

/** Sizes of the simulated Kafka cluster. */
export interface PlatformSizes {
  readonly topics: number;
  /** Partitions of each topic. */
  readonly partitions: number;
  readonly groups: number;
}

/** Starts the large simulator in a separate process. */
export const startPlatform = async (sizes: Partial<PlatformSizes> = {}): Promise<Platform> => {
  const child = spawn(process.execPath, [program, JSON.stringify(sizes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const nextLine = lineReader(child);
  const addresses = JSON.parse(await nextLine()) as { kafka: string; postgres: string };
  return {
    ...addresses,
    report: async () => {
      child.stdin.write('report\n');
      return JSON.parse(await nextLine()) as RequestReport;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
    },
  };
};
