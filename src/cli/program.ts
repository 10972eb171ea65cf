import { Command, CommanderError, type HelpContext } from 'commander';
import { defined } from '../domain/base/defined.ts';
import { stripControls } from '../domain/text/controls.ts';
import { StateDatabaseError } from '../persistence/files/state-database-error.ts';
import { secretMasker } from '../platform/masking/secrets.ts';
import { systemClock } from '../platform/runtime/clock.ts';
import { declareApprovals } from './approvals/flags.ts';
import { declareAudit } from './audit/flags.ts';
import { declareCheck } from './check/flags.ts';
import { declareChecklist } from './checklist/flags.ts';
import {
  normalizeRehearse,
  rejectControlSequences,
  rejectEmptyPaths,
  rejectSwallowedOptions,
} from './command/argv.ts';
import { createContext } from './command/context.ts';
import { startDebugging } from './command/debugging.ts';
import { notStoredExit, UsageError, usageExit } from './command/exit-code.ts';
import { addGlobalOptions, type GlobalOptions, globalOptionsOf } from './command/global-options.ts';
import { addExamples, pointToHelp } from './command/help.ts';
import { asciiOutput, createOutput, type Output } from './command/output.ts';
import { opsdeckBuild, opsdeckVersion } from './command/package-root.ts';
import { usageErrorText } from './command/parse-errors.ts';
import { stateDirOf } from './command/process-env.ts';
import { startTracing } from './command/tracing.ts';
import { unknownCommand } from './command/unknown-command.ts';
import { declareCompletion } from './completion/flags.ts';
import { declareDemo } from './demo/flags.ts';
import { addDiscoveryFlags, discoveryFlagsOf } from './discovery/discovery-flags.ts';
import { declareDoctor } from './doctor/flags.ts';
import { declareDrill } from './drill/flags.ts';
import { declareFollow } from './follow/flags.ts';
import { declareImport } from './import/flags.ts';
import { declareIncident } from './incident/flags.ts';
import { declareInit } from './init/flags.ts';
import { declareLogs } from './logs/flags.ts';
import type { CommandHost, ProgramParts, SubCommand } from './opening/command-invocation.ts';
import { interruptSignal } from './opening/command-invocation.ts';
import type { Sharing } from './opening/sharing.ts';
import { declareRecord } from './record/flags.ts';
import { declareReplay } from './replay/flags.ts';
import { declareRun } from './run/flags.ts';
import { declareRunbooks } from './runbooks/flags.ts';
import { declareServe } from './serve/flags.ts';
import { declareState } from './state/flags.ts';
import { declareTrust } from './trust/flags.ts';
import { declareUpgradeProfile } from './upgrade-profile/flags.ts';
import { declareValidate } from './validate/flags.ts';
import { declareWorld } from './world/flags.ts';

/** Returns the global options, with the discovery flags of the command, and starts the debug log. */
const begin = (program: Command, command: Command, output: Output, host?: CommandHost): GlobalOptions => {
  rejectEmptyPaths(program);
  const discovery = discoveryFlagsOf(command.opts());
  const global = {
    ...globalOptionsOf(program, process.env),
    ...defined({ discovery }),
  };
  if (host !== undefined) return global;
  startDebugging(global, output).write(
    `opsdeck ${opsdeckVersion} node ${process.version} ${program.args.join(' ')}`,
  );
  return global;
};

/** Commands whose output is useless without real names. */
const neverShared: readonly string[] = ['world', 'completion', 'trust'];

/** Sets up `--share`: from here on, everything on stdout and stderr is masked. */
const sharingOf = async (
  global: GlobalOptions,
  command: Command,
  output: Output,
): Promise<Sharing | undefined> => {
  if (!global.share) return undefined;
  if (neverShared.includes(command.name()))
    throw new UsageError(
      `cannot mask the output of ${command.name()}, because programs read this output. Remove --share.`,
    );
  const { createSharing } = await import('./opening/sharing.ts');
  const sharing = createSharing();
  output.sink.alsoMask(sharing.mask);
  return sharing;
};

/** Everything that the sub-commands of one command line share. */
interface CommandLine {
  readonly program: Command;
  readonly output: Output;
  readonly parts: ProgramParts;
  /** Receives the exit code of the sub-command. */
  finish(code: number): void;
}

