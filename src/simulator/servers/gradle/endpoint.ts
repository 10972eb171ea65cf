import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { type DetachedSession, runDetachedScript } from '../http/detached-scripts.ts';
import { serve } from '../http/http-server.ts';
import { listenOnLoopback, quietPorts } from '../http/loopback.ts';
import type { FindProgram } from '../http/programs.ts';
import {
  changeRecorderFor,
  type ProtocolEndpoint,
  type SimulatorContext,
} from '../http/simulator-context.ts';

const zCall = z.object({ does: z.enum(['start', 'run', 'stop']), args: z.array(z.string()) });

/**
 * `gradlew` as a file: the simulator at `url` starts the service. It runs until TERM, or until the simulator ends or reports
 * that the service has been stopped.
 */
export const gradleWrapperSource = (node: string, url: string): string => `#!${node}
const args = process.argv.slice(2);
const call = async (does) => {
  const answer = await fetch(${JSON.stringify(url)}, { method: 'POST', body: JSON.stringify({ does, args }) });
  const { out } = await answer.json();
  process.stdout.write(out);
  if (answer.status !== 200) process.exit(1);
};
const end = () => call('stop').finally(() => process.exit(143));
process.once('SIGTERM', end);
await call('start');
setInterval(() => call('run').catch(() => process.exit(1)), 1000);
`;

/** Listens on a free one of the quiet ports, and resolves to it. Rejects after a hundred that are not free. */
const listenBelow = async (server: Server): Promise<number> => {
  for (let tries = 1; ; tries += 1)
    try {
      return await listenOnLoopback(server, randomInt(quietPorts.lowest, quietPorts.end));
    } catch (error) {
      if (tries === 100) throw error;
    }
};

/** A port of this machine that is open while the service listens, and refuses connections before. */
const reservePort = async (): Promise<{
  readonly port: number;
  open(): Promise<void>;
  close(): Promise<void>;
}> => {
  const close = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()));
  const first = createServer();
  const port = await listenBelow(first);
  await close(first);
  let server: Server | undefined;
  return {
    port,
    open: async () => {
      server ??= createServer((socket) => socket.destroy());
      if (!server.listening) await listenOnLoopback(server, port);
    },
    close: async () => {
      const open = server;
      server = undefined;
      if (open?.listening === true) await close(open);
    },
  };
};

const done = (ok: boolean, out: string) => ({ status: ok ? 200 : 409, json: { out } });

/**
 * Starts what `./gradlew :SERVICE:bootRun` needs: a service started from its source code instead of its container. `gradle` is
 * the address for the wrapper, `gradle-app` that at which the service then listens.
 */
export const startGradleEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const service = view.model.spec.gradle?.service ?? '';
  const task = `:${service}:bootRun`;
  const application = await reservePort();
  const instance = () => {
    const env = view.model.environmentAt(view.env, view.clock.now());
    const [serviceInstance] = env.instancesOf(service);
    return serviceInstance === undefined ? undefined : { one: serviceInstance, now: env.now };
  };
  const record = changeRecorderFor(view, 'gradle');
  /** Starts the service; the reason if it cannot start. */
  const start = (args: readonly string[]): string | undefined => {
    record(`./gradlew ${args.join(' ')}`);
    const found = instance();
    if (args.join(' ') !== task || found === undefined) return `Task '${args.join(' ')}' not found`;
    if (found.one.running) return 'Web server failed to start. Port 8081 was already in use.';
    found.one.startFromSource(found.now);
    void application.open();
    return undefined;
  };
  const stop = (): void => {
    record(`end of ./gradlew ${task}`);
    const found = instance();
    if (found?.one.isFromSource === true) found.one.running = false;
    void application.close();
  };
  const server = await serve(({ body }) => {
    const { does, args } = zCall.parse(JSON.parse(body));
    if (does === 'run') return done(instance()?.one.isFromSource === true, '');
    if (does === 'start') {
      const problem = start(args);
      return done(problem === undefined, `${problem ?? `> Task ${task}`}\n`);
    }
    stop();
    return done(true, '');
  }, view.clock);

  const sessions = new Map<number, DetachedSession>();
  const keptFiles = new Map<string, string>();
  /** The wrapper of this endpoint: its file names the address. */
  const isWrapper = (program: string, cwd: string): boolean => {
    const file = resolve(cwd, program);
    return (
      basename(file) === 'gradlew' &&
      existsSync(file) &&
      readFileSync(file, 'utf8').includes(`"${server.url}"`)
    );
  };
  const machine = {
    keptFiles,
    find: (pid: number) => (instance()?.one.isFromSource === true ? sessions.get(pid) : undefined),
    start: ([, ...args]: readonly string[]) => {
      const problem = start(args);
      if (problem !== undefined) return problem;
      const session = {
        pid: 40_000 + sessions.size,
        name: 'gradlew',
        ticks: Math.round(view.clock.now() / 10),
      };
      sessions.set(session.pid, session);
      return session;
    },
    stop,
  };
  /** The same without a process. Files and processes of others are those of this machine. */
  const program: FindProgram = ({ argv, cwd }) => {
    const [, , , , first = '', , , wrapper = ''] = argv;
    const isOurs = keptFiles.has(first) || sessions.has(Number(first)) || isWrapper(wrapper, cwd);
    if (!isOurs || argv[0] !== 'sh') return undefined;
    return {
      run: async ({ out }) => {
        const ran = runDetachedScript(argv, machine);
        out(ran?.out ?? '');
        return ran?.status ?? 127;
      },
    };
  };
  return {
    vars: { gradle: server.url, 'gradle-app': `http://127.0.0.1:${application.port}` },
    program,
    close: async () => {
      await application.close();
      await server.close();
    },
  };
};
