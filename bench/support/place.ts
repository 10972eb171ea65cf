import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../../scripts/build/options.ts';
import { writeOutput } from '../../scripts/build/write-output.ts';

export const launcher: string = fileURLToPath(new URL('../../bin/opsdeck.js', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A directory for one benchmark, an HTTP server that responds immediately, and an empty home directory. */
export interface Place extends AsyncDisposable {
  readonly dir: string;
  readonly url: string;
  /** Environment of every measured program, on both sides of a comparison. */
  readonly env: Readonly<Record<string, string>>;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

export const openPlace = async (): Promise<Place> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-bench-'));
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"status":"up"}');
  });
  const port = await listen(server);
  return {
    dir,
    url: `http://127.0.0.1:${port}`,
    env: {
      HOME: dir,
      XDG_CONFIG_HOME: join(dir, 'config'),
      XDG_STATE_HOME: join(dir, 'state'),
      XDG_CACHE_HOME: join(dir, 'cache'),
      FORCE_COLOR: '3',
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** Bundles a program like opsdeck itself; returns the path to start. */
export const bundled = async (source: URL, place: Place): Promise<string> => {
  const path = fileURLToPath(source);
  const outdir = join(place.dir, 'bundled');
  const { outputFiles = [] } = await build({ ...bundleOptions([path], outdir), absWorkingDir: root });
  await writeOutput(outputFiles, outdir);
  // Marks the output as ES modules.
  await writeFile(join(place.dir, 'package.json'), '{ "type": "module" }');
  return join(
    outdir,
    `${path
      .split('/')
      .at(-1)
      ?.replace(/\.tsx?$/, '')}.js`,
  );
};

/** Writes a profile of `count` http sources with one check each, polled every two seconds; returns its directory. */
export const profileOf = async (place: Place, count: number): Promise<string> => {
  const sources = Array.from(
    { length: count },
    (_, i) =>
      `  s${i}: { type: http, url: "${place.url}", every: 2s, checks: [{ service: s${i}, path: /healthz }] }`,
  );
  const text = `opsdeck: 1\nsystem: bench\nenv: dev\ntier: dev\nsources:\n${sources.join('\n')}\n`;
  await writeFile(join(place.dir, 'dev.yaml'), text);
  return place.dir;
};

/** Milliseconds from start to exit of a program; rejects if it fails or its output is not as expected. */
export const timeOf = (argv: readonly string[], place: Place, expected = ''): Promise<number> =>
  new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    const startedAt = performance.now();
    execFile(file, args, { env: { PATH: process.env.PATH, ...place.env } }, (error, stdout) => {
      const took = performance.now() - startedAt;
      if (error !== null) reject(error);
      else if (!stdout.includes(expected)) reject(new Error(`${argv.join(' ')} printed ${stdout}`));
      else resolve(took);
    });
  });
