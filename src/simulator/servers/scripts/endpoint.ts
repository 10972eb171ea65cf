import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { makeDirSync } from '../../../platform/files/make-dir.ts';
import { type RunningServer, serve } from '../http/http-server.ts';
import type { FindProgram } from '../http/programs.ts';
import {
  changeRecorderFor,
  type ProtocolEndpoint,
  type SimulatorContext,
} from '../http/simulator-context.ts';
import { deploymentScriptPaths, runDeploymentScript } from './deployment-scripts.ts';

const zStarted = z.object({ path: z.string(), args: z.array(z.string()), cwd: z.string() });
type Started = z.infer<typeof zStarted>;

/** A script as a file: the simulator at `url` runs it. CommonJS, because Node loads no `.sh` file as a module. */
export const deploymentScriptSource = (node: string, url: string, path: string): string => `#!${node}
(async () => {
  const body = JSON.stringify({ path: ${JSON.stringify(path)}, args: process.argv.slice(2), cwd: process.cwd() });
  const answer = await fetch(${JSON.stringify(url)}, { method: 'POST', body });
  const { status, out } = await answer.json();
  process.stdout.write(out);
  process.exitCode = status;
})();
`;

/** Runs a script and appends its output, with times, to its log below the working directory. */
const run = (
  view: SimulatorContext,
  { path, args, cwd }: Started,
): { readonly status: number; readonly out: string } | undefined => {
  changeRecorderFor(view, 'scripts')(`${path} ${args.join(' ')}`);
  const done = runDeploymentScript(view, path, args);
  if (done === undefined) return undefined;
  const time = new Date(view.clock.wallNow()).toISOString().slice(0, 19).replace('T', ' ');
  const log = join(cwd, done.log);
  makeDirSync(dirname(log));
  appendFileSync(log, done.lines.map((line) => `[${time}] ${line}\n`).join(''));
  return { status: done.status, out: done.lines.map((line) => `${line}\n`).join('') };
};

/** The same scripts without a process: a file belongs to this endpoint if it names its address. */
const programOf =
  (view: SimulatorContext, { url }: RunningServer): FindProgram =>
  ({ argv: [program = '', ...args], cwd }) => {
    const file = resolve(cwd, program);
    const path = deploymentScriptPaths.find((deploymentScriptPath) =>
      file.endsWith(`/${deploymentScriptPath}`),
    );
    if (path === undefined || !existsSync(file) || !readFileSync(file, 'utf8').includes(`"${url}"`))
      return undefined;
    return {
      run: async ({ out }) => {
        const done = run(view, { path, args, cwd });
        out(done?.out ?? '');
        return done?.status ?? 127;
      },
    };
  };

/** Starts the server for the scripts of blue-green deployments; `scripts` is its address. */
export const startScriptsEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const server = await serve(({ body }) => {
    const done = run(view, zStarted.parse(JSON.parse(body)));
    return done === undefined ? { status: 404, json: { status: 127, out: '' } } : { status: 200, json: done };
  }, view.clock);
  return {
    vars: { scripts: server.url },
    program: programOf(view, server),
    close: () => server.close(),
  };
};
