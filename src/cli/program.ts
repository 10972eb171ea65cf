import { join } from 'node:path';
import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { stripControls } from '../domain/controls.ts';
import { parseDuration } from '../domain/duration.ts';
import { systemClock } from '../platform/clock.ts';
import { type DebugLog, openDebugLog } from '../platform/files/debug-log.ts';
import { secretMasker } from '../platform/terminal/secrets.ts';
import { createOutputSink } from '../platform/terminal/sink.ts';
import { normalizeRehearse, rejectControlSequences, rejectSwallowedOptions } from './argv.ts';
import { addAuditOptions } from './audit/flags.ts';
import type { CommandHost, ProgramParts, SubCommand } from './command-invocation.ts';
import { interruptSignal } from './command-invocation.ts';
import { createContext } from './context.ts';
import { UsageError, usageExit } from './exit-code.ts';
import {
  addGlobalOptions,
  collectLists,
  collectTexts,
  type GlobalOptions,
  globalOptionsOf,
} from './global-options.ts';
import { addLogOptions } from './logs/flags.ts';
import { asciiOutput, createOutput, type Output } from './output.ts';
import { opsdeckVersion } from './package-root.ts';
import { stateDirOf } from './process-env.ts';
import type { Sharing } from './sharing.ts';
import { startTracing } from './tracing.ts';
import { addTrustOptions } from './trust/flags.ts';

/** Without `--debug` nothing is kept. */
const nothing: DebugLog = { write: () => {} };

/**
 * The log of this process (`opsdeck.log` in the state directory, with `--debug`). Node's warnings go there from now on:
 * on stderr they would be drawn over the screen.
 */
const startDebugging = (global: GlobalOptions, output: Output): DebugLog => {
  const path = join(stateDirOf(global, process.env), 'opsdeck.log');
  const log = global.debug
    ? openDebugLog(path, createOutputSink(secretMasker).text, (why) =>
        output.error(`opsdeck: no debug log: ${why}`),
      )
    : nothing;
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.write(`warning ${warning.stack ?? warning.message}`));
  process.on('uncaughtExceptionMonitor', (error) => log.write(`crash ${error.stack ?? error.message}`));
  return log;
};

const duration = (text: string): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('It is a duration with its unit: 500ms, 10s, 1m.');
};

const factor = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a number above 0: 1 is real time.');
};

/** What every command begins with, once its options are known. */
const begin = (program: Command, output: Output, host?: CommandHost): GlobalOptions => {
  const global = globalOptionsOf(program, process.env.NO_COLOR);
  if (host !== undefined) return global;
  startDebugging(global, output).write(
    `opsdeck ${opsdeckVersion} node ${process.version} ${program.args.join(' ')}`,
  );
  return global;
};

/** Commands whose answer is of no use without the real names in it. */
const neverShared: readonly string[] = ['world', 'completion', 'trust'];

/** What `--share` asks for; from here on nothing is printed, on stdout or stderr, that does not go through it. */
const sharingOf = async (
  global: GlobalOptions,
  command: Command,
  output: Output,
): Promise<Sharing | undefined> => {
  if (!global.share) return undefined;
  if (neverShared.includes(command.name()))
    throw new UsageError(`${command.name()} prints what others read as it is; it cannot be shared`);
  const { createSharing } = await import('./sharing.ts');
  const sharing = createSharing();
  output.sink.alsoMask(sharing.mask);
  return sharing;
};

