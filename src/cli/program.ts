import { Argument, Command, CommanderError, Option } from 'commander';
import { stripControls } from '../domain/controls.ts';
import { StateDatabaseError } from '../persistence/state-database-error.ts';
import { systemClock } from '../platform/clock.ts';
import { secretMasker } from '../platform/terminal/secrets.ts';
import { declareApprovals } from './approvals/flags.ts';
import {
  durationOption,
  factorOption,
  normalizeRehearse,
  rejectControlSequences,
  rejectSwallowedOptions,
} from './argv.ts';
import { declareAudit } from './audit/flags.ts';
import { declareChecklist } from './checklist/flags.ts';
import type { CommandHost, ProgramParts, SubCommand } from './command-invocation.ts';
import { interruptSignal } from './command-invocation.ts';
import { createContext } from './context.ts';
import { startDebugging } from './debugging.ts';
import { declareDrill } from './drill/flags.ts';
import { notStoredExit, UsageError, usageExit } from './exit-code.ts';
import { declareFollow } from './follow/flags.ts';
import {
  addGlobalOptions,
  collectLists,
  collectTexts,
  type GlobalOptions,
  globalOptionsOf,
} from './global-options.ts';
import { addExamples, pointToHelp } from './help.ts';
import { declareImport } from './import/flags.ts';
import { declareIncident } from './incident/flags.ts';
import { declareInit } from './init/flags.ts';
import { addLogOptions } from './logs/flags.ts';
import { asciiOutput, createOutput, type Output } from './output.ts';
import { opsdeckVersion } from './package-root.ts';
import { declareRecord } from './record/flags.ts';
import { declareReplay } from './replay/flags.ts';
import { declareServe } from './serve/flags.ts';
import type { Sharing } from './sharing.ts';
import { declareState } from './state/flags.ts';
import { startTracing } from './tracing.ts';
import { addTrustOptions } from './trust/flags.ts';
import { declareUpgradeProfile } from './upgrade-profile/flags.ts';
import { declareValidate } from './validate/flags.ts';

/** Returns the global options and starts the debug log. */
const begin = (program: Command, output: Output, host?: CommandHost): GlobalOptions => {
  const global = globalOptionsOf(program, process.env.NO_COLOR);
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
    throw new UsageError(`cannot mask the output of ${command.name()}: programs read it. Remove --share.`);
  const { createSharing } = await import('./sharing.ts');
  const sharing = createSharing();
  output.sink.alsoMask(sharing.mask);
  return sharing;
};

