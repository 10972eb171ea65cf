import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { ParamValues } from '../../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { ReadIoOptions } from '../../../src/doors/io.ts';
import { builtInRunbooks } from '../../../src/engine/cockpit/runs/built-in-runbooks.ts';
import { openEngine } from '../../../src/engine/engine.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { secretMasker } from '../../../src/platform/masking/secrets.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { InteractiveTerminal } from '../../../src/platform/terminal/interactive-terminal.ts';
import { createArming } from '../../../src/runs/context/arming.ts';
import { createExecutor } from '../../../src/runs/executor.ts';
import { profileOf } from '../../engine/toys.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { sourceModules } from '../../support/source-modules.ts';

/** Arguments and input of a fake program. */
interface SeenProgram {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The command line of its process, as `ps` shows it to every user. */
  readonly shown: string;
  /** The contents of the files that its arguments or variables name, with their modes. */
  readonly files: readonly string[];
}

const guard = { readOnly: false, armMs: 900_000, cancelWindowMs: 0, typed: 'destructive' } as const;

/**
 * A fake program that records how it was started, prints a line and exits. Directories of private files are found by their
 * names.
 */
const fakeProgram = (dir: string, print: string, status: number): string => `#!/bin/sh
{ for arg in "$@"; do printf 'arg %s\\n' "$arg"; done
  env | sed 's/^/env /'
  printf 'shown %s\\n' "$(ps -o args= -p $$)"
  for file in "$TMPDIR"/opsdeck-private-*/*; do [ -f "$file" ] && stat -c 'file %a %n' "$file" && sed 's/^/text /' "$file"; done
} > '${dir}/seen'
printf '%s\\r\\n' '${print}'
exit ${status}
`;

/** Runs a program that needs no input. */
const runToEnd: InteractiveTerminal['run'] = async ({ argv: [file = '', ...args], env }, _signal, output) => {
  const { stdout, status, error } = spawnSync(file, args, { env: { ...env } });
  if (error !== undefined) return { trouble: error.message };
  output(stdout);
  return { status: status ?? 1 };
};

/** A terminal without a screen. */
const terminalWith = (shown: string[], run: InteractiveTerminal['run']): InteractiveTerminal => ({
  size: () => ({ columns: 100, rows: 30 }),
  onResize: () => {},
  onInput: () => {},
  write: (bytes) => void shown.push(Buffer.from(bytes).toString('utf8')),
  run: (program, signal, output) =>
    run(program, signal, (bytes) => {
      shown.push(Buffer.from(bytes).toString('utf8'));
      output(bytes);
    }),
});

/** One source of this type, with the executor, a ledger, a trace, and a PATH of fake programs. */
export const openConsoleStage = async (
  type: string,
  entry: object,
  route: Pick<ReadIoOptions, 'dial'> = {},
  run: InteractiveTerminal['run'] = runToEnd,
) => {
  const clock = systemClock();
  const dir = mkdtempSync(join(scratchDir(), 'opsdeck-console-'));
  const bin = join(dir, 'bin');
  const temp = join(dir, 'temp');
  for (const path of [bin, temp]) mkdirSync(path);
  vi.stubEnv('TMPDIR', temp);
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
  const module = sourceModules.find((sourceModule) => sourceModule.type === type);
  if (module === undefined) throw new Error(`no source type ${type}`);
  const position = { file: join(dir, 'here.yaml'), line: 1, col: 1 };
  const profile = {
    ...profileOf([{ id: 'db', type, config: module.config.parse(entry), position }]),
    tier: 'staging' as const,
    guard,
  };
  const traced: object[] = [];
  const engine = await openEngine(profile, {
    modules: [module],
    clock,
    random: () => 0,
    memory: false,
    paused: true,
    trace: (event) => void traced.push(event),
  });
  const shown: string[] = [];
  const terminal = terminalWith(shown, run);
  const change = openChangeIo(clock, { ...route, lendTerminal: (use) => use(terminal) });
  const executor = createExecutor({
    engine,
    change,
    ledger: await openLedger(dir),
    arming: createArming(guard, profile.tier, clock),
    clock,
    who: { user: 'ana', host: 'vm-1', pid: 1 },
    newId: () => 'run-1',
    mask: secretMasker.outgoing,
    modules: [module],
  });
  const { signal } = new AbortController();
  const propose = async (params: ParamValues = {}): Promise<Proposal> => {
    const runbook = builtInRunbooks(profile, engine.sources).find(
      ({ generic }) => generic?.verb === 'console',
    );
    if (runbook === undefined) throw new Error('the source offers no console');
    const defaults = runbook.params.flatMap(({ name, default: value }) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return executor.propose({ runbook, params: { ...Object.fromEntries(defaults), ...params } }, signal);
  };
  return {
    dir,
    propose,
    /** Installs a fake program that prints a line and exits with a status. */
    install: (program: string, print = 'ready', status = 0): void => {
      writeFileSync(join(bin, program), fakeProgram(dir, print, status));
      chmodSync(join(bin, program), 0o755);
    },
    /** Makes a real program available under its name. */
    link: (program: string, path: string): void => symlinkSync(path, join(bin, program)),
    run: async (params: ParamValues = {}): Promise<readonly RunEvent[]> => {
      const proposal = await propose(params);
      const events: RunEvent[] = [];
      const answers = { names: proposal.names, pasted: false, by: 'typed', tick: async () => true } as const;
      for await (const event of executor.execute(proposal, answers, signal)) events.push(event);
      return events;
    },
    seen: (): SeenProgram => {
      const lines = readFileSync(join(dir, 'seen'), 'utf8').split('\n');
      const after = (lead: string): readonly string[] =>
        lines.filter((line) => line.startsWith(lead)).map((line) => line.slice(lead.length));
      return {
        args: after('arg '),
        env: Object.fromEntries(
          after('env ').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
        ),
        shown: after('shown ').join('\n'),
        files: [...after('file ').map((line) => line.replace(/ .*\//, ' ')), ...after('text ')],
      };
    },
    /** Everything on the screen of the terminal. */
    screen: () => shown.join(''),
    ledger: () => readFileSync(join(dir, 'audit.jsonl'), 'utf8'),
    trace: () => JSON.stringify(traced),
    /** Private files that are left. */
    left: () =>
      existsSync(temp) ? readdirSync(temp).filter((name) => name.startsWith('opsdeck-private')) : [],
    [Symbol.asyncDispose]: async () => {
      vi.unstubAllEnvs();
      await engine.close();
      await change.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
