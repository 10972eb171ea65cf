import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineReader } from './line-reader.ts';
import { startPlatform } from './platform.ts';
import type { RequestReport } from './request-counter.ts';

const program = fileURLToPath(new URL('../programs/scale-server.ts', import.meta.url));

/** Size of each environment of the simulated system. */
export interface SystemSize {
  readonly pods: number;
  readonly services: number;
  /** Consumer groups with four partitions each. */
  readonly groups: number;
  readonly environments: number;
}

/** Requests by type of source since the last report. */
export type SystemReport = Readonly<Record<ScaleSource, RequestReport>>;

export type ScaleSource = 'kubernetes' | 'kafka' | 'http';

/** Simulated servers of a large system, in separate processes. */
export interface LargeSystem extends AsyncDisposable {
  /** Makes this number of pods of the first environment change per second. */
  change(perSecond: number): void;
  report(): Promise<SystemReport>;
  /** Writes a profile for each environment, and returns their directory. The first one is called `e0`. */
  writeProfiles(name: string, options: ProfileOptions): Promise<string>;
}

/** Content of the profiles besides the addresses. */
export interface ProfileOptions {
  readonly sources: readonly ScaleSource[];
  /** Further keys of each source. */
  readonly settings: Readonly<Record<ScaleSource, string>>;
  readonly environments: number;
}

const kubeconfigOf = (port: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench', namespace: 'shop' } }],
  });

const signalsOf: Readonly<Record<ScaleSource, readonly string[]>> = {
  kubernetes: [
    '{ id: app.ready, source: kubernetes, read: { ready: deployment/app-0 }, warn: "<1" }',
    '{ id: app.memory, source: kubernetes, read: { memory: "app=app-0", fold: max }, unit: bytes }',
  ],
  kafka: ['{ id: group.lag, source: kafka, read: { lag: group-0 }, warn: ">=100000" }'],
  http: ['{ id: s0.latency, source: http, read: { latency: s0 }, unit: ms, warn: ">=1000" }'],
};

/** Starts the servers. `dir`: an empty directory for kubeconfigs and profiles. */
export const startLargeSystem = async (size: SystemSize, dir: string): Promise<LargeSystem> => {
  const platform = await startPlatform({ topics: 500, partitions: 4, groups: size.groups });
  const child = spawn(process.execPath, [program, JSON.stringify(size)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const nextLine = lineReader(child);
  const { kubePorts, healthPort } = JSON.parse(await nextLine()) as {
    readonly kubePorts: readonly number[];
    readonly healthPort: number;
  };
  const checks = Array.from(
    { length: size.services },
    (_, index) => `{ service: s${index}, path: /s${index} }`,
  );
  const sourceOf = (source: ScaleSource, env: number): string => {
    if (source === 'kubernetes') return `kubeconfig: kubeconfig-${env}.json, context: bench`;
    if (source === 'kafka') return `brokers: "${platform.kafka}"`;
    return `url: "http://127.0.0.1:${healthPort}/e${env}", checks: [${checks.join(', ')}]`;
  };
  return {
    change: (perSecond) => void child.stdin.write(`change ${perSecond}\n`),
    report: async () => {
      child.stdin.write('report\n');
      const [servers, kafka] = await Promise.all([nextLine(), platform.report()]);
      return { ...(JSON.parse(servers) as Omit<SystemReport, 'kafka'>), kafka };
    },
    writeProfiles: async (name, { sources, settings, environments }) => {
      const profiles = join(dir, name);
      await mkdir(profiles);
      for (let env = 0; env < environments; env += 1) {
        await writeFile(join(profiles, `kubeconfig-${env}.json`), kubeconfigOf(kubePorts[env] ?? 0));
        const entries = sources.map(
          (source) => `  ${source}: { type: ${source}, ${sourceOf(source, env)}${settings[source]} }`,
        );
        const signals = sources.flatMap((source) => signalsOf[source].map((signal) => `  - ${signal}`));
        const head = `opsdeck: 1\nsystem: bench\nenv: e${env}\ntier: dev\n`;
        await writeFile(
          join(profiles, `e${env}.yaml`),
          `${head}sources:\n${entries.join('\n')}\nsignals:\n${signals.join('\n')}\n`,
        );
      }
      return profiles;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await platform[Symbol.asyncDispose]();
    },
  };
};
