import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { noting } from '../../change-log.ts';
import { syncLock } from '../../checkout-files.ts';
import { statusInMemory } from '../../loopback.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { makeOwnDir } from '../../own-dir.ts';
import type { FindProgram } from '../../programs.ts';
import { type Handler, serve } from '../serve.ts';
import type { RunningWire } from '../sight.ts';
import { noterOf, type View } from '../sight.ts';
import { forgeProgram, forgeStandIn, forgeVariables } from './program.ts';
import type { Ran, Started } from './ran.ts';
import { forgeTools } from './tools.ts';

const zStarted = z.object({
  program: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
});

/** What a program of the checkout says and how it ends; undefined: there is no such program. */
const ranBy = (view: View, checkout: Checkout, started: Started): Ran | undefined => {
  view.model.see(view.env, view.clock.now());
  syncLock(checkout, started.cwd);
  return forgeTools[started.program]?.(started, { view, checkout });
};

const handlerOf =
  (view: View, checkout: Checkout): Handler =>
  (ask) => {
    const started = zStarted.parse(JSON.parse(ask.body));
    const ran = ranBy(view, checkout, started);
    return ran === undefined
      ? { status: 404, json: { error: `there is no ${started.program}` } }
      : { status: 200, json: ran };
  };

/** The same programs without a process: what the stand-in does with an answer, done here. */
const forgePrograms =
  (view: View, checkout: Checkout, vars: Readonly<Record<string, string>>): FindProgram =>
  ({ argv: [path = '', ...args], cwd, env }) => {
    const program = Object.keys(vars).find((name) => vars[name] === path);
    if (program === undefined) return undefined;
    const known = Object.fromEntries(Object.entries(env).filter(([name]) => forgeVariables.includes(name)));
    const started = { program, args, cwd, env: known };
    return {
      run: async ({ out, err, signal }) => {
        for (let turn = 1; ; turn += 1) {
          noterOf(view, 'forge')(`POST /`, JSON.stringify(started));
          const ran = ranBy(view, checkout, started);
          if (ran === undefined) return 127;
          const asked = await Promise.all((ran.urls ?? []).map(async (url) => statusInMemory(url)));
          err(ran.err);
          out(ran.out + asked.map((one) => `${one}\n`).join(''));
          const { again } = ran;
          if (again === undefined || turn >= (again.times ?? Number.POSITIVE_INFINITY)) return ran.status;
          await view.clock.sleep(again.everyMs, signal);
          if (signal.aborted) return 143;
        }
      },
    };
  };

/** Starts what answers for the programs of a checkout; each is a var with the path of its stand-in: `cargo`, `deploy.sh`. */
export const startForgeWire = async (view: View): Promise<RunningWire> => {
  const { checkout } = view.model.layout(view.env).parts;
  if (checkout === undefined) return { vars: {}, close: async () => {} };
  const server = await serve(noting(handlerOf(view, checkout), noterOf(view, 'forge')), view.clock);
  const dir = await makeOwnDir('forge');
  const vars = Object.fromEntries(Object.keys(forgeTools).map((name) => [name, join(dir, name)]));
  const standIn = join(dir, 'stand-in.mjs');
  await writeFile(standIn, forgeStandIn(server.url));
  await Promise.all(
    Object.entries(vars).map(([name, path]) =>
      writeFile(path, forgeProgram(process.execPath, standIn, name), { mode: 0o755 }),
    ),
  );
  return {
    vars,
    program: forgePrograms(view, checkout, vars),
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