/** Declares every sub-command; the code behind each is loaded when it is called. */
const declare = (
  program: Command,
  output: Output,
  finish: (code: number) => void,
  host: CommandHost | undefined,
): void => {
  const runs =
    <O extends object>(load: () => Promise<SubCommand<O>>) =>
    async (...given: readonly unknown[]): Promise<void> => {
      const command = given.at(-1);
      if (!(command instanceof Command)) throw new TypeError('commander gives the command last');
      const global = begin(program, output, host);
      const sharing = await sharingOf(global, command, output);
      const clock = host?.platform.clock ?? systemClock();
      const parts = { command: command.name(), clock, sink: output.sink, sharing, warn: output.error };
      const tracing = await startTracing(global, parts);
      const run = await load();
      const said = global.ascii ? asciiOutput(output) : output;
      const options = command.opts<O>();
      const shared = sharing === undefined ? {} : { sharing };
      const context = createContext(global, host?.platform, output.error, tracing);
      const stop = host === undefined ? interruptSignal : () => host.stop;
      const call = {
        args: command.args,
        options,
        global,
        context,
        interruption: stop,
        output: said,
        program,
      };
      try {
        const code = await run({ ...call, ...shared });
        tracing?.emit({ what: 'end', code });
        finish(code);
      } finally {
        await tracing?.close();
      }
    };

  program
    .command('check')
    .description('one reading of everything the profile names; exit 0 ok, 1 warn, 2 crit, 3 unknown')
    .option('--json', 'one JSON object')
    .option('--timeout <duration>', 'ceiling on the whole command', duration, 10_000)
    .option('--watch', 'keep reading, with memory, until it is stopped')
    .action(runs(async () => (await import('./check/check.ts')).check));
  addLogOptions(program.command('logs'))
    .description('filtered log lines on stdout; exit 3 when a source could not be read')
    .action(runs(async () => (await import('./logs/logs.ts')).logs));
  program
    .command('runbooks')
    .description('the runbooks, what they need, whether they fit now')
    .option('--json', 'one JSON array')
    .action(runs(async () => (await import('./runbooks/runbooks.ts')).runbooks));
  program
    .command('run')
    .description('runs a runbook through the same gates as the cockpit, without asking anything')
    .argument('[id]', 'the runbook')
    .option('--undo <run>', 'in place of a runbook: put back what that run found, by its id in the ledger')
    .option('--param <name=value>', 'a parameter (repeatable; a list: once for each value)', collectLists)
    .option('--dry-run', 'plan and show, send nothing')
    .option('--diagnose', 'look at what the runbook looks at first, and keep it with the run')
    .option('--arm <reason>', 'arm a read-only environment for this run alone')
    .option(
      '--override <reason>',
      'break a freeze or quiet hours for this run alone; the name is then wanted, too',
    )
    .option('--confirm <name>', "a target's exact name (repeatable, once per target)", collectTexts)
    .option(
      '--done <step>',
      'a manual step that has been done, or an abort point to go on at (repeatable)',
      collectTexts,
    )
    .option('--json', "the run's events, one per line")
    .action(runs(async () => (await import('./run/run.ts')).run));
  program
    .command('validate')
    .description('every profile: errors as file:line:col: what; what to do')
    .argument('[path...]', 'profiles, or directories of profiles')
    .option('--strict', 'warnings are errors')
    .action(runs(async () => (await import('./validate/validate.ts')).validate));
  program
    .command('doctor')
    .description('reaches every source, says what is missing and how to get it')
    .option('--json', 'one JSON object')
    .action(runs(async () => (await import('./doctor/doctor.ts')).doctor));
  addTrustOptions(program.command('trust'))
    .description('trusts the profiles of a directory until one of its files changes; lists and revokes')
    .action(runs(async () => (await import('./trust/trust.ts')).trust));
  addAuditOptions(program.command('audit'))
    .description('the ledger of every run: show it, verify its chain, export a timeline in Markdown')
    .addArgument(new Argument('<what>', 'what to do').choices(['show', 'verify', 'export']))
    .action(runs(async () => (await import('./audit/audit.ts')).audit));
  program
    .command('world')
    .description('only the embedded world; prints where each of its servers listens')
    .option('--system <system>', 'the system that it is')
    .option('--incident <incident>', 'an incident that goes on from the start')
    .option('--speed <number>', 'how fast its time passes', factor, 1)
    .option('--json', 'where everything listens as one JSON object')
    .action(runs(async () => (await import('./world/world.ts')).world));
  program
    .command('completion')
    .description('a script that completes sub-commands, options and environments')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish', 'environments']))
    .action(runs(async () => (await import('./completion/completion.ts')).completion));
};

const createProgram = (output: Output): Command => {
  const program = new Command('opsdeck')
    .description('A terminal cockpit for operations.')
    .usage('[options] [command]')
    .version(opsdeckVersion, '--version', 'the version')
    .helpOption('-h, --help', 'what there is')
    .helpCommand('help [command]', 'what a command does')
    .exitOverride()
    .configureOutput({ writeOut: output.raw, writeErr: (text) => output.error(text.trimEnd()) });
  addGlobalOptions(program);
  return program;
};

const sayWhatFailed = (error: unknown, output: Output): number => {
  // Commander has already said what was wrong with the command line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
  if (!(error instanceof UsageError)) {
    // Neither a level nor an ending: whatever was asked for did not happen as it should.
    output.error(`opsdeck: a mistake of ours: ${error instanceof Error ? error.stack : String(error)}`);
    return usageExit;
  }
  for (const [index, line] of error.lines.entries()) output.error(index === 0 ? `opsdeck: ${line}` : line);
  return usageExit;
};

/**
 * Runs one command line (without node and script). Resolves to the exit code once everything it said has been
 * written, also after a mistake of ours.
 */
export const runCommandLine = async (words: readonly string[], parts: ProgramParts): Promise<number> => {
  // They come from a script as often as from a keyboard, and messages, previews and the ledger repeat them.
  const argv = words.map(stripControls);
  const output = createOutput(secretMasker, parts.host?.streams);
  const program = createProgram(output);
  let code = 0;
  const finish = (ended: number): void => {
    code = ended;
  };
  declare(program, output, finish, parts.host);
  // Only here, after the sub-commands have inherited the strict rule: an unknown word is answered by `cockpit`.
  program.allowExcessArguments().action(async () => {
    const global = begin(program, output, parts.host);
    await sharingOf(global, program, output);
    const { cockpit } = await import('./cockpit/cockpit.ts');
    code = await cockpit(program, global, parts, output.error);
  });
  const commands = new Set(program.commands.map((command) => command.name()));
  try {
    rejectControlSequences(words);
    rejectSwallowedOptions(argv, program);
    await program.parseAsync([...normalizeRehearse(argv, commands)], { from: 'user' });
  } catch (error) {
    code = sayWhatFailed(error, output);
  }
  const unwritten = await output.flush();
  if (unwritten === undefined) return code;
  const { settled } = output;
  output.error(
    `opsdeck: stdout could not be written: ${unwritten}${settled === undefined ? '' : `. ${settled}`}`,
  );
  await output.flush();
  return code === 0 && settled === undefined ? usageExit : code;
};
