import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { noting } from '../../change-log.ts';
import { syncLock } from '../../checkout-files.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { makeOwnDir } from '../../own-dir.ts';
import { type Handler, serve } from '../serve.ts';
import { noterOf, type View } from '../sight.ts';
import type { RunningWire } from '../wire.ts';
import { forgeProgram, forgeStandIn } from './program.ts';
import { forgeTools } from './tools.ts';

const zStarted = z.object({
  program: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
});

const handlerOf =
  (view: View, checkout: Checkout): Handler =>
  (ask) => {
    const started = zStarted.parse(JSON.parse(ask.body));
    view.model.see(view.env, view.clock.now());
    syncLock(checkout, started.cwd);
    const tool = forgeTools[started.program];
    return tool === undefined
      ? { status: 404, json: { error: `there is no ${started.program}` } }
      : { status: 200, json: tool(started, { view, checkout }) };
  };

/** Starts what answers for the programs of a checkout; each is a var with the path of its stand-in: `cargo`, `deploy.sh`. */
export const startForgeWire = async (view: View): Promise<RunningWire> => {
  const { checkout } = view.model.layout(view.env).parts;
  if (checkout === undefined) return { vars: {}, close: async () => {} };
  const server = await serve(noting(handlerOf(view, checkout), noterOf(view, 'forge')));
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
    close: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