/** Declares every sub-command. The code of each is loaded when it is called. */
const declare = (
  program: Command,
  output: Output,
  finish: (code: number) => void,
  parts: ProgramParts,
): void => {
  const { host } = parts;
  const runs =
    <O extends object>(load: () => Promise<SubCommand<O>>) =>
    async (...given: readonly unknown[]): Promise<void> => {
      const command = given.at(-1);
      if (!(command instanceof Command)) throw new TypeError('commander gives the command last');
      const global = begin(program, output, host);
      const sharing = await sharingOf(global, command, output);
      const clock = host?.platform.clock ?? systemClock();
      const traced = { command: command.name(), clock, sink: output.sink, sharing, warn: output.error };
      const tracing = await startTracing(global, traced);
      const run = await load();
      const encoded = global.ascii ? asciiOutput(output) : output;
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
        output: encoded,
        program,
        cockpit: parts,
      };
      try {
        const code = await run({ ...call, ...shared });
        tracing?.emit({ what: 'end', code });
        finish(code);
      } finally {
        await tracing?.close();
      }
    };

  const command = (name: string): Command => pointToHelp(program.command(name));

  program.commandsGroup('Monitoring commands:');
  addExamples(
    command('check')
      .summary('read every source once and print problems')
      .description(
        'Read every source of the environment once, print problems first, then one count per group.\n\n' +
          'Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown, 4 usage or profile error.',
      )
      .option('-a, --all', 'list every row, not only problems')
      .option('--json', 'print one JSON object')
      .addOption(
        new Option('--timeout <duration>', 'time limit of the whole command')
          .argParser(durationOption)
          .default(10_000, '10s'),
      )
      .option('--watch', 'print a new report every 5s until interrupted')
      .action(runs(async () => (await import('./check/check.ts')).check)),
    [
      ['opsdeck check --env production', 'problems, and a count per group'],
      ['opsdeck check --env shop/production --all', 'every row'],
      ['opsdeck check --env production --json | jq .level', 'for scripts'],
    ],
  );
  addExamples(
    addLogOptions(command('logs'))
      .summary('print filtered log lines')
      .description(
        'Print filtered log lines on stdout; messages about sources go to stderr.\n\n' +
          'Exit codes: 0 success, 3 a source could not be read, 4 usage or profile error.',
      )
      .action(runs(async () => (await import('./logs/logs.ts')).logs)),
    [
      ['opsdeck logs --env production --view errors --since 1h', 'one view, last hour'],
      ['opsdeck logs --env production --source k8s -f', 'follow one source'],
      ["opsdeck logs --env production --include 'timeout|refused' --count", 'count matching lines'],
    ],
  );
  addExamples(
    command('doctor')
      .summary('test every source and report missing permissions')
      .description(
        'Test every source of the environment and report what is missing (permission, extension, metric) and how to add it.\n\n' +
          'Exit codes: 0 ok, 1 something is missing, 3 a source is unreachable, 4 usage or profile error.',
      )
      .option('--json', 'print one JSON object')
      .action(runs(async () => (await import('./doctor/doctor.ts')).doctor)),
    [
      ['opsdeck doctor --env production', 'test every source'],
      ['opsdeck doctor --env production --json', 'findings as JSON'],
    ],
  );

  declareServe(command('serve')).action(runs(async () => (await import('./serve/serve.ts')).serveLevels));

  program.commandsGroup('Runbook commands:');
  addExamples(
    command('runbooks')
      .summary('list runbooks, their parameters and whether they match now')
      .description('List runbooks, their parameters, and whether they match the current state.')
      .option('--actions', 'also list the generic actions of the sources')
      .option('--json', 'print one JSON array')
      .action(runs(async () => (await import('./runbooks/runbooks.ts')).runbooks)),
    [
      ['opsdeck runbooks --env production', 'list runbooks'],
      ['opsdeck runbooks --env production --json', 'parameters and choices as JSON'],
    ],
  );
  addExamples(
    command('run')
      .summary('run a runbook')
      .description(
        'Run a runbook through the same gates as the cockpit. Never prompts: flags answer the gates.\n\n' +
          'Exit codes: 0 recovered or dry run, 1 executed but not recovered, 2 failed,\n' +
          '3 refused by a gate, 4 usage or profile error, 130 canceled.',
      )
      .argument('[id]', 'runbook id')
      .option('--undo <run>', 'undo a previous run, by its id in the ledger')
      .option('--resets', 'carry out the automatic resets of temporary changes that are due')
      .option('--param <name=value>', 'set a parameter (repeatable; a list: once per value)', collectLists)
      .option('--dry-run', 'print the plan; execute nothing')
      .option('--diagnose', 'run the diagnosis steps first and record their results')
      .option('--arm <reason>', 'arm a read-only environment for this run')
      .option(
        '--override <reason>',
        'override a change freeze, quiet hours or a doubtful target; requires --confirm',
      )
      .option(
        '--allow-outage <reason>',
        'stop the last healthy instance of a service: a total outage; requires --confirm',
      )
      .option('--break-glass <reason>', 'act while the state database is unavailable; requires --confirm')
      .option('--confirm <name>', 'confirm a target by its exact name (repeatable)', collectTexts)
      .option(
        '--done <step>',
        'mark a manual step as done, or continue at an abort point (repeatable)',
        collectTexts,
      )
      .option('--json', 'print the events of the run, one JSON object per line')
      .action(runs(async () => (await import('./run/run.ts')).run)),
    [
      ['opsdeck run close-breaker --env production --param name=broker --dry-run', 'print the plan'],
      [
        'opsdeck run close-breaker --env production --param name=broker --arm "INC-114" --confirm broker',
        'arm, confirm, and run',
      ],
      ['opsdeck run --undo 01JNF0 --env production --arm "INC-114" --confirm broker', 'undo a previous run'],
    ],
  );
  declareAudit(command('audit')).action(runs(async () => (await import('./audit/audit.ts')).audit));
  declareIncident(
    command('incident'),
    new Option('--timeout <duration>', 'declare: time limit of the reading that suggests the severity')
      .argParser(durationOption)
      .default(10_000, '10s'),
  ).action(runs(async () => (await import('./incident/incident.ts')).incident));
  declareChecklist(command('checklist')).action(
    runs(async () => (await import('./checklist/checklist.ts')).checklist),
  );
  declareDrill(command('drill')).action(runs(async () => (await import('./drill/drill.ts')).drill));

  program.commandsGroup('Recording commands:');
  declareRecord(command('record')).action(runs(async () => (await import('./record/record.ts')).record));
  declareFollow(command('follow')).action(runs(async () => (await import('./follow/follow.ts')).follow));
  declareReplay(command('replay')).action(runs(async () => (await import('./replay/replay.ts')).replay));

  program.commandsGroup('Profile commands:');
  declareInit(command('init')).action(runs(async () => (await import('./init/init.ts')).init));
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
  addExamples(
    addTrustOptions(command('trust'))
      .summary('trust the profiles of a directory')
      .description(
        'Trust the profiles of a directory until one of its files changes. Prints the files, hosts, programs and environment variables that they use.',
      )
      .action(runs(async () => (await import('./trust/trust.ts')).trust)),
    [
      ['opsdeck trust --dry-run profiles', 'review first'],
      ['opsdeck trust profiles', 'trust ./profiles'],
      ['opsdeck trust --list', 'list trusted directories and changed files'],
    ],
  );

  program.commandsGroup('Other commands:');
  addExamples(
    command('world')
      .alias('simulator')
      .summary('run only the built-in simulator of a system')
      .description(
        'Run only the built-in simulator of a system and print the address of each of its servers. Runs until interrupted.',
      )
      .option('--system <system>', 'system to simulate')
      .option('--incident <incident>', 'start with this scenario')
      .addOption(new Option('--speed <number>', 'speed of simulated time').argParser(factorOption).default(1))
      .option('--json', 'print the addresses, and values for the vars of profiles, as one JSON object')
      .action(runs(async () => (await import('./world/world.ts')).world)),
    [
      ['opsdeck world', 'simulate the demo system'],
      ['opsdeck world --system saga --incident consumer-lag', 'start with a scenario'],
      ['opsdeck world --speed 10 --json', '10x speed, addresses as JSON'],
    ],
  );
  addExamples(
    command('completion')
      .summary('print a shell completion script')
      .description('Print a completion script for commands, options and environments.')
      .addArgument(new Argument('<shell>', 'shell').choices(['bash', 'zsh', 'fish', 'environments']))
      .action(runs(async () => (await import('./completion/completion.ts')).completion)),
    [
      ['source <(opsdeck completion bash)', 'bash, current shell'],
      ['opsdeck completion fish | source', 'fish, current shell'],
    ],
  );
  program.helpCommand('help [command]', 'show help for a command');
};

