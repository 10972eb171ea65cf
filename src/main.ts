import { plainCockpit } from './cli/cockpit/fast-path.ts';
import { setRegexWatchdog } from './domain/regex/watchdog.ts';
import { exitWithLauncher } from './platform/processes/launcher.ts';
import { runGuarded } from './platform/run-guarded.ts';

setRegexWatchdog(runGuarded);
await exitWithLauncher();

const argv = process.argv.slice(2);
const plain =
  process.stdin.isTTY && process.stdout.isTTY ? plainCockpit(argv, process.env.NO_COLOR) : undefined;

const run = async (): Promise<number> => {
  if (plain !== undefined) {
    // Warnings on stderr would overwrite the screen.
    process.removeAllListeners('warning');
    process.on('warning', () => {});
    const { openScreen } = await import('./cli/cockpit/open-screen.ts');
    return openScreen(plain);
  }
  const { runCommandLine } = await import('./cli/program.ts');
  return runCommandLine(argv, {
    openCockpit: async (options) => {
      const { openScreen } = await import('./cli/cockpit/open-screen.ts');
      return openScreen(options);
    },
  });
};

const code = await run();
// A signal that ended the cockpit has already set the exit code.
process.exit(process.exitCode ?? code);
