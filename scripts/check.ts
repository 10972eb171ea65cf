import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The place for what a step keeps from one run to the next, so that it looks again only at what changed. */
const kept = 'node_modules/.cache/opsdeck';

/** On two cores other steps need the second one: more checkers of types share less of their work. */
const checkers = availableParallelism() > 2 ? 4 : 1;

/** Types, lint, generated pages, words and unused code; the longest first. */
const steps = [
  `tsc --noEmit --incremental --tsBuildInfoFile ${kept}/types.tsbuildinfo --checkers ${checkers}`,
  'node scripts/lint.ts',
  `knip --cache --cache-location ${kept}/knip`,
  'node scripts/sdk-api.ts --check',
  'node scripts/docs.ts --check',
  'tsc --noEmit -p examples',
  'node scripts/words.ts',
  'node scripts/test-budget.ts',
] as const;

/** Runs one step without a shell, and prints what it says as a whole when it ends. Resolves to whether it passed. */
const passes = (step: string): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [program = '', ...args] = step.split(' ');
  // Steps are programs of the dependencies, which npm puts on the path.
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
  child.on('close', (code) => {
    const text = Buffer.concat(output).toString().trimEnd();
    const verdict = code === 0 ? 'passed' : 'FAILED';
    console.log(`${verdict}  ${step}${text === '' ? '' : `\n${text}`}`);
    resolve(code === 0);
  });
  return promise;
};

const waiting = [...steps];
let failed = 0;
const lane = async (): Promise<void> => {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
    if (!(await passes(step))) failed += 1;
};
await Promise.all(Array.from({ length: Math.max(2, availableParallelism() - 1) }, lane));
if (failed > 0) {
  console.log(`${failed} of ${steps.length} checks failed`);
  process.exitCode = 1;
}