const createProgram = (output: Output): Command => {
  const program = new Command('opsdeck')
    .description('A terminal cockpit for operations. Without a command: opens the cockpit in this terminal.')
    .usage('[options] [command]')
    .version(opsdeckVersion, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: output.raw,
      writeErr: (text) => output.error(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'opsdeck: ')),
    });
  addGlobalOptions(program);
  pointToHelp(program);
  return addExamples(program, [
    ['opsdeck', 'open the cockpit; the first run opens a simulator'],
    ['opsdeck --env shop/production', 'open the cockpit of one environment'],
    ['opsdeck check --env shop/production', 'print problems and exit'],
    ['opsdeck run restart --env shop/production --dry-run', 'print the plan of a runbook'],
  ]);
};

/** Returns the command line as declared, for documentation. Its commands must not be run. */
export const declaredProgram = (): Command => {
  const output = createOutput(secretMasker);
  const program = createProgram(output);
  declare(program, output, () => {}, { openCockpit: () => Promise.reject(new Error('declared only')) });
  return program;
};

const reportFailure = (error: unknown, output: Output): number => {
  // Commander has already printed the reason.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
  if (error instanceof StateDatabaseError) {
    output.error(`opsdeck: cannot store the change: ${error.message}. See opsdeck state status.`);
    return notStoredExit;
  }
  if (!(error instanceof UsageError)) {
    // Exit 4 is neither a level nor a run ending, so scripts cannot mistake it for one.
    output.error(`opsdeck: internal error: ${error instanceof Error ? error.stack : String(error)}`);
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
  const program = createProgram(output);
  let code = 0;
  const finish = (ended: number): void => {
    code = ended;
  };
  declare(program, output, finish, parts);
  // After the sub-commands have inherited the strict rule: `cockpit` reports an unknown command.
  program.allowExcessArguments().action(async () => {
    const global = begin(program, output, parts.host);
    await sharingOf(global, program, output);
    const { cockpit } = await import('./cockpit/cockpit.ts');
    code = await cockpit(program, global, parts, output);
  });
  const commands = new Set(program.commands.flatMap((command) => [command.name(), ...command.aliases()]));
  try {
    rejectControlSequences(words);
    rejectSwallowedOptions(argv, program);
    await program.parseAsync([...normalizeRehearse(argv, commands)], { from: 'user' });
  } catch (error) {
    code = reportFailure(error, output);
  }
  const unwritten = await output.flush();
  if (unwritten === undefined) return code;
  const { settled } = output;
  output.error(`opsdeck: cannot write to stdout: ${unwritten}${settled === undefined ? '' : `. ${settled}`}`);
  await output.flush();
  return code === 0 && settled === undefined ? usageExit : code;
};
