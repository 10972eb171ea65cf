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
  const [{ startUi }, { createCockpit }, { systemClock }, { withCommands }] = await Promise.all([
    import('./ui/start.tsx'),
    import('./store/create-cockpit.ts'),
    import('./io/clock.ts'),
    import('./cli/later-commands.ts'),
  ]);
  const cockpit = createCockpit();
  const shown = withCommands(() => screen.stop());
  const screen = startUi({
    cockpit,
    facts: () => shown.facts,
    across: () => shown.across,
    onOpen: shown.onChange,
    commands: shown.commands,
    clock: systemClock(),
    settings: { ascii: options.ascii, color: colorsOf(options, process.env) },
  });
  const { createContext } = await import('./cli/context.ts');
  const { composeCockpit } = await import('./cli/open-cockpit.ts');
  const composed = composeCockpit(createContext(options), cockpit, shown, shown.changed, () => screen.stop());
  const { UsageError } = await import('./cli/exit-code.ts');
  const opening = composed.then(async ({ controller }) => {
    shown.become(controller);
    await controller.first(options.env);
  });
  opening.catch((error: unknown) =>
    cockpit.setState({
      refused: error instanceof UsageError ? error.lines : [`a mistake of ours: ${String(error)}`],
    }),
  );
  await screen.waitUntilExit();
  await composed.then(({ close }) => close()).catch(() => {});
  return 0;
};

process.exit(await runProgram(process.argv.slice(2), { openCockpit }));