/** Loads and runs a sub-command with its context: share mode, trace, host and interruption. */
const runSubCommand = async <O extends object>(
  command: Command,
  load: () => Promise<SubCommand<O>>,
  { program, output, parts, finish }: CommandLine,
): Promise<void> => {
  const { host } = parts;
  rejectEmptyPaths(command);
  const global = begin(program, command, output, host);
  const sharing = await sharingOf(global, command, output);
  const clock = host?.platform.clock ?? systemClock();
  const traced = { command: command.name(), clock, sink: output.sink, sharing, warn: output.error };
  const tracing = await startTracing(global, traced);
  const run = await load();
  const invocation = {
    args: command.args,
    options: command.opts<O>(),
    global,
    context: createContext(global, host?.platform, output.error, tracing),
    interruption: host === undefined ? interruptSignal : () => host.stop,
    output: global.ascii ? asciiOutput(output) : output,
    program,
    cockpit: parts,
    ...defined({ sharing }),
  };
  try {
    const code = await run(invocation);
    tracing?.emit({ what: 'end', code });
    finish(code);
  } finally {
    await tracing?.close();
  }
};

/** Declares every sub-command. The code of each is loaded when it is called. */
const declareCommands = (commandLine: CommandLine): void => {
  const { program } = commandLine;
  const runs =
    <O extends object>(load: () => Promise<SubCommand<O>>) =>
    async (...given: readonly unknown[]): Promise<void> => {
      const command = given.at(-1);
      if (!(command instanceof Command)) throw new TypeError('commander gives the command last');
      await runSubCommand(command, load, commandLine);
    };
  const command = (name: string): Command => pointToHelp(program.command(name));

  program.commandsGroup('Monitoring commands:');
  declareCheck(addDiscoveryFlags(command('check'))).action(
    runs(async () => (await import('./check/check.ts')).check),
  );
  declareLogs(addDiscoveryFlags(command('logs'), 'long')).action(
    runs(async () => (await import('./logs/logs.ts')).logs),
  );
  declareDoctor(addDiscoveryFlags(command('doctor'))).action(
    runs(async () => (await import('./doctor/doctor.ts')).doctor),
  );
  declareServe(command('serve')).action(runs(async () => (await import('./serve/serve.ts')).serveLevels));

  program.commandsGroup('Runbook commands:');
  declareRunbooks(command('runbooks')).action(
    runs(async () => (await import('./runbooks/runbooks.ts')).runbooks),
  );
  declareRun(command('run')).action(runs(async () => (await import('./run/run.ts')).run));
  declareAudit(command('audit')).action(runs(async () => (await import('./audit/audit.ts')).audit));
  declareIncident(command('incident')).action(
    runs(async () => (await import('./incident/incident.ts')).incident),
  );
  declareChecklist(command('checklist')).action(
    runs(async () => (await import('./checklist/checklist.ts')).checklist),
  );
  declareDrill(command('drill')).action(runs(async () => (await import('./drill/drill.ts')).drill));

  program.commandsGroup('Recording commands:');
  declareRecord(command('record')).action(runs(async () => (await import('./record/record.ts')).record));
  declareFollow(command('follow')).action(runs(async () => (await import('./follow/follow.ts')).follow));
  declareReplay(command('replay')).action(runs(async () => (await import('./replay/replay.ts')).replay));

  program.commandsGroup('Profile commands:');
  declareInit(addDiscoveryFlags(command('init'))).action(
    runs(async () => (await import('./init/init.ts')).init),
  );
  declareValidate(command('validate')).action(
    runs(async () => (await import('./validate/validate.ts')).validate),
  );
  declareUpgradeProfile(command('upgrade-profile')).action(
    runs(async () => (await import('./upgrade-profile/upgrade-profile.ts')).upgradeProfile),
  );
  declareApprovals(command('approvals')).action(
    runs(async () => (await import('./approvals/approvals.ts')).approvals),
  );
  declareState(command('state')).action(runs(async () => (await import('./state/state.ts')).state));
  declareImport(command('import')).action(
    runs(async () => (await import('./import/import.ts')).importRunbook),
  );
  declareTrust(command('trust')).action(runs(async () => (await import('./trust/trust.ts')).trust));

  program.commandsGroup('Other commands:');
  declareDemo(command('demo')).action(runs(async () => (await import('./demo/demo.ts')).openDemo));
  declareWorld(command('world')).action(runs(async () => (await import('./world/world.ts')).world));
  declareCompletion(command('completion')).action(
    runs(async () => (await import('./completion/completion.ts')).completion),
  );
  program.helpCommand('help [command]', 'show help for a command');
};

