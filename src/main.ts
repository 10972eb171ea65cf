import { plainCockpit } from './cli/cockpit/fast-path.ts';
import { showOpening, showsOpening } from './cli/cockpit/opening.ts';
import type { ProgramParts } from './cli/opening/command-invocation.ts';
import { setRegexWatchdog } from './domain/regex/watchdog.ts';
import { exitWithLauncher } from './platform/processes/launcher.ts';
import { runGuarded } from './platform/runtime/run-guarded.ts';

setRegexWatchdog(runGuarded);
await exitWithLauncher();

const argv = process.argv.slice(2);
const cockpitOptions = plainCockpit(argv, process.env);
// In this order: process.stdin is opened, which takes 2 ms, when it is first looked at.
const plain =
  cockpitOptions !== undefined && process.stdout.isTTY && process.stdin.isTTY ? cockpitOptions : undefined;

/** Opens the cockpit on this terminal, with an opening frame until it is loaded. */
const openCockpit: ProgramParts['openCockpit'] = async (options, scored, watch) => {
  const opening = showsOpening(options, process.env) ? showOpening(process.stdout, process.stdin) : undefined;
  try {
    const { openScreen, processHost } = await import('./cli/cockpit/open-screen.ts');
    return await openScreen(options, processHost(opening), scored, watch);
  } catch (error) {
    opening?.abandon();
    throw error;
  }
};

const run = async (): Promise<number> => {
  if (plain !== undefined) {
    // Warnings on stderr would overwrite the screen.
    process.removeAllListeners('warning');
    process.on('warning', () => {});
    return openCockpit(plain);
  }
  const { runCommandLine } = await import('./cli/program.ts');
  return runCommandLine(argv, { openCockpit });
};

const code = await run();
// A signal that ended the cockpit has already set the exit code.
process.exit(process.exitCode ?? code);
