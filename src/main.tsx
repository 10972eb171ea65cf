import type { GlobalOptions } from './cli/global-options.ts';
import { runProgram } from './cli/program.ts';

type Colors = 'none' | '16' | '256' | 'truecolor';

/** How many colours this terminal has, by what it says of itself. */
const colorsOf = (options: GlobalOptions, env: NodeJS.ProcessEnv): Colors => {
  if (!options.color || env.TERM === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 'truecolor';
  return /256color/.test(env.TERM ?? '') ? '256' : '16';
};

/** Draws the first frame before anything else is loaded, then opens the environment behind it. */
const openCockpit = async (options: GlobalOptions): Promise<number> => {
  const [{ startUi }, { createCockpit }, { systemClock }, { withCommands }, { masker }, { processTerminal }] =
    await Promise.all([
      import('./ui/start.tsx'),
      import('./store/create-cockpit.ts'),
      import('./io/clock.ts'),
      import('./cli/later-commands.ts'),
      import('./io/secrets.ts'),
      import('./io/terminal.ts'),
    ]);
  const cockpit = createCockpit();
  const clock = systemClock();
  const shown = withCommands(() => screen.stop());
  const screen = startUi({
    cockpit,
    facts: () => shown.facts,
    across: () => shown.across,
    onOpen: shown.onChange,
    commands: shown.commands,
    clock,
    settings: { ascii: options.ascii, color: colorsOf(options, process.env) },
    host: processTerminal(masker),
  });
  const [{ createContext }, { composeCockpit }] = await Promise.all([
    import('./cli/context.ts'),
    import('./cli/open-cockpit.ts'),
  ]);
  const { controller, close } = composeCockpit(
    createContext(options, clock),
    cockpit,
    shown,
    shown.changed,
    () => screen.stop(),
  );
  shown.become(controller);
  controller
    .first(options.env)
    .catch((error: unknown) =>
      cockpit.setState({ refused: [`a mistake of ours: ${masker.mask(String(error))}`] }),
    );
  await screen.waitUntilExit();
  await close();
  return 0;
};

const code = await runProgram(process.argv.slice(2), { openCockpit });
// A signal that ended the cockpit has already said which status this is.
process.exit(process.exitCode ?? code);