/** The root command. Commander prints the whole help for `help NAME` without such a command. */
class RootCommand extends Command {
  override help(context?: HelpContext | ((text: string) => string)): never {
    const [, word] = this.args;
    if (typeof context === 'object' && context.error && word !== undefined && word !== 'help')
      throw unknownCommand(word, this);
    return super.help();
  }
}

const createProgram = (output: Output, words: readonly string[]): Command => {
  const program: Command = new RootCommand('opsdeck');
  program
    .description('A terminal cockpit for operations. Without a command: opens the cockpit in this terminal.')
    .usage('[options] [command]')
    .version(opsdeckBuild, '--version', 'print the version and the commit of opsdeck')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: output.raw,
      writeErr: (text) => output.error(text.trimEnd()),
      outputError: (text, write) => write(usageErrorText(text, { program, words })),
    });
  addGlobalOptions(program);
  pointToHelp(program);
  return addExamples(program, [
    ['opsdeck', 'open the cockpit. Without profiles of your own: of the systems found here'],
    ['opsdeck --env shop/production', 'open the cockpit of one environment'],
    ['opsdeck check --env shop/production', 'print the problems and exit'],
    ['opsdeck run restart --env shop/production --dry-run', 'print the plan of a runbook'],
  ]);
};

/** Returns the command line as declared, for documentation. Its commands must not be run. */
export const declaredProgram = (): Command => {
  const output = createOutput(secretMasker);
  const program = createProgram(output, []);
  const parts = { openCockpit: () => Promise.reject(new Error('declared only')) };
  declareCommands({ program, output, parts, finish: () => {} });
  return addDiscoveryFlags(program);
};

const reportFailure = async (error: unknown, output: Output, stateDir: string): Promise<number> => {
  // Commander has already printed the reason.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
  if (error instanceof StateDatabaseError) {
    output.error(
      `opsdeck: cannot store the change in the state database: ${error.message}. See opsdeck state status.`,
    );
    return notStoredExit;
  }
  if (!(error instanceof UsageError)) {
    const { stateFailureText } = await import('./command/state-failure.ts');
    const known = stateFailureText(error, stateDir);
    if (known !== undefined) {
      output.error(`opsdeck: ${known}`);
      return usageExit;
    }
    // Exit 4 is neither a level nor a run ending, so scripts cannot mistake it for one.
    const stack = error instanceof Error ? error.stack : String(error);
    output.error(
      `opsdeck: internal error: ${stack}\nThis is a bug of opsdeck. Report these lines, the command and the version.`,
    );
    return usageExit;
  }
  for (const [index, line] of error.lines.entries()) output.error(index === 0 ? `opsdeck: ${line}` : line);
  return usageExit;
};

/**
 * Runs one command line (without node and script). Resolves to the exit code once all output has been written, also
 * after an internal error.
 */
export const runCommandLine = async (words: readonly string[], parts: ProgramParts): Promise<number> => {
  // Messages, previews and the ledger repeat these words, so control characters are stripped.
  const argv = words.map(stripControls);
  const output = createOutput(secretMasker, parts.host?.streams);
  const program = createProgram(output, argv);
  let code = 0;
  const finish = (ended: number): void => {
    code = ended;
  };
  declareCommands({ program, output, parts, finish });
  // After the sub-commands have inherited the strict rule: `cockpit` reports an unknown command.
  program.allowExcessArguments().action(async () => {
    const global = begin(program, program, output, parts.host);
    await sharingOf(global, program, output);
    const { cockpit, refuseWords } = await import('./cockpit/cockpit.ts');
    refuseWords(program);
    code = await cockpit(global, parts, output, createContext(global, parts.host?.platform, output.error));
  });
  const commands = new Set(program.commands.flatMap((command) => [command.name(), ...command.aliases()]));
  // Commander would take an option of the program from a command that has one of the same name.
  if (!argv.some((word) => commands.has(word))) addDiscoveryFlags(program);
  try {
    rejectControlSequences(words);
    rejectSwallowedOptions(argv, program);
    await program.parseAsync([...normalizeRehearse(argv, commands)], { from: 'user' });
  } catch (error) {
    const { stateDir } = program.opts<{ readonly stateDir?: string }>();
    const env = parts.host?.platform.processEnv ?? process.env;
    code = await reportFailure(error, output, stateDir ?? stateDirOf({}, env));
  }
  const unwritten = await output.flush();
  if (unwritten === undefined) return code;
  const { settled } = output;
  output.error(`opsdeck: cannot write to stdout: ${unwritten}${settled === undefined ? '' : `. ${settled}`}`);
  await output.flush();
  return code === 0 && settled === undefined ? usageExit : code;
};
