import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from './http-server.ts';
import type { FindProgram } from './programs.ts';
import { shebangInterpreter } from './script-interpreter.ts';
import type { SimulatorContext } from './simulator-context.ts';
import { makeOwnDir } from './temporary-dir.ts';

/** Output and exit status of a program. */
export interface StandInOutput {
  readonly status: number;
  readonly out?: string;
  readonly err?: string;
}

/** A program of the simulator: its arguments to its output. */
export type SimulatedTool = (args: readonly string[]) => StandInOutput;

/** The file of a program: the simulator at `url` runs it. */
const source = (node: string, url: string, program: string): string => `#!${node}
const body = JSON.stringify({ program: ${JSON.stringify(program)}, args: process.argv.slice(2) });
const answer = await fetch(${JSON.stringify(url)}, { method: 'POST', body });
const { status, out = '', err = '' } = await answer.json();
process.stderr.write(err);
process.stdout.write(out);
process.exitCode = status;
`;

const isCall = (value: unknown): value is { readonly program: string; readonly args: readonly string[] } =>
  typeof value === 'object' && value !== null && 'program' in value && 'args' in value;

/** Writes a file per program; each is a var with its path. In this process they run without their file. */
export const startStandIns = async (
  view: SimulatorContext,
  dirName: string,
  tools: Readonly<Record<string, SimulatedTool>>,
): Promise<{
  readonly vars: Readonly<Record<string, string>>;
  readonly program: FindProgram;
  close(): Promise<void>;
}> => {
  const server = await serve(({ body }) => {
    const call: unknown = JSON.parse(body);
    const tool = isCall(call) ? tools[call.program] : undefined;
    return tool === undefined || !isCall(call)
      ? { status: 404, json: { status: 127 } }
      : { status: 200, json: tool(call.args) };
  }, view.clock);
  const dir = await makeOwnDir(dirName);
  const vars = Object.fromEntries(Object.keys(tools).map((name) => [name, join(dir, `${name}.mjs`)]));
  await Promise.all(
    Object.entries(vars).map(([name, path]) =>
      writeFile(path, source(shebangInterpreter(), server.url, name), { mode: 0o755 }),
    ),
  );
  return {
    vars,
    program: ({ argv: [path, ...args] }) => {
      const name = Object.keys(vars).find((key) => vars[key] === path);
      const tool = name === undefined ? undefined : tools[name];
      if (tool === undefined) return undefined;
      return {
        run: async (streams) => {
          const { status, out = '', err = '' } = tool(args);
          if (err !== '') streams.err(err);
          if (out !== '') streams.out(out);
          return status;
        },
      };
    },
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
