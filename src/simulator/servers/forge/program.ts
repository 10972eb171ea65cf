import { quotedArgv } from '../../../platform/processes/shell-quote.ts';

/** The environment variables that the programs look at. */
export const forgeVariables: readonly string[] = [
  'DRY_RUN',
  'SKIP_TESTS',
  'BACKUP_ENABLED',
  'CARGO_BUILD_JOBS',
  'RUSTC_WRAPPER',
  'RUST_LOG',
  'RUST_BACKTRACE',
];

/** One of the programs: whatever it is called, it is the same one that stands in. */
export const forgeProgram = (node: string, standIn: string, program: string): string =>
  `#!/bin/sh\nexec ${quotedArgv([node, standIn, program])} "$@"\n`;

/**
 * Stands in for the programs of a checkout: the world at `url` says what one prints and how it ends. What a monitor says
 * it asks for again after each pause.
 */
export const forgeStandIn = (url: string): string => `
const names = ${JSON.stringify(forgeVariables)};
const env = Object.fromEntries(names.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]));
const [program, ...args] = process.argv.slice(2);
const started = { program, args, cwd: process.cwd(), env };
for (let turn = 1; ; turn += 1) {
  const answer = await fetch(${JSON.stringify(url)}, { method: 'POST', body: JSON.stringify(started) });
  const { status, out, err, again, urls = [] } = await answer.json();
  const asked = await Promise.all(urls.map(async (url) => (await fetch(url)).status));
  process.stderr.write(err);
  process.stdout.write(out + asked.map((one) => one + '\\n').join(''));
  process.exitCode = status;
  if (again === undefined || turn >= (again.times ?? Infinity)) break;
  await new Promise((resolve) => setTimeout(resolve, again.everyMs));
}
`;
